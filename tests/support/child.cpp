// The single program that tests run as a job: it does what its arguments say, one after another.
//
// Unlike sh and sleep it does exactly one thing at a time, and leaves a mark when it has reached a
// point, so that tests wait for facts instead of time. See `verbs` for what it can do; FORK verbs
// do everything up to the word "then" in another process.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

namespace {

volatile sig_atomic_t status_at_term = 0;

void leave_at_term(int) {
  ::_exit(status_at_term);
}

/// The remaining arguments.
class script {
 public:
  script(int argc, char** argv) : words_(argv + 1, argv + argc) {}

  bool done() const { return at_ >= words_.size(); }
  std::string next() { return done() ? "" : words_[at_++]; }
  void skip_to_then() {
    while (!done() && next() != "then") {
    }
  }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

void put(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR) ::_exit(99);
    if (n > 0) done += static_cast<std::size_t>(n);
  }
}

std::string lines_of_80(long bytes) {
  std::string text;
  while (static_cast<long>(text.size()) < bytes) text += text.size() % 80 == 79 ? '\n' : 'x';
  return text;
}

/// Written under another name and renamed, so that a reader never sees half of it.
void write_file(const std::string& name, const std::string& text) {
  const std::string aside = name + ".new" + std::to_string(::getpid());
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  put(fd, text);
  ::close(fd);
  ::rename(aside.c_str(), name.c_str());
}

void append_line(const std::string& name, const std::string& text) {
  const int fd = ::open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  put(fd, text + '\n');
  ::close(fd);
}

void wait_for_file(const std::string& name) {
  const timespec short_time{0, 5'000'000};
  while (::access(name.c_str(), F_OK) != 0) ::nanosleep(&short_time, nullptr);
}

void copy_stdin() {
  char buffer[4096];
  for (ssize_t n; (n = ::read(0, buffer, sizeof buffer)) > 0;)
    put(1, std::string(buffer, static_cast<std::size_t>(n)));
}

void show_variable(const std::string& name) {
  const char* value = ::getenv(name.c_str());
  put(1, value != nullptr ? name + '=' + value + '\n' : name + " unset\n");
}

void show_directory() {
  char here[4096];
  put(1, std::string(::getcwd(here, sizeof here)) + '\n');
}

char* first_argument = nullptr;
std::string term_mark;

/// As postgres and nginx do, to set a title in ps(1): after that /proc no longer shows what was
/// executed.
void overwrite_arguments() {
  char* end = first_argument;
  for (char** variable = ::environ; *variable != nullptr; ++variable)
    end = *variable + std::string(*variable).size();
  static char* nothing[] = {nullptr};
  ::environ = nothing;
  for (char* at = first_argument; at < end; ++at) *at = '\0';
}

void leave_mark_at_term(int) {
  ::close(::open(term_mark.c_str(), O_WRONLY | O_CREAT, 0600));
  ::_exit(0);
}

/// A child runs the following words; this process continues after "then".
void in_a_child(script& rest, bool new_session, bool orphan) {
  if (::fork() != 0) return rest.skip_to_then();
  if (new_session) ::setsid();
  if (orphan && ::fork() != 0) ::_exit(0);
}

/// Lives on in a series of new processes, each in its own session.
void hop(long times) {
  const timespec short_time{0, 2'000'000};
  for (; times > 0; --times) {
    if (::fork() != 0) ::_exit(0);
    ::setsid();
    ::nanosleep(&short_time, nullptr);
  }
}

const std::map<std::string, void (*)(script&)> verbs{
    {"print", [](script& s) { put(1, lines_of_80(std::stol(s.next()))); }},
    {"print-err", [](script& s) { put(2, lines_of_80(std::stol(s.next()))); }},
    {"say", [](script& s) { put(1, s.next() + '\n'); }},
    {"say-err", [](script& s) { put(2, s.next() + '\n'); }},
    {"write", [](script& s) { put(1, s.next()); }},
    {"exit", [](script& s) { ::_exit(std::stoi(s.next())); }},
    {"signal",
     [](script& s) {
       const int signal = std::stoi(s.next());
       ::signal(signal, SIG_DFL);
       ::raise(signal);
     }},
    {"ignore-term", [](script&) { ::signal(SIGTERM, SIG_IGN); }},
    {"trap-term",
     [](script& s) {
       status_at_term = std::stoi(s.next());
       ::signal(SIGTERM, leave_at_term);
     }},
    {"mark-term",  // TERM makes it exit and leave a file
     [](script& s) {
       term_mark = s.next();
       ::signal(SIGTERM, leave_mark_at_term);
     }},
    {"overwrite", [](script&) { overwrite_arguments(); }},
    {"hide", [](script&) { ::prctl(PR_SET_DUMPABLE, 0); }},  // as ssh-agent does
    {"touch", [](script& s) { write_file(s.next(), ""); }},
    {"pid", [](script& s) { write_file(s.next(), std::to_string(::getpid()) + '\n'); }},
    {"append",
     [](script& s) {
       const std::string name = s.next();
       append_line(name, s.next());
     }},
    {"wait-for", [](script& s) { wait_for_file(s.next()); }},
    {"forever",
     [](script&) {
       for (;;) ::pause();
     }},
    {"background", [](script& s) { in_a_child(s, false, false); }},  // FORK: same session
    {"setsid", [](script& s) { in_a_child(s, true, false); }},       // FORK: its own session
    {"daemon", [](script& s) { in_a_child(s, true, true); }},        // FORK: orphaned, too
    {"hop", [](script& s) { hop(std::stol(s.next())); }},            // times
    {"then", [](script&) { ::_exit(0); }},                           // the end of a forked part
    {"close-output",
     [](script&) {
       for (const int fd : {1, 2}) ::dup2(::open("/dev/null", O_RDWR), fd);
     }},
    {"cat", [](script&) { copy_stdin(); }},
    {"env", [](script& s) { show_variable(s.next()); }},
    {"cwd", [](script&) { show_directory(); }},
};

}  // namespace

int main(int argc, char** argv) {
  first_argument = argv[0];
  script todo(argc, argv);
  while (!todo.done()) {
    const std::string word = todo.next();
    const auto verb = verbs.find(word);
    if (verb == verbs.end()) {
      put(2, "child: unknown verb " + word + '\n');
      return 98;
    }
    verb->second(todo);
  }
  return 0;
}
