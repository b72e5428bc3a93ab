#include <csignal>
#include <memory>
#include <sstream>
#include <vector>

#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "starter.hpp"

namespace {

using namespace weir;
using test::any_method;
using test::starter;

/// The number in "NAME:\t0123" of /proc/self/status, as `cat` printed it; the base is 16.
unsigned long mask_in(const std::string& status, const std::string& name) {
  const auto at = status.find(name + ":\t");
  REQUIRE(at != std::string::npos);
  return std::stoul(status.substr(at + name.size() + 2), nullptr, 16);
}

unsigned long bit(int signal) {
  return 1UL << (signal - 1);
}

struct disposition_guard {
  explicit disposition_guard(int s, void (*handler)(int)) : signal(s) {
    before = ::signal(s, handler);
  }
  ~disposition_guard() { ::signal(signal, before); }
  int signal;
  void (*before)(int);
};

void do_nothing(int) {}

/// While it lives, children do not run: on the one processor that is left to them we go first.
class children_wait {
 public:
  children_wait() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(::sched_getcpu(), &one);
    ::sched_setaffinity(0, sizeof one, &one);
    const sched_param first{1};
    holds_ = ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first) == 0;
  }
  children_wait(const children_wait&) = delete;
  children_wait& operator=(const children_wait&) = delete;
  ~children_wait() {
    const sched_param ordinary{0};
    ::sched_setscheduler(0, SCHED_OTHER, &ordinary);
    ::sched_setaffinity(0, sizeof before_, &before_);
  }
  bool holds() const { return holds_; }

 private:
  cpu_set_t before_;
  bool holds_ = false;
};

}  // namespace

TEST_CASE("a program that is not there is told apart from exit 127") {
  starter start(any_method());
  CHECK(start.run({"/nowhere/to/be/found"}).error() == ENOENT);
  CHECK(start.run({"/"}).error() == EACCES);
  const auto ran = start.run({WEIR_TEST_CHILD, "exit", "127"});
  CHECK(ran.error() == 0);
  REQUIRE(WIFEXITED(ran.status));
  CHECK(WEXITSTATUS(ran.status) == 127);
}

TEST_CASE("a missing working directory is named as such") {
  starter start(any_method());
  const auto failed = start.run({WEIR_TEST_CHILD}, "/nowhere");
  CHECK(failed.error() == ENOENT);
  CHECK(failed.failed_step == launch_step::directory);
  const auto program = start.run({"/nowhere"}, "/");
  CHECK(program.error() == ENOENT);
  CHECK(program.failed_step == launch_step::program);
}

TEST_CASE("a program runs in the directory that was asked for") {
  starter start(any_method());
  CHECK(start.run({WEIR_TEST_CHILD, "cwd"}, "/proc").out == "/proc\n");
}

TEST_CASE("a program leads a group of its own without a terminal and reads nothing") {
  starter start(any_method());
  std::istringstream stat(start.run({"/bin/cat", "/proc/self/stat"}).out);
  std::string name;
  char state = 0;
  long pid = 0, parent = 0, group = 0, session = 0, terminal = 0;
  stat >> pid >> name >> state >> parent >> group >> session >> terminal;
  CHECK(pid > 0);
  CHECK(group == pid);
  CHECK(terminal == 0);
  // A session would take it out of our share of the processors, and away from our nice value.
  if (start.launch.method() == launch_method::clone) CHECK(session == ::getsid(0));
  CHECK(start.run({WEIR_TEST_CHILD, "cat", "say", "end"}).out == "end\n");
}

TEST_CASE("a program gets back the mask and the dispositions that it is to have") {
  inherited_state state = inherited_state::current();
  ::sigemptyset(&state.mask);
  ::sigaddset(&state.mask, SIGUSR1);
  state.default_signals = {SIGPIPE};
  state.ignored_signals = {SIGCHLD};
  const disposition_guard ignored(SIGPIPE, SIG_IGN);
  const disposition_guard kept(SIGUSR2, SIG_IGN);
  const disposition_guard handled(SIGWINCH, do_nothing);
  sigset_t blocked, before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGINT);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  starter start(any_method(), state);
  const auto ran = start.run({"/bin/cat", "/proc/self/status"});
  const std::string& status = ran.out;
  INFO("wait status " << ran.status << ", error " << ran.error());
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, &before, &after);
  CHECK(mask_in(status, "SigBlk") == bit(SIGUSR1));
  const auto ignoring = mask_in(status, "SigIgn");
  CHECK((ignoring & bit(SIGPIPE)) == 0);
  CHECK((ignoring & bit(SIGUSR2)) != 0);
  CHECK((ignoring & bit(SIGWINCH)) == 0);
  // posix_spawn cannot give that back: see start_by_posix_spawn.
  if (start.launch.method() == launch_method::clone) CHECK((ignoring & bit(SIGCHLD)) != 0);
  CHECK(mask_in(status, "SigCgt") == 0);
  CHECK(::sigismember(&after, SIGTERM) == 1);
  CHECK(::sigismember(&after, SIGUSR1) == 0);
}

TEST_CASE("an empty handler of SIGPIPE is the default in programs, without being named") {
  const disposition_guard handled(SIGPIPE, do_nothing);
  starter start(any_method());
  CHECK((mask_in(start.run({"/bin/cat", "/proc/self/status"}).out, "SigIgn") & bit(SIGPIPE)) == 0);
}

TEST_CASE("a program has the priorities, limits and umask that its job asks for") {
  starter start(any_method());
  process_settings wanted;
  wanted.nice = 7;
  wanted.io = io_priority{3, 0};
  wanted.limits = {{RLIMIT_NOFILE, 77}, {RLIMIT_CORE, 0}, {RLIMIT_FSIZE, RLIM_INFINITY}};
  wanted.umask = 027;
  start.process = std::make_shared<const process_settings>(wanted);
  const auto said = [&](const std::string& script) {
    return start.run({"/bin/sh", "-c", script}).out;
  };
  CHECK(said("nice") == "7\n");
  CHECK(said("umask") == "0027\n");
  CHECK(said("ulimit -Hn; ulimit -Sn; ulimit -c; ulimit -f") == "77\n77\n0\nunlimited\n");
  CHECK(said("ionice 2>/dev/null || echo idle") == "idle\n");
  CHECK(start.run({WEIR_TEST_CHILD, "cat", "say", "end"}).out == "end\n");
  CHECK(start.run({"/nowhere"}).error() == ENOENT);
  CHECK(start.run({"/bin/true"}, "/nowhere").failed_step == launch_step::directory);
  const mode_t ours = ::umask(0);
  ::umask(ours);
  CHECK(ours != 027);
}

TEST_CASE("what a job asks for and may not have is named") {
  starter start(any_method());
  const auto failed = [&](const process_settings& settings) {
    start.process = std::make_shared<const process_settings>(settings);
    const auto ran = start.run({WEIR_TEST_CHILD});
    return std::pair(ran.failed_step, ran.error());
  };
  process_settings limits;
  limits.limits = {{9999, 1}};
  CHECK(failed(limits) == std::pair(launch_step::limits, EINVAL));
  process_settings disk;
  disk.io = io_priority{7, 0};
  CHECK(failed(disk) == std::pair(launch_step::ionice, EINVAL));
}

TEST_CASE("the soft limit of open files is given back") {
  inherited_state state = inherited_state::current();
  state.open_files.rlim_cur = 123;
  state.restore_open_files = true;
  starter start(any_method(), state);
  const std::string limits = start.run({"/bin/cat", "/proc/self/limits"}).out;
  std::istringstream line(limits.substr(limits.find("Max open files") + 14));
  long soft = 0;
  line >> soft;
  CHECK(soft == 123);
}

TEST_CASE("no descriptor of ours reaches a program") {
  // A high number: ls has descriptors of its own.
  const test::owned_fd ours(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 300));
  const test::owned_fd handed_on(::fcntl(STDERR_FILENO, F_DUPFD, 400));
  REQUIRE(ours);
  starter start(any_method());
  const auto list = '\n' + start.run({"/bin/ls", "/proc/self/fd"}).out;
  INFO(list);
  const auto has = [&list](const test::owned_fd& fd) {
    return list.find('\n' + std::to_string(fd.value()) + '\n') != std::string::npos;
  };
  CHECK_FALSE(has(ours));
  CHECK(has(handed_on));  // what was inherited without close-on-exec passes through
}

TEST_CASE("a script without an interpreter line is given to sh") {
  char name[] = "/tmp/weir-script-XXXXXX";
  {
    const test::owned_fd file(::mkostemp(name, O_CLOEXEC));
    test::put(file, "echo \"$1\"\n");
    ::fchmod(file.value(), 0700);
  }
  starter start(any_method());
  CHECK(start.run({name, "from sh"}).out == "from sh\n");
  ::unlink(name);
}

TEST_CASE("a block may be used again after a start that failed, also with a FIFO") {
  starter start(any_method());
  const auto block = start.block_of({"tool", "a", "b"});
  for (int i = 0; i < 2; ++i) {
    block->use(nullptr);
    block->read_from("fifo");
    std::string words;
    for (const char** word = block->argv(); *word != nullptr; ++word)
      words.append(*word).append(";");
    CHECK(words == "sh;-c;exec \"$@\" <\"$0\";fifo;tool;a;b;");
  }
  block->use(nullptr);
  CHECK(block->argv()[0] == std::string("tool"));
}

TEST_CASE("500 starts, failing ones among them, are all told correctly") {
  starter start(any_method());
  int wrong = 0;
  for (int i = 0; i < 500; ++i) {
    if (i % 5 == 4) {
      wrong += start.run({"/nowhere/to/be/found"}).error() != ENOENT;
    } else {
      const auto ran = start.run({WEIR_TEST_CHILD, "exit", "7"});
      wrong += ran.error() != 0 || !WIFEXITED(ran.status) || WEXITSTATUS(ran.status) != 7;
    }
  }
  CHECK(wrong == 0);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // no zombie is left
}

TEST_CASE("with hundreds of descriptors open a child gets what is its own, and nothing else") {
  std::vector<test::owned_fd> many;
  for (int i = 0; i < 400; ++i) many.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  starter s(launch_method::clone);
  const test::owned_fd inherited(::fcntl(s.launch.null_input(), F_DUPFD, 600));
  REQUIRE(inherited.value() >= 600);
  // The first start shows how many are open, the second shares the table.
  const auto copied = s.run({"/bin/sh", "-c", "cd /proc/self/fd && echo *"});
  const auto shared = s.run({"/bin/sh", "-c", "cd /proc/self/fd && echo *"});
  CHECK(shared.error() == 0);
  CHECK(shared.out == copied.out);
  CHECK_THAT(shared.out, Catch::Contains(" " + std::to_string(inherited.value())));
  CHECK(s.run({"/no/such/program"}).exec_error == ENOENT);
  CHECK(::fcntl(many.back().value(), F_GETFD) == FD_CLOEXEC);
}

TEST_CASE("a pipe that was handed over comes to its end when its child has") {
  std::vector<test::owned_fd> many;
  for (int i = 0; i < 400; ++i) many.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  starter s(launch_method::clone);
  s.run({"/bin/true"});
  auto pipe = test::make_pipe();
  launch_ticket ticket(s.launch, s.block_of({"/bin/echo", "hello"}));
  launched child;
  REQUIRE(s.launch.start(ticket, {s.launch.null_input(), pipe.in.value()}, child) == 0);
  const test::owned_fd pidfd(child.pidfd);
  pipe.in = {};
  REQUIRE(::waitpid(child.pid, nullptr, 0) == child.pid);
  s.launch.child_exited();
  char bytes[16];
  CHECK(::read(pipe.out.value(), bytes, sizeof bytes) == 6);
  CHECK(::read(pipe.out.value(), bytes, sizeof bytes) == 0);
}

TEST_CASE("what a child takes over may be closed before it has run") {
  std::vector<test::owned_fd> low;
  for (int i = 0; i < 20; ++i) low.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  starter s(launch_method::clone);
  const bool shared = GENERATE(false, true);
  std::vector<test::owned_fd> many;
  for (int i = 0; shared && i < 400; ++i)
    many.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  s.run({"/bin/true"});
  low.clear();  // so that what is handed over has numbers that children inherit
  auto pipe = test::make_pipe();
  launch_ticket ticket(s.launch, s.block_of({"/bin/echo", "hello"}));
  launched child;
  test::owned_fd in_its_place;
  {
    const children_wait held;
    if (!held.holds()) {
      WARN("not permitted: SCHED_FIFO");
      return;
    }
    REQUIRE(s.launch.start(ticket, {s.launch.null_input(), pipe.in.value()}, child) == 0);
    const int number = pipe.in.value();
    pipe.in = {};
    in_its_place = test::make_file();
    REQUIRE(in_its_place.value() == number);
    CHECK_FALSE(ticket.executing());
  }
  const test::owned_fd pidfd(child.pidfd);
  REQUIRE(::waitpid(child.pid, nullptr, 0) == child.pid);
  s.launch.child_exited();
  char bytes[16];
  CHECK(::read(pipe.out.value(), bytes, sizeof bytes) == 6);
  CHECK(test::contents(in_its_place).empty());
}
