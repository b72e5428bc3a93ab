// The end of a run whose reader is stuck: output that is collected goes out or is given up, in
// time.
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace test;

namespace {

/// A FIFO in a test's directory that has a reader, which reads when it is told to.
class slow_reader {
 public:
  explicit slow_reader(const test_space& t) {
    REQUIRE(::mkfifo(t.path("fifo").c_str(), 0600) == 0);
    fd_ = ::open(t.path("fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    writer_ = ::open(t.path("fifo").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(writer_ >= 0);
    // weir would widen it once it is full.
    ::fcntl(fd_, F_SETPIPE_SZ, 1 << 20);
  }
  ~slow_reader() {
    ::close(fd_);
    ::close(writer_);
  }
  slow_reader(const slow_reader&) = delete;
  slow_reader& operator=(const slow_reader&) = delete;

  /// Until the FIFO takes nothing more.
  void wait_until_full() const {
    test_space::eventually([&] {
      pollfd room{writer_, POLLOUT, 0};
      return ::poll(&room, 1, 0) == 0;
    });
  }

  /// Reads to the end, when all writers have gone. \returns how many bytes came.
  std::size_t read_all() {
    ::close(std::exchange(writer_, -1));
    std::size_t count = 0;
    std::string part(65536, '\0');
    test_space::eventually([&] {
      ssize_t n = 0;
      while ((n = ::read(fd_, part.data(), part.size())) > 0) count += static_cast<std::size_t>(n);
      return n == 0;
    });
    return count;
  }

 private:
  int fd_;
  int writer_ = -1;
};

/// The same signal within 300 ms counts once: sent until it has been heard.
void insist(const test_space& t, pid_t weir, int signal) {
  test_space::eventually([&] {
    ::kill(weir, signal);
    return t.survivors().empty();
  });
}

const std::vector<std::string> modes{"-q",       "-q -k",  "-q --line-buffer",
                                     "-q --tag", "-q -j1", "-q -k --results r.jsonl --report r.md"};
const std::string much = " $CHILD print 3000000 say ::: 1 2 ";

}  // namespace

TEST_CASE("a signal ends a run whose reader is stuck, and says what was not written") {
  const std::vector<int> signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  for (std::size_t m = 0; m < modes.size(); ++m) {
    for (std::size_t s = 0; s < signals.size(); ++s) {
      if (m > 0 && s != m % signals.size()) continue;  // each with the first mode
      const std::string& mode = modes[m];
      const int signal = signals[s];
      INFO(mode << ", signal " << signal);
      test_space t;
      const slow_reader reader(t);
      const pid_t weir = t.start_shell("exec $WEIR --close-timeout 0.1s " + mode + much + "> fifo");
      reader.wait_until_full();
      ::kill(weir, signal);
      const auto run = t.join(weir);
      CHECK(run.exit_code() == 3);
      CHECK(run.err.find("weir: output was not written: ") != std::string::npos);
      CHECK(run.err.find(" of job ") != std::string::npos);
      CHECK(t.survivors().empty());
    }
  }
}

TEST_CASE("a second signal gives collected output up at once") {
  for (const auto& mode : modes) {
    INFO(mode);
    test_space t;
    const slow_reader reader(t);
    const pid_t weir = t.start_shell("exec $WEIR --close-timeout 1000s " + mode + much + "> fifo");
    reader.wait_until_full();
    insist(t, weir, SIGTERM);
    CHECK(t.join(weir).exit_code() == 3);
  }
}

TEST_CASE("a run that has ended but for its output waits for the reader, and hears a signal") {
  test_space t;
  const slow_reader reader(t);
  const pid_t weir = t.start_shell(
      "exec $WEIR --close-timeout 0.1s --no-progress $CHILD print 3000000 touch ended ::: 1 "
      "> fifo");
  t.wait_for_file("ended");
  reader.wait_until_full();
  ::kill(weir, SIGTERM);
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 3);
  CHECK(run.err.find("bytes of job 1\n") != std::string::npos);
}

TEST_CASE("who asks a run that has ended but for its output is told what is left to write") {
  test_space t;
  slow_reader reader(t);
  const pid_t weir = t.start_shell(
      "exec $WEIR --control=./s --no-progress $CHILD print 3000000 touch ::: ended > fifo");
  std::string people;
  test_space::eventually([&] {
    people = t.shell("$WEIR ctl ./s status").out;
    return people.find(" bytes of output are left to write\n") != std::string::npos;
  });
  CHECK(people.rfind("weir: 1/1 done, 0 running\nweir: ", 0) == 0);
  const std::string programs = t.shell("$WEIR ctl --json ./s status").out;
  CHECK(programs.find(R"("unwritten":)") != std::string::npos);
  CHECK(programs.find(R"("unwritten":0)") == std::string::npos);
  CHECK(reader.read_all() == 3000000);
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("a stopped run writes on as long as its reader reads") {
  test_space t;
  slow_reader reader(t);
  const pid_t weir = t.start_shell(
      "exec $WEIR --close-timeout 1000s --no-progress $CHILD print 3000000 ::: 1 > fifo");
  reader.wait_until_full();
  ::kill(weir, SIGTERM);
  test_space::eventually([&] { return t.read("err.1").find("stopping") != std::string::npos; });
  CHECK(reader.read_all() == 3000000);
  CHECK(t.join(weir).term_signal() == SIGTERM);
}

TEST_CASE("a stuck reader of stderr is given up like one of stdout") {
  for (const std::string where : {"2> fifo", "> fifo 2>&1"}) {
    INFO(where);
    test_space t;
    const slow_reader reader(t);
    const std::string run =
        "exec $WEIR --close-timeout 0.1s --summary $CHILD print-err 3000000 ::: 1 2 " + where;
    const pid_t weir = t.start_shell(run);
    reader.wait_until_full();
    ::kill(weir, SIGTERM);
    CHECK(t.join(weir).exit_code() == 3);
    CHECK(t.survivors().empty());
  }
}

TEST_CASE("a record that nobody reads holds no run up that is stopped") {
  for (const int signal : {SIGTERM, SIGKILL}) {
    INFO("signal " << signal);
    test_space t;
    const slow_reader reader(t);
    std::string items;
    for (int i = 0; i < 100; ++i) items += std::string(20000, 'x') + '\n';
    t.write("items", items);
    const pid_t weir =
        t.start_shell("exec $WEIR -q --joblog fifo -a items 'echo >> ran; : {}' > out 2> said");
    reader.wait_until_full();
    // More than it takes, so that something waits.
    test_space::eventually([&] { return t.read("ran").size() >= 70; });
    ::kill(weir, signal);
    CHECK(t.join(weir).term_signal() == signal);
    test_space::eventually([&] { return t.survivors().empty(); });
    CHECK(t.read("said").find("fifo: its reader takes nothing") != std::string::npos);
  }
}

TEST_CASE("kill -9 of the keeper ends an engine whose reader is stuck") {
  test_space t;
  const slow_reader reader(t);
  const pid_t weir =
      t.start_shell("exec $WEIR -q --close-timeout 0.1s" + much + "> fifo 2> /dev/null");
  reader.wait_until_full();
  ::kill(weir, SIGKILL);
  CHECK(t.join(weir).term_signal() == SIGKILL);
  test_space::eventually([&] { return t.survivors().empty(); });
}

TEST_CASE("what only prints ends by a signal, too, when its reader is stuck") {
  std::string jobs;
  for (int i = 0; i < 2000; ++i)
    jobs += "{\"name\":\"" + std::string(1000, 'x') + std::to_string(i) + "\",\"run\":\"true " +
            std::string(1000, 'x') + "\"}\n";
  for (const std::string what :
       {"--dry-run --file jobs.jsonl --format jsonl", "--graph --file jobs.jsonl --format jsonl"}) {
    INFO(what);
    test_space one;
    one.write("jobs.jsonl", jobs);
    const slow_reader reader(one);
    const pid_t weir = one.start_shell("exec $WEIR " + what + " > fifo");
    reader.wait_until_full();
    ::kill(weir, SIGTERM);
    CHECK(one.join(weir).term_signal() == SIGTERM);
  }
}
