// --send, --return and --cleanup: files that go with jobs to other machines.
#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

/// Workers are processes of this machine, in another directory.
struct elsewhere : test_space {
  elsewhere() { ::mkdir(path("there").c_str(), 0700); }
  /// $THERE in the script is --on and what goes with it.
  finished there(const std::string& script) {
    return shell("THERE=\"--on exec/2:env --remote-weir $WEIR --remote-dir $PWD/there\"; " +
                 script);
  }
  std::string left_there() { return shell("cd there && find . | sort | tr '\\n' ' '").out; }
};

}  // namespace

TEST_CASE("files of each job go there and come back, and are removed there if so asked") {
  elsewhere t;
  for (const char* name : {"a", "b", "c"}) t.write(std::string(name) + ".txt", name);
  const bool cleans = GENERATE(true, false);
  const auto run = t.there(
      std::string("$WEIR -q $THERE ") + (cleans ? "--cleanup " : "") +
      "--send {} --return out/{.}.up 'mkdir -p out; tr a-z A-Z < {} > out/{.}.up' ::: *.txt");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(t.read("out/a.up") == "A");
  CHECK(t.read("out/c.up") == "C");
  CHECK(
      t.left_there() ==
      (cleans ? ". ./out " : ". ./a.txt ./b.txt ./c.txt ./out ./out/a.up ./out/b.up ./out/c.up "));
}

TEST_CASE("a directory that all jobs share goes there, and stays as long as one needs it") {
  elsewhere t;
  t.shell("mkdir -p lib/sub; echo x > lib/sub/x; ln -s sub/x lib/link; chmod 500 lib/sub");
  const auto run = t.there(
      "$WEIR -q $THERE --cleanup --send lib --return {} 'cat lib/link > {}' ::: 1 2 3 4 5 6");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(t.shell("cat 1 2 3 4 5 6").out == "x\nx\nx\nx\nx\nx\n");
  CHECK(t.left_there() == ". ");
  t.shell("chmod 700 lib/sub");
}

TEST_CASE(
    "what goes to each worker once is there for all of its jobs, and removed behind the last") {
  elsewhere t;
  // Longer than what fits into the connection at once.
  t.shell("mkdir -p lib/sub; head -c 3000000 /dev/zero > lib/sub/big; echo x > lib/x");
  const bool cleans = GENERATE(true, false);
  // A second copy would be another file.
  const auto run =
      t.there(std::string("$WEIR -q $THERE --send-once lib --return {} ") +
              (cleans ? "--cleanup " : "") + "'stat -c %i lib/sub/big lib/x > {}' ::: 1 2 3 4 5 6");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(t.shell("sort -u 1 2 3 4 5 6 | wc -l").out == "2\n");
  CHECK(t.left_there() ==
        (cleans ? ". " : ". ./1 ./2 ./3 ./4 ./5 ./6 ./lib ./lib/sub ./lib/sub/big ./lib/x "));
}

TEST_CASE("what could not go to a worker once is sent again with the next attempt") {
  elsewhere t;
  t.shell("echo text > lib; mkdir there/lib");
  const auto run = t.there(
      "$WEIR $THERE --journal journal --retries 1000 --retry-delay 10ms --retry-max 20ms "
      "--send-once "
      "lib 'cat lib; : {}' ::: 1 & until grep -q '\"attempt\":2' journal; do sleep 0.01; done; "
      "rmdir "
      "there/lib; wait $!");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "text\n");
}

TEST_CASE("large files arrive byte by byte, beside others") {
  elsewhere t;
  t.shell("for i in 1 2 3; do head -c 5000000 /dev/urandom > big$i; done");
  const auto run =
      t.there("$WEIR -q $THERE --send {} --return {}.2 'cp {} {}.2' ::: big1 big2 big3");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(t.shell("cmp big1 big1.2 && cmp big2 big2.2 && cmp big3 big3.2").exit_code() == 0);
}

TEST_CASE("a file that is missing fails its job alone, before or after it has run") {
  elsewhere t;
  t.write("a", "");
  auto run = t.there("$WEIR $THERE --send {} touch ran ::: a none");
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("send none: No such file or directory") != std::string::npos);
  run = t.there("$WEIR $THERE --return {} 'touch a; exit {}' ::: 0 3");
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("return 0: No such file or directory") != std::string::npos);
  CHECK(run.err.find("failed: exit 3") != std::string::npos);
}

TEST_CASE("what both machines have is left alone, and never removed") {
  test_space t;
  t.write("a", "text");
  const auto run = t.weir({"-q", "--on", "local", "--send", "{}", "--return", "{}", "--return",
                           "{}.2", "--cleanup", "cp {} {}.2", ":::", "a"});
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(t.read("a") == "text");
  CHECK(t.read("a.2") == "text");
}

TEST_CASE("files of jobs of a manifest") {
  elsewhere t;
  t.write("jobs.toml", R"(version = 1
[defaults]
cleanup = true
[[job]]
name = "up-{n}"
run = "cat {n}.in common > {n}.out"
matrix = { n = ["1", "2"] }
send = ["{n}.in", "common"]
return = ["{n}.out"]
)");
  t.shell("echo 1 > 1.in; echo 2 > 2.in; echo all > common");
  CHECK(t.weir({"--file", "jobs.toml", "--check"}).out.find("sends 2.in, common, returns 2.out") !=
        std::string::npos);
  const auto run = t.there("$WEIR -q $THERE --file jobs.toml");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(t.shell("cat 1.out 2.out").out == "1\nall\n2\nall\n");
  CHECK(t.left_there() == ". ");
  // Here they are where they are.
  CHECK(t.weir({"-q", "--file", "jobs.toml"}).exit_code() == 0);
}

TEST_CASE("an interrupt while a file is on its way ends the job") {
  elsewhere t;
  // A connection that stands still in the middle of the large file, until the run has been stopped.
  t.write("slow", "{ dd bs=8192 count=40 2> dd; $CHILD wait-for $HERE/go; cat; } | \"$@\"\n");
  t.shell("mkdir t; for i in $(seq 300); do echo $i > t/$i; done; head -c 5000000 /dev/zero > big");
  const pid_t weir = t.start_shell(
      "export HERE=$PWD; exec $WEIR --on \"exec:sh $PWD/slow\" --remote-weir $WEIR --remote-dir "
      "$PWD/there --cleanup --send t --send big touch ran ::: 1 2> err");
  test_space::eventually([&] { return t.left_there().find("./t/") != std::string::npos; });
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return t.read("err").find("SIGINT") != std::string::npos; });
  t.write("go", "");
  CHECK(t.join(weir).exit_code() != 0);
  CHECK(t.left_there() == ". ");
}

TEST_CASE("options for files that cannot be meant are refused") {
  test_space t;
  struct refusal {
    std::vector<std::string> arguments;
    std::string message;
  };
  const auto each = GENERATE(values<refusal>({
      {{"--send", "x", "true", ":::", "1"}, "--send: needs --on WHERE"},
      {{"--return", "x", "true", ":::", "1"}, "--return: needs --on WHERE"},
      {{"--on", "local", "--cleanup", "true", ":::", "1"}, "--cleanup: needs --send"},
      {{"--send-once", "x", "true", ":::", "1"}, "--send-once: needs --on WHERE"},
      {{"--on", "local", "--send", "", "true", ":::", "1"}, "--send: PATH must not be empty"},
      {{"--on", "local", "--return", "{2}", "true", ":::", "1"}, "\"{2}\": no input can fill it"},
      {{"--on", "local", "--send", "{%}", "true", ":::", "1"}, "--send: {%} is not known before"},
      {{"--on", "local", "--send", "x", "--file", "none.toml"},
       "expected the keys send, return and cleanup"},
  }));
  t.write("none.toml", "version = 1\n[[job]]\nrun = \"true\"\n");
  const auto run = t.weir(each.arguments);
  CHECK(run.exit_code() == 2);
  CHECK(run.err.find(each.message) != std::string::npos);
}

TEST_CASE("GNU parallel's words for hosts, and for files that go there and back") {
  test_space t;
  // A host is a directory, in which ssh begins.
  t.write("ssh",
          "#!/bin/sh\nshift 2\nmkdir -p home/$1 && cd home/$1 && shift && exec sh -c \"$*\"\n");
  t.shell(
      "mkdir bin; mv ssh bin; chmod +x bin/ssh; ln -s $WEIR bin/weir; ln -s $WEIR bin/parallel; "
      "for i in 1 2 3; do echo $i > f$i; done; echo base > lib");
  const auto run = t.shell(
      "export PATH=$PWD/bin:$PATH; "
      "parallel -S a,2/b --basefile lib --trc {}.out 'cat lib {} > {}.out' ::: f1 f2 f3");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(t.shell("cat f1.out f2.out f3.out").out == "base\n1\nbase\n2\nbase\n3\n");
  CHECK(t.shell("cd home && find . -type f").out.empty());
  const auto slots =
      t.shell("export PATH=$PWD/bin:$PATH; parallel -j1 -S a -k 'pwd; echo {%}' ::: 1 2");
  CHECK(slots.out == t.path("home/a") + "\n1\n" + t.path("home/a") + "\n1\n");
}

TEST_CASE("hosts that cannot be used are told, and their jobs have failed") {
  test_space t;
  t.write("refuses", "#!/bin/sh\nexit 255\n");
  t.shell("chmod +x refuses");
  const bool halts = GENERATE(false, true);
  const auto run = t.shell(std::string("$WEIR --as parallel --ssh ./refuses -S nohost ") +
                           (halts ? "--halt now,fail=1 " : "") + "echo ::: 1 2 3");
  CHECK(run.exit_code() == 3);
  CHECK(run.err == "parallel: nohost: did not start: exit 255\n");
}

TEST_CASE("workers that share a directory remove nothing that others there need") {
  test_space t;
  t.write("a", "");
  ::mkdir(t.path("there").c_str(), 0700);
  const auto run = t.shell(
      "$WEIR -q --on local/1 --on local/1 --remote-dir $PWD/there --send a --cleanup "
      "'cat a; : {}' ::: $(seq 30)");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
}
