#include "support/test_space.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

namespace test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 30s;

/// Between two looks at what will happen some time, which become rarer: beside many others, it is
/// looks that keep a machine busy.
class looks {
 public:
  using clock = std::chrono::steady_clock;

  explicit looks(clock::duration patience) : until_(began_ + patience) {}
  bool are_over() const { return clock::now() > until_; }
  void wait() const {
    const auto passed = clock::now() - began_;
    std::this_thread::sleep_for(std::clamp<clock::duration>(passed / 8, 1ms, 20ms));
  }

 private:
  const clock::time_point began_ = clock::now();
  const clock::time_point until_;
};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Another weir than the one of this build: one for another processor, behind its emulator
// (packaging/arm64_tests).
std::string or_from_environment(const char* name, const char* built) {
  const char* other = std::getenv(name);
  return other != nullptr ? other : built;
}

std::string weir_path() {
  return or_from_environment("WEIR_TEST_COMMAND", WEIR_COMMAND);
}

std::string shield_path() {
  return or_from_environment("WEIR_TEST_SHIELD", WEIR_SHIELD_COMMAND);
}

}  // namespace

std::string child() {
  return WEIR_TEST_CHILD;
}

int finished::exit_code() const {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
int finished::term_signal() const {
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

test_space::test_space() {
  std::string name = (fs::temp_directory_path() / "weir-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  directory_ = name;
  id_ = std::to_string(std::random_device{}()) + '-' + std::to_string(::getpid());
}

test_space::~test_space() {
  for (const pid_t pid : survivors()) ::kill(pid, SIGKILL);
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

finished test_space::weir(std::vector<std::string> arguments, const std::string& input) {
  return join(start(std::move(arguments), input));
}

finished test_space::shell(const std::string& script) {
  return join(start_shell(script));
}

pid_t test_space::start_shell(const std::string& script) {
  return spawn({"/bin/sh", "-c", script}, "");
}

std::vector<std::string> test_space::weir_argv(std::vector<std::string> arguments) const {
  for (auto& argument : arguments)
    if (argument == "CHILD") argument = child();
  arguments.insert(arguments.begin(), weir_path());
  return arguments;
}

pid_t test_space::start(std::vector<std::string> arguments, const std::string& input) {
  return spawn(weir_argv(std::move(arguments)), input);
}

pid_t test_space::start_in_group(std::vector<std::string> arguments) {
  return spawn(weir_argv(std::move(arguments)), "", true);
}

pid_t test_space::spawn(const std::vector<std::string>& argv, const std::string& input,
                        bool own_group) {
  const std::string number = std::to_string(++runs_);
  write("stdin." + number, input);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid != 0) {
    fs::create_symlink(path("out." + number), path("out.pid" + std::to_string(pid)));
    fs::create_symlink(path("err." + number), path("err.pid" + std::to_string(pid)));
    return pid;
  }
  if (own_group) ::setpgid(0, 0);
  if (::chdir(directory_.c_str()) != 0) ::_exit(90);
  const auto put = [&](const std::string& name, int flags, int fd) {
    ::dup2(::open(path(name).c_str(), flags | O_CLOEXEC, 0600), fd);
  };
  put("stdin." + number, O_RDONLY, 0);
  put("out." + number, O_WRONLY | O_CREAT | O_APPEND, 1);
  put("err." + number, O_WRONLY | O_CREAT | O_APPEND, 2);
  // The tests themselves may be running in CI, or as a job of weir.
  for (const char* name : {"GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI", "WEIR_SEQ"})
    ::unsetenv(name);
  ::setenv("WEIR_TEST_ID", id_.c_str(), 1);
  ::setenv("WEIR", weir_path().c_str(), 1);
  ::setenv("CHILD", child().c_str(), 1);
  ::setenv("SHIELD", shield_path().c_str(), 1);
  std::vector<char*> pointers;
  for (const auto& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  ::execv(pointers[0], pointers.data());
  ::_exit(91);
}

finished test_space::join(pid_t pid) {
  finished end;
  const looks looks(3 * patience);
  pid_t waited = 0;
  while ((waited = ::waitpid(pid, &end.status, WNOHANG)) == 0) {
    if (looks.are_over()) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, &end.status, 0);
      FAIL("weir hangs");
    }
    looks.wait();
  }
  REQUIRE(waited == pid);
  end.out = read_file(path("out.pid" + std::to_string(pid)));
  end.err = read_file(path("err.pid" + std::to_string(pid)));
  return end;
}

void test_space::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
}

std::string test_space::read(const std::string& name) const {
  return read_file(path(name));
}

bool test_space::exists(const std::string& name) const {
  return fs::exists(path(name));
}

void test_space::eventually(const std::function<bool()>& fact) {
  const looks looks(patience);
  while (!fact()) {
    if (looks.are_over()) FAIL("it never came true");
    looks.wait();
  }
}

void test_space::wait_for_file(const std::string& name) const {
  INFO("waiting for " << name);
  eventually([&] { return exists(name); });
}

std::vector<pid_t> test_space::survivors() const {
  std::vector<pid_t> found;
  const std::string mark = "WEIR_TEST_ID=" + id_;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (read_file(entry.path() / "environ").find(mark) != std::string::npos)
      found.push_back(std::stoi(name));
  }
  return found;
}

process_stat::process_stat(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  file >> number >> name >> state >> parent;
}

pid_t test_space::engine_of(pid_t weir) const {
  for (const pid_t pid : survivors()) {
    const process_stat process(pid);
    if (process.parent == weir && process.name == "(weir-engine)") return pid;
  }
  return 0;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  auto all = lines(text);
  std::sort(all.begin(), all.end());
  return all;
}

std::string numbers(int last) {
  std::string text;
  for (int i = 1; i <= last; ++i) text += std::to_string(i) + '\n';
  return text;
}

}  // namespace test
