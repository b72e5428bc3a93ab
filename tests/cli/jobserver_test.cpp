// make's jobserver, as its client and in its place.
#include <algorithm>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

/// A jobserver as make would have it, by a named pipe.
class server {
 public:
  server(const test_space& t, const std::string& tokens) : path(t.path("fifo")) {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    fd_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(::write(fd_, tokens.data(), tokens.size()) == static_cast<ssize_t>(tokens.size()));
  }
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server() { ::close(fd_); }

  /// Takes all that is there.
  std::string tokens() const {
    char all[100];
    const auto size = ::read(fd_, all, sizeof(all));
    return {all, size < 0 ? 0 : static_cast<std::size_t>(size)};
  }
  void put(const std::string& tokens) const {
    REQUIRE(::write(fd_, tokens.data(), tokens.size()) == static_cast<ssize_t>(tokens.size()));
  }
  std::string flags(const std::string& jobs = " -j9") const {
    return "MAKEFLAGS='" + jobs + " --jobserver-auth=fifo:" + path + "' ";
  }

  const std::string path;

 private:
  int fd_ = -1;
};

/// Each job says that it runs, and goes on when "go" is there.
const std::string waits = "touch up{}; exec $CHILD wait-for go";

std::size_t running(const test_space& t) {
  std::size_t count = 0;
  for (int i = 1; i < 9; ++i) count += t.exists("up" + std::to_string(i)) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("under make one job runs without a token, and each other one has its own") {
  test_space t;
  const server make(t, "ab");
  const pid_t weir = t.start_shell(make.flags() + "exec $WEIR '" + waits + "' ::: 1 2 3 4 5 6 7 8");
  test_space::eventually([&] { return running(t) == 3; });
  CHECK(make.tokens().empty());
  // One that comes back serves the next job.
  make.put("c");
  test_space::eventually([&] { return running(t) == 4; });
  CHECK(running(t) == 4);
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
  std::string back = make.tokens();
  std::sort(back.begin(), back.end());
  CHECK(back == "abc");
}

TEST_CASE("both -j and that of make bound what the tokens allow") {
  test_space t;
  const server make(t, "abcdef");
  for (const std::string& words :
       {make.flags() + "exec $WEIR -j2 ", make.flags(" -j2") + "exec $WEIR "}) {
    const pid_t weir = t.start_shell(words + "'" + waits + "' ::: 1 2 3 4");
    test_space::eventually([&] { return running(t) == 2; });
    CHECK(make.tokens().size() == 5);
    make.put("abcde");
    CHECK(running(t) == 2);
    t.write("go", "");
    CHECK(t.join(weir).exit_code() == 0);
    CHECK(make.tokens().size() == 6);
    make.put("abcdef");
    t.shell("rm -f up* go");
  }
}

TEST_CASE("tokens come back however the run ends") {
  test_space t;
  const server make(t, "abc");
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGKILL}) {
    for (const bool engine : {false, true}) {
      const pid_t weir = t.start_shell(make.flags() + "exec $WEIR --close-timeout 0.1s '" + waits +
                                       "' ::: 1 2 3 4 5 6");
      test_space::eventually([&] { return running(t) == 4; });
      ::kill(engine ? t.engine_of(weir) : weir, signal);
      t.join(weir);
      std::string back;
      test_space::eventually([&] { return (back += make.tokens()).size() == 3; });
      std::sort(back.begin(), back.end());
      CHECK(back == "abc");
      test_space::eventually([&] { return t.survivors().empty(); });
      make.put("abc");
      t.shell("rm -f up*");
    }
  }
}

TEST_CASE("a jobserver that make has not handed on leaves one job at a time, which is said") {
  test_space t;
  const std::string flags = "MAKEFLAGS=' -j4 --jobserver-auth=-2,-2' ";
  const auto run = t.shell(flags + "$WEIR 'echo $WEIR_SLOT; : {}' ::: 1 2 3 4");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "1\n1\n1\n1\n");
  CHECK(run.err ==
        "weir: make's jobserver is out of reach, so one job runs at a time: begin the recipe's "
        "line with +, or give -j N\n");
  const auto told = t.shell(flags + "$WEIR -j2 'echo {}' ::: 1");
  CHECK(told.err.empty());
}

TEST_CASE("make -n has weir show what it would run") {
  test_space t;
  const auto run = t.shell("MAKEFLAGS=n $WEIR 'touch ran; echo {}' ::: 1");
  CHECK(run.exit_code() == 0);
  CHECK(run.out.find("touch ran") != std::string::npos);
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("make -t and make -q have weir run nothing, and -q tells whether it would") {
  test_space t;
  for (const char* flag : {"t", "q"}) {
    const bool asks = *flag == 'q';
    const auto run =
        t.shell("MAKEFLAGS=" + std::string(flag) + " $WEIR 'touch ran; echo {}' ::: 1");
    CHECK(run.exit_code() == (asks ? 1 : 0));
    CHECK(run.out + run.err == "");
    CHECK(t.shell("true | MAKEFLAGS=" + std::string(flag) + " $WEIR echo").exit_code() == 0);
  }
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("with --jobserver a weir among the jobs takes its turns from the limit") {
  test_space t;
  const std::string runtime = "export XDG_RUNTIME_DIR=" + t.path("runtime") + "; ";
  std::filesystem::create_directory(t.path("runtime"));
  std::string commands;
  for (const char* const number : {"1", "2", "3", "4", "5"})
    commands += "touch up" + std::string(number) + "; ls up* >> at-once" + number +
                "; $CHILD wait-for go; rm up" + number + '\n';
  t.write("commands", commands);
  for (const std::string kind : {"--jobserver", "--jobserver=fifo", "--jobserver=pipe"}) {
    const pid_t weir =
        t.start_shell(runtime + "exec $WEIR -j3 " + kind + " ': {}; $WEIR -j5 < commands' ::: x");
    test_space::eventually([&] { return running(t) == 3; });
    t.write("go", "");
    CHECK(t.join(weir).exit_code() == 0);
    for (const char* const number : {"1", "2", "3", "4", "5"})
      CHECK(lines(t.read("at-once" + std::string(number))).size() <= 3);
    t.shell("rm -f at-once* go");
  }
  CHECK(std::filesystem::is_empty(t.path("runtime")));
}

TEST_CASE("a jobserver needs a limit and is of one of two kinds") {
  test_space t;
  const auto none = t.weir({"-j0", "--jobserver", "touch", "ran", ":::", "x"});
  CHECK(none.exit_code() == 2);
  CHECK(none.err == "weir: --jobserver: needs a limit, found none (-j 0)\n");
  const auto unknown = t.weir({"--jobserver=make", "touch", "ran", ":::", "x"});
  CHECK(unknown.exit_code() == 2);
  CHECK(unknown.err == "weir: --jobserver: invalid value \"make\": expected fifo or pipe\n");
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("where a make fails that is too old for the fifo, weir says what to give") {
  test_space t;
  const std::string job =
      "echo \"make: *** internal error: invalid --jobserver-auth string 'fifo:x'.  Stop.\" >&2; "
      "exit 2";
  const std::string hint =
      "weir: make before 4.4 does not understand --jobserver=fifo: give --jobserver=pipe";
  t.write("jobs", job + "\n" + job + "\n");
  const auto fifo = t.shell("$WEIR -j2 --jobserver < jobs");
  CHECK(std::ranges::count(lines(fifo.err), hint) == 1);
  CHECK_THAT(t.shell("$WEIR -j2 --jobserver=pipe < jobs").err, !Catch::Contains(hint));
}
