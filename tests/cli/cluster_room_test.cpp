// What starts have to wait for on workers: that there is one, its slots, and what a job claims.
#include <csignal>
#include <cstdlib>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// A worker of so many megabytes, as Slurm would have it, and so many slots.
std::string worker_of(int megabytes, const std::string& also = "") {
  return "exec/4:" + also + " env SLURM_MEM_PER_NODE=" + std::to_string(megabytes) +
         " SIZE=" + std::to_string(megabytes);
}

/// Jobs that wait for their turn to end, on those workers, and what each of them claims.
struct claiming {
  claiming(const std::vector<std::string>& workers, const std::vector<std::string>& claims,
           const std::string& script = "touch up{n}; exec $CHILD wait-for go{n}") {
    std::string text = "version = 1\n[run]\non = [";
    for (const std::string& each : workers) text += "\"" + each + "\", ";
    text += "]\n";
    for (std::size_t i = 0; i < claims.size(); ++i)
      text += "[[job]]\nmatrix = { n = [" + std::to_string(i + 1) + "] }\nrun = '" + script +
              "'\n" + claims[i] + "\n";
    t.write("jobs.toml", text);
  }
  void start(const std::string& also = "") {
    weir = t.start_shell("exec $WEIR --control=s " + also + " --file jobs.toml");
  }
  std::string status() { return t.shell("$WEIR ctl --json ./s status").out; }
  void eventually_says(const std::string& what) {
    test_space::eventually([&] { return status().find(what) != std::string::npos; });
  }
  void up(const std::string& jobs) {
    for (const char job : jobs) t.wait_for_file(std::string("up") + job);
  }
  void go(const std::string& jobs) {
    for (const char job : jobs) t.write(std::string("go") + job, "");
  }

  test_space t;
  pid_t weir = 0;
};

}  // namespace

TEST_CASE("what jobs claim of memory is held on each worker") {
  claiming run({worker_of(100), "exec/4:env SLURM_MEM_PER_CPU=50 SLURM_CPUS_ON_NODE=2"},
               {"memory = \"60M\"", "memory = \"60M\"", "memory = \"60M\"", ""});
  run.start("--remote-weir \"$WEIR\"");
  run.up("12");
  run.eventually_says(
      R"x("held_by":"claims of memory (needs 60M, at most 40M free on a worker)")x");
  CHECK_THAT(run.status(), Contains(R"("running":2,)"));
  CHECK_FALSE(run.t.exists("up3"));
  CHECK_FALSE(run.t.exists("up4"));  // jobs keep their order, as they do here
  run.go("1");
  run.up("34");
  run.go("234");
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("what jobs claim of processors is held on each worker") {
  claiming run({"exec/4:env SLURM_CPUS_ON_NODE=1"}, {"cpus = 0.6", "cpus = 0.6"});
  run.start("--remote-weir \"$WEIR\"");
  run.up("1");
  run.eventually_says(R"x("held_by":"claims of CPUs (needs 0.6, at most 0.4 free on a worker)")x");
  run.go("12");
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("a job goes where its claim fits, and waits for a worker that has not come yet") {
  claiming run({worker_of(100), worker_of(1000, "$CHILD wait-for come;")}, {"memory = \"500M\""},
               "echo $SIZE");
  run.start("--remote-weir \"$WEIR\"");
  run.eventually_says(R"("held_by":"claims of memory)");
  run.t.write("come", "");
  const auto end = run.t.join(run.weir);
  CHECK(end.out == "1000\n");
  CHECK(end.exit_code() == 0);
}

TEST_CASE("a job that claims more than any worker has runs when its worker has nothing else") {
  claiming run({worker_of(100)}, {"memory = \"10M\"", "memory = \"300M\"", "memory = \"10M\""});
  run.start("--remote-weir \"$WEIR\"");
  run.up("1");
  run.eventually_says(R"("held":2,)");
  CHECK_FALSE(run.t.exists("up2"));
  run.go("1");
  run.up("2");
  run.go("23");
  CHECK(run.t.join(run.weir).exit_code() == 0);
  CHECK(run.t.exists("up3"));
}

TEST_CASE("workers of one machine share what it has") {
  claiming run({"local/2", "local/2"}, {"memory = \"60M\"", "memory = \"60M\""});
  ::setenv("SLURM_MEM_PER_NODE", "100", 1);
  run.start();
  ::unsetenv("SLURM_MEM_PER_NODE");
  run.up("1");
  run.eventually_says(R"("held_by":"claims of memory)");
  run.go("12");
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("what --job-memory says holds on workers; a share of this machine's memory is refused") {
  test_space t;
  const auto run = t.shell(
      "$WEIR --on 'exec/4:env SLURM_MEM_PER_NODE=100' --remote-weir \"$WEIR\" "
      "--job-memory 60M ': {}; [ ! -e running ] && touch running && sleep 0.1 && "
      "rm running' ::: 1 2 3");
  CHECK(run.exit_code() == 0);
  const auto share = t.weir({"--on", "local", "--job-memory", "50%", "echo", ":::", "1"});
  CHECK(share.exit_code() == 2);
  CHECK_THAT(share.err, Contains("--on and --job-memory: it looks at this machine"));
}

TEST_CASE("as long as no worker is ready no job runs, and none is told to") {
  claiming run({"exec:sleep 1000;"}, {"", ""});
  run.start("--journal log");
  run.eventually_says(R"("held_by":"workers that are not ready")");
  CHECK_THAT(run.status(), Contains(R"("running":0,)") &&
                               Contains(R"("workers":[{"name":"exec:sleep 1000;",)") &&
                               Contains(R"("state":"starting",)"));
  ::kill(run.weir, SIGINT);
  const auto end = run.t.join(run.weir);
  CHECK_THAT(end.err, !Contains("1 job\n") && Contains("2 not started"));
  CHECK_THAT(run.t.read("log"), !Contains(R"("type":"start")"));
  CHECK(run.t.survivors().empty());
}

TEST_CASE("a job that comes when no worker is left has not started either") {
  test_space t;
  const auto run = t.shell(
      "{ $CHILD wait-for gone; echo a; } | { $WEIR --on 'exec:false' --journal log echo; "
      "echo $?; } 2> err & until grep -q 'did not start' err; do sleep 0.02; done; touch gone; "
      "wait");
  CHECK(run.out == "1\n");
  CHECK_THAT(t.read("err"), Contains("nothing more starts\n") && Contains("1 not started"));
  CHECK_THAT(t.read("log"), !Contains(R"("type":"start")"));
}

TEST_CASE("who asks is told of the workers, also of one that is lost, and may change the limit") {
  claiming run({"local/2", "local/2"}, {"", "", "", ""},
               "echo $PPID > worker{n}; touch up{n}; exec $CHILD wait-for go{n}");
  run.start("-j1");
  run.up("1");
  CHECK(run.t.shell("$WEIR ctl ./s limit 3").out ==
        "3 jobs at once, as far as the workers' slots allow\n");
  run.up("123");
  run.eventually_says(R"("state":"ready","slots":2,"running":2})");
  CHECK_THAT(run.status(),
             Contains(R"("state":"ready","slots":2,"running":1})") && Contains(R"("limit":3,)"));
  const auto people = run.t.shell("$WEIR ctl ./s status").out;
  CHECK_THAT(people, Contains(": 2 running, 2 slots\n") && Contains(": 1 running, 2 slots\n"));
  ::kill(static_cast<pid_t>(std::stol(run.t.read("worker3"))), SIGKILL);
  run.eventually_says(R"("state":"lost","slots":0,"running":0})");
  CHECK_THAT(run.t.shell("$WEIR ctl ./s status").out, Contains(": lost\n"));
  run.go("1234");
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("a limit of one that may be raised leaves the output of each job in one piece") {
  claiming run({"local/2"}, {"", ""},
               "echo begin {n}; touch up{n}; $CHILD wait-for go{n}; echo end {n}");
  run.start("-j1");
  run.up("1");
  CHECK(run.t.shell("$WEIR ctl ./s limit 2").exit_code() == 0);
  run.up("2");
  run.go("2");
  test_space::eventually([&] { return run.status().find("\"succeeded\":1") < std::string::npos; });
  run.go("1");
  CHECK(run.t.join(run.weir).out == "begin 2\nend 2\nbegin 1\nend 1\n");
}

TEST_CASE("progress tells how many jobs run where") {
  claiming run({"local/1", "local/1"}, {"", ""});
  run.start("--bar");
  run.up("12");
  ::kill(run.weir, SIGUSR1);
  test_space::eventually(
      [&] { return run.t.read("err.1").find("2 running (") < std::string::npos; });
  CHECK_THAT(run.t.read("err.1"), Contains(": 1, ") && Contains("#2: 1"));
  run.go("12");
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("records tell where each attempt ran") {
  test_space t;
  t.shell(
      "$WEIR --on local/1 --journal log --report page.html --trace trace 'echo $WEIR_NODE; : {}' "
      "::: 1 > node");
  const std::string node = lines(t.read("node")).at(0);
  const std::string there = R"("exit 0",")" + node + R"("]])";
  CHECK_THAT(t.read("page.html"), Contains(there));
  CHECK(t.weir({"report", "log", "-o", "later.html"}).exit_code() == 0);
  CHECK_THAT(t.read("later.html"), Contains(there));
  CHECK_THAT(t.read("trace"), Contains(R"("name":"process_name","args":{"name":")" + node + "\"}"));
  CHECK_THAT(t.read("log"), Contains(R"("type":"placed")") && Contains(R"("node":")" + node));
}
