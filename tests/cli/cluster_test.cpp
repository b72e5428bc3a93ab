// Jobs on workers, which are other processes here: what holds locally holds there.
#include <algorithm>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/count_of.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

/// A frame as printf(1) prints it: its kind, and its body in octal escapes.
std::string frame(int kind, const std::string& body, int length) {
  char head[64];
  std::snprintf(head, sizeof head, "\\%03o\\%03o\\000\\000\\%03o", length % 256, length / 256,
                kind);
  return head + body + "\\n";
}

/// A script that greets as a worker with two slots does, takes what comes, and says `then`.
std::string poses_as_worker(const std::string& version, const std::string& then) {
  return "printf 'weir-worker 6 " + version + "\\n" +
         frame(0, "\\001a\\000\\002\\000\\000\\000\\000\\000", 9) + frame(1, "", 0) +
         "'; sed /lied/q > /dev/null; printf '" + then + "'; touch lied; cat > /dev/null\n";
}

std::string version_of(test_space& t) {
  const std::string line = t.weir({"--version"}).out;
  return line.substr(5, line.size() - 6);
}

std::string message(const finished& run) {
  INFO(run.err);
  return run.err;
}

bool says(const finished& run, const std::string& what) {
  return message(run).find(what) != std::string::npos;
}

pid_t number_in(const test_space& t, const std::string& file) {
  return static_cast<pid_t>(std::stol(t.read(file)));
}

}  // namespace

TEST_CASE("jobs run on workers of this machine, in order where that is asked for") {
  test_space t;
  const auto run = t.weir({"--on", "local/2", "--on", "local/2", "-k", "echo {}; echo {}! >&2",
                           ":::", "a b", "c", "d", "e", "f"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "a b\nc\nd\ne\nf\n");
  CHECK(run.err == "a b!\nc!\nd!\ne!\nf!\n");
}

TEST_CASE("as many jobs run at once as workers have slots, and no more than the limit") {
  test_space t;
  const std::string waits = "echo {%} >> slots; touch up{}; exec $CHILD wait-for go";
  const pid_t weir =
      t.start({"--on", "local/2", "--on", "local/2", "-j3", waits, ":::", "1", "2", "3", "4", "5"});
  for (const char* file : {"up1", "up2", "up3"}) t.wait_for_file(file);
  CHECK(sorted_lines(t.read("slots")) == std::vector<std::string>{"1", "2", "3"});
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("what a job is told, and how it ends, is as it would be here") {
  test_space t;
  t.write("jobs.toml", R"(version = 1
[[job]]
name = "text"
run = "cat; echo $A-$B-${WEIR_NODE:+node}; pwd"
stdin = { text = "from text\n" }
env = { A = "secret" }
dir = "sub"
[[job]]
name = "file"
argv = ["cat"]
stdin = { file = "in.txt" }
[[job]]
name = "fails"
run = "exit 3"
[[job]]
name = "dies"
run = "kill -SEGV $$"
[[job]]
name = "slow"
run = "sleep 60"
timeout = "0.2s"
[[job]]
name = "missing"
argv = ["./nowhere"]
)");
  ::mkdir(t.path("sub").c_str(), 0700);
  t.write("in.txt", "from file\n");
  const auto run = t.weir({"--on", "local/2", "-k", "--joblog", "log", "--file", "jobs.toml"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "from text\nsecret--node\n" + t.path("sub") + "\nfrom file\n");
  CHECK(says(run, "fails (job 3) failed: exit 3"));
  CHECK(says(run, "SIGSEGV"));
  CHECK(says(run, "timed out after 200ms"));
  CHECK(says(run, "./nowhere"));
  const auto rows = lines(t.read("log"));
  REQUIRE(rows.size() == 7);
  CHECK(rows[1].find("\t:\t") == std::string::npos);
}

TEST_CASE("much output comes whole, and a slow reader holds the jobs back") {
  test_space t;
  const auto run = t.shell(
      "$WEIR --on local/2 -k ': {}; exec $CHILD print 5000000' ::: 1 2 3 | (sleep 0.5; md5sum); "
      "$WEIR -k ': {}; exec $CHILD print 5000000' ::: 1 2 3 | md5sum");
  const auto sums = lines(run.out);
  REQUIRE(sums.size() == 2);
  CHECK(sums[0] == sums[1]);
}

TEST_CASE("jobs of a worker that is killed run again elsewhere, and are counted and printed once") {
  test_space t;
  const pid_t weir =
      t.start({"--on", "local/1", "--on", "local/1", "-k", "--journal", "journal",
               "echo begin; echo $PPID > worker{}; [ {} = 2 ] || exec $CHILD wait-for go say {}; "
               "[ -e go ] && echo 2 && exit; touch up; exec $CHILD forever",
               ":::", "1", "2"});
  t.wait_for_file("up");
  t.wait_for_file("worker1");
  ::kill(number_in(t, "worker2"), SIGKILL);
  test_space::eventually([&] { return count_of(t.read("journal"), R"("type":"lost")") == 1; });
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "begin\n1\nbegin\n2\n");
  CHECK(says(run, "lost with 1 job"));
  const std::string journal = t.read("journal");
  CHECK(count_of(journal, R"("type":"start")") == 2);
  CHECK(count_of(journal, R"("type":"placed")") == 3);
  CHECK(count_of(journal, R"("type":"end")") == 2);
  CHECK(journal.find(R"(#2")") != std::string::npos);
  CHECK(t.survivors().empty());
  // Nothing of it is damage to those who go on with it.
  CHECK(t.weir({"--resume", "journal", "echo begin; :", ":::", "1"}).err.find("damaged") ==
        std::string::npos);
}

TEST_CASE("results have what a job wrote on the worker where it ended, and nothing of a lost one") {
  test_space t;
  const pid_t weir = t.start({"--on", "local/1", "--on", "local/1", "--results", "r",
                              "echo begin; echo $PPID > worker; [ -e up ] && exit; touch up; "
                              "exec $CHILD forever",
                              ":::", "a"});
  t.wait_for_file("up");
  ::kill(number_in(t, "worker"), SIGKILL);
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "begin\n");
  CHECK(t.read("r/a/stdout") == "begin\n");
  CHECK_FALSE(says(run, "already been printed"));
}

TEST_CASE("a job whose workers are lost again and again has failed") {
  test_space t;
  const auto run =
      t.weir({"--on", "local/1", "--on", "local/1", "--on", "local/1", "--on", "local/1",
              "--node-retries", "1", "kill -9 $PPID; exec $CHILD forever", ":::", "x"});
  CHECK(run.exit_code() == 1);
  CHECK(count_of(run.err, "lost with 1 job") == 2);
  CHECK(says(run, "lost with its worker 2 times"));
  CHECK(t.survivors().empty());
}

TEST_CASE("without a worker that is left the run stops, and says so") {
  test_space t;
  const auto run =
      t.weir({"--on", "local/1", "kill -9 $PPID; exec $CHILD forever", ":::", "x", "y", "z"});
  CHECK(run.exit_code() == 1);
  CHECK(says(run, "lack of workers"));
  CHECK(t.survivors().empty());
}

TEST_CASE("Ctrl-C ends what runs on workers, and waits for what is shielded there") {
  test_space t;
  const pid_t weir = t.start({"--on", "local/2", "--shield",
                              "touch up{}; $CHILD wait-for go; "
                              "touch done{}",
                              ":::", "1", "2"});
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return t.read("err.1").find("stopping") != std::string::npos; });
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(t.exists("done1"));
  CHECK(t.exists("done2"));
  CHECK(t.survivors().empty());
}

TEST_CASE("weir-shield shields a part of a job on a worker") {
  test_space t;
  const pid_t weir = t.start(
      {"--on", "local/2", "exec $SHIELD $CHILD touch up{} wait-for go touch done{}", ":::", "1"});
  t.wait_for_file("up1");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return t.read("err.1").find("stopping") != std::string::npos; });
  t.write("go", "");
  CHECK(t.join(weir).term_signal() == SIGINT);
  CHECK(t.exists("done1"));
  CHECK(t.survivors().empty());
}

TEST_CASE("a shield that the run has not heard of when it is stopped is waited for") {
  test_space t;
  // What the worker says comes through a relay, which stands still.
  t.write("relayed", "#!/bin/sh\n\"$@\" | { sh -c 'echo $PPID' > relay; exec cat; }\n");
  ::chmod(t.path("relayed").c_str(), 0700);
  const pid_t weir = t.start_shell(
      "exec $WEIR --on exec:./relayed --remote-weir \"$WEIR\" 'touch up; $CHILD wait-for still; "
      "exec $SHIELD $CHILD touch shielded wait-for go touch done; : {}' ::: 1");
  t.wait_for_file("up");
  const pid_t relay = number_in(t, "relay");
  ::kill(relay, SIGSTOP);
  t.write("still", "");
  t.wait_for_file("shielded");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return t.read("err.1").find("stopping") != std::string::npos; });
  ::kill(relay, SIGCONT);
  t.write("go", "");
  CHECK(t.join(weir).term_signal() == SIGINT);
  CHECK(t.exists("done"));
  CHECK(t.survivors().empty());
}

TEST_CASE("kill -9 of the run, both of its processes, leaves nothing alive on a worker") {
  test_space t;
  const pid_t weir =
      t.start({"--on", "local/2", "--close-timeout", "0.2s",
               "$CHILD daemon touch daemon{} forever then & exec $CHILD ignore-term touch up{} "
               "forever",
               ":::", "1", "2"});
  for (const char* file : {"up1", "up2", "daemon1", "daemon2"}) t.wait_for_file(file);
  const pid_t engine = t.engine_of(weir);
  REQUIRE(engine != 0);
  ::kill(weir, SIGKILL);
  ::kill(engine, SIGKILL);
  t.join(weir);
  test_space::eventually([&] { return t.survivors().empty(); });
}

TEST_CASE("kill -9 of the engine alone leaves nothing alive on a worker") {
  test_space t;
  const pid_t weir = t.start({"--on", "local/2", "--close-timeout", "0.2s",
                              "exec $CHILD ignore-term touch up{} forever", ":::", "1", "2"});
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  ::kill(t.engine_of(weir), SIGKILL);
  CHECK(t.join(weir).term_signal() == SIGKILL);
  test_space::eventually([&] { return t.survivors().empty(); });
}

TEST_CASE("kill -9 of what a worker was started by leaves the worker at work, or nothing at all") {
  test_space t;
  const pid_t weir = t.start_shell(
      "exec $WEIR --on 'exec:echo $$ > launcher; env' --remote-weir \"$WEIR\" "
      "--close-timeout 0.2s 'touch up{}; exec $CHILD wait-for go say {}' ::: 1 2");
  t.wait_for_file("up1");
  ::kill(number_in(t, "launcher"), SIGKILL);
  t.write("go", "");
  t.join(weir);
  test_space::eventually([&] { return t.survivors().empty(); });
}

TEST_CASE("a worker whose keeper is killed goes on, and a warning says so") {
  test_space t;
  const pid_t weir = t.start_shell(
      "exec $WEIR --on 'exec:echo $$ > keeper; exec env' --remote-weir \"$WEIR\" "
      "'touch up{}; exec $CHILD wait-for go say {}' ::: 1 2");
  t.wait_for_file("up1");
  ::kill(number_in(t, "keeper"), SIGKILL);
  test_space::eventually([&] {
    return t.read("err.1").find("the process that started it has ended (SIGKILL") !=
           std::string::npos;
  });
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
  test_space::eventually([&] { return t.survivors().empty(); });
}

TEST_CASE("a worker that is told to end lets its jobs finish, and others go elsewhere") {
  test_space t;
  const pid_t weir = t.start({"--on", "local/1", "--on", "local/1", "-k",
                              "echo $PPID > worker{}; touch up{}; exec $CHILD wait-for go{} say {}",
                              ":::", "1", "2", "3"});
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  ::kill(number_in(t, "worker1"), SIGTERM);
  t.write("go2", "");
  t.wait_for_file("up3");
  CHECK(t.read("worker3") == t.read("worker2"));
  t.write("go1", "");
  t.write("go3", "");
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "1\n2\n3\n");
  CHECK(run.err.ends_with(": it was told to end: it takes no more jobs\n"));
  CHECK(lines(run.err).size() == 1);
}

TEST_CASE("who poses as a worker is found out, and its jobs run elsewhere") {
  test_space t;
  const auto lie = GENERATE(
      std::string("garbage that is no frame\\n"),
      std::string("\\377\\377\\377\\377\\005"),                            // a frame of 4 GB
      frame(5, "\\011\\000\\000\\000\\000\\000\\000\\000\\000\\000", 10),  // the end of another job
      frame(5, "\\001\\000\\000\\000\\000\\000\\000\\000\\000\\077", 10),  // bytes that never came
      frame(2, "\\005\\002hi", 4),                                         // output of another job
      frame(10, "\\001", 1), frame(26, "", 0) + frame(14, "", 0));         // what only a run says
  t.write("fake.sh", poses_as_worker(version_of(t), lie));
  const auto run =
      t.weir({"--on", "exec:sh fake.sh;:", "--on", "local/1",
              "until [ -e lied ]; do sleep 0.01; done; echo {}", ":::", "1", "2", "3", "4"});
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(sorted_lines(run.out) == std::vector<std::string>{"1", "2", "3", "4"});
  test_space::eventually([&] { return t.survivors().empty(); });
}

TEST_CASE("a worker that does not start is told with all that is known") {
  test_space t;
  auto run = t.weir({"--on", "exec:env", "--remote-weir", "/nowhere/weir", "echo", ":::", "1"});
  CHECK(run.exit_code() == 1);
  CHECK(says(run, "/nowhere/weir"));
  CHECK(says(run, "use --remote-weir PATH"));

  t.write("old.sh", "printf 'Welcome\\nweir-worker 2 0.0.1\\n'; cat > /dev/null\n");
  run = t.weir({"--on", "exec:sh old.sh;:", "echo", ":::", "1"});
  CHECK(run.exit_code() == 1);
  CHECK(says(run,
             "it has weir 0.0.1, but this is weir " + version_of(t) + ": use --remote-weir PATH"));

  run = t.weir({"--on", "local", "--remote-dir", "/nowhere", "echo", ":::", "1"});
  CHECK(run.exit_code() == 1);
  CHECK(says(run, "/nowhere: No such file or directory"));
  CHECK(t.survivors().empty());
}

TEST_CASE("a worker is nothing that people start") {
  test_space t;
  const auto run = t.weir({"--worker"});
  CHECK(run.exit_code() == 2);
  CHECK(says(run, "only weir --on starts workers"));
}

TEST_CASE("what a job gets in its environment is on no command line") {
  test_space t;
  t.write("jobs.toml", R"(version = 1
[[job]]
name = "one"
run = "cat /proc/$PPID/cmdline /proc/$PPID/environ | tr '\\0' ' ' > seen; echo $SECRET"
env = { SECRET = "hunter2" }
)");
  const auto run = t.weir({"--on", "local/1", "--file", "jobs.toml"});
  CHECK(run.out == "hunter2\n");
  CHECK(t.read("seen").find("hunter2") == std::string::npos);
}

TEST_CASE("a shield that a stop did not know of yet is waited for all the same") {
  test_space t;
  // What the worker says reaches the run only after the stop.
  t.write("slow",
          "\"$@\" | while dd bs=65536 count=1 of=buffer 2> dd; [ -s buffer ]; do\n"
          "[ ! -e hold ] || $CHILD wait-for go; cat buffer; done\n");
  const pid_t weir = t.start_shell(
      "exec $WEIR --on \"exec/1:sh $PWD/slow\" --remote-weir $WEIR --close-timeout 2s 'touch "
      "hold; $SHIELD sh -c \"touch up{}; exec $CHILD wait-for finish\"; touch after' ::: 1 2> err");
  t.wait_for_file("up1");
  ::kill(weir, SIGINT);
  const auto says = [&](const char* words) {
    test_space::eventually([&] { return t.read("err").find(words) != std::string::npos; });
  };
  says("SIGINT");
  t.write("go", "");
  says("waiting");
  t.write("finish", "");
  t.join(weir);
  INFO(t.read("err"));
  CHECK(t.read("err").find("1 cancelled") != std::string::npos);
}
