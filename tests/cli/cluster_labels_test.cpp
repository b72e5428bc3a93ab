// Labels of places, and the jobs that ask for them.
#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/count_of.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// Places as in [run] on, then jobs.
std::string on(const std::string& places, const std::string& jobs) {
  return "version = 1\n[run]\non = [" + places + "]\n" + jobs;
}

/// "gpu" or nothing, the place, and the number.
const std::string says_where = "echo ${AT:-plain} {n}";

std::string jobs_of(const std::string& numbers, const std::string& script,
                    const std::string& also) {
  return "[[job]]\nname = \"" + (also.empty() ? "any" : std::string("gpu")) +
         "-{n}\"\nmatrix = { n = [" + numbers + "] }\nrun = '" + script + "'\n" + also;
}

}  // namespace

TEST_CASE("a command of exec that is missing is named, beside the weir behind it") {
  test_space t;
  const auto run = t.shell("timeout 60 $WEIR --on exec/2:no-such-command true ::: 1");
  CHECK(run.exit_code() != 0);
  CHECK_THAT(run.err,
             Contains("no-such-command, or weir behind it, was not found: use --remote-weir"));
}

TEST_CASE("a job that asks for a label runs only where a place has it, and others run on") {
  test_space t;
  // The place with the label comes when all others are done.
  t.write("jobs.toml", on(R"("exec/1:gpu+big:$CHILD wait-for done4 && env AT=gpu", "exec/1:env")",
                          jobs_of("1, 2", says_where, "on = \"gpu\"\n") +
                              jobs_of("3, 4", says_where + "; touch done{n}", "")));
  const auto run = t.shell("$WEIR --remote-weir \"$WEIR\" --file jobs.toml");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "plain 3\nplain 4\ngpu 1\ngpu 2\n");
}

TEST_CASE("jobs without a label leave places with one to others, as long as there is room") {
  test_space t;
  t.write(
      "jobs.toml",
      on(R"("exec/4:gpu:env AT=gpu", "exec/2:env")",
         "[[job]]\nname = \"both\"\nrun = '''until [ $($WEIR ctl --json ./s status | grep -o "
         "'\"state\":\"ready\"' | wc -l) = 2 ]; do sleep 0.01; done'''\n" +
             jobs_of("1, 2, 3",
                     "touch up{n}; $CHILD wait-for up1 wait-for up2 wait-for up3; " + says_where,
                     "") +
             "needs = [\"both\"]\n"));
  const auto run = t.shell("$WEIR --remote-weir \"$WEIR\" --control=s --file jobs.toml");
  INFO(run.err);
  CHECK(count_of(run.out, "gpu") == 1);
  CHECK(count_of(run.out, "plain") == 2);
}

TEST_CASE("a label that no place has is told with its place in the manifest, and nothing starts") {
  test_space t;
  const auto refused = [&](std::vector<std::string> words, const std::string& why) {
    const auto run = t.weir(std::move(words));
    CHECK(run.exit_code() == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, Contains(why));
    CHECK(count_of(run.err, "no place has") == 1);
  };
  const std::string job = jobs_of("1, 2", says_where, "on = \"gpu\"\n");
  t.write("jobs.toml", on(R"("local:cpu", "local:big")", job));
  refused({"--file", "jobs.toml"},
          "jobs.toml:8:6: on: no place has the label \"gpu\", expected big or cpu\n");
  refused({"--file", "jobs.toml", "--check"}, "jobs.toml:8:6: on: no place has");
  refused({"--on", "local", "--file", "jobs.toml"}, "expected such as --on slurm:gpu\n");
  t.write("here.toml", "version = 1\n" + job);
  refused({"--file", "here.toml"}, "here.toml:6:6: on: no place has the label \"gpu\": jobs run");
  CHECK(t.weir({"--on", "local:gpu", "--file", "jobs.toml"}).exit_code() == 0);
  t.write("defaults.toml", "version = 1\n[defaults]\non = \"gpu\"\n" + jobs_of("1", "true", "") +
                               jobs_of("2", "true", "on = \"gpu\"\n"));
  const auto both = t.weir({"--on", "local:cpu", "--file", "defaults.toml"});
  CHECK_THAT(both.err, Contains("defaults.toml:3:6: on: no place"));
  CHECK_THAT(both.err, Contains("defaults.toml:12:6: on: no place"));
  t.write("jobs.jsonl",
          "{\"version\":1,\"run\":{\"on\":[\"local:cpu\"]}}\n"
          "{\"run\":\"echo\",\"on\":\"gpu\"}\n");
  refused({"--file", "jobs.jsonl"}, "jobs.jsonl:2:20: on: no place has the label \"gpu\"");
  t.write("bad.toml", on("\"local:gpu\"", "[[job]]\nrun = \"true\"\non = \"no label\"\n"));
  CHECK_THAT(t.weir({"--file", "bad.toml"}).err,
             Contains("bad.toml:6:6: on: found the string \"no label\", expected a label of a"));
  // Its places are in doubt: what follows from that is not told.
  t.write("doubt.toml", on("\"locals:gpu\"", job));
  CHECK(count_of(t.weir({"--file", "doubt.toml"}).err, "no place has") == 0);
}

TEST_CASE("labels follow their place") {
  test_space t;
  for (const char* word : {"local:gpu", "local/2:gpu+big", "slurm:gpu", "slurm/2:gpu", "ssh:a:gpu",
                           "ssh:a/8:gpu,b:gpu,c", "ssh:::1/2:gpu", "ssh:::1", "exec:gpu:env",
                           "exec/2:gpu+big:env A=b:c", "exec:sh -c 'a:b'"}) {
    INFO(word);
    CHECK(t.weir({"--on", word, "--dry-run", "echo", ":::", "1"}).out == "echo 1\n");
  }
  for (const char* word : {"local:", "local:4", "local/2:", "local:a+", "local:a:b", "ssh:a:22",
                           "ssh:a/2:b:c", "exec:gpu:", "slurm:-t1"}) {
    const auto run = t.weir({"--on", word, "echo", ":::", "1"});
    INFO(word);
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains(std::string("--on: found \"") + word + "\", expected"));
  }
}

TEST_CASE("jobs of a label that no worker has any more are left for a resume, others run") {
  test_space t;
  t.write("jobs.toml",
          on(R"("exec/1:gpu:false", "local/1")",
             jobs_of("1, 2", says_where, "on = \"gpu\"\n") + jobs_of("3", says_where, "")));
  const auto run = t.weir({"--journal", "journal", "--file", "jobs.toml"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "plain 3\n");
  CHECK(count_of(run.err, "no worker with the label gpu is left") == 1);
  CHECK_THAT(run.err, Contains("1 succeeded, 2 not started"));
  const auto again = t.weir({"--resume", "journal", "--on", "local/1:gpu", "--file", "jobs.toml"});
  CHECK(again.exit_code() == 0);
  CHECK(again.out == "plain 1\nplain 2\n");
}

TEST_CASE("a job of a lost worker runs again only where its label is") {
  test_space t;
  t.write("jobs.toml",
          on(R"("exec/1:gpu:env AT=first", "exec/1:gpu:$CHILD wait-for up; env AT=gpu", "local/4")",
             "[[job]]\non = \"gpu\"\nrun = '''[ $AT = first ] || exec echo $AT\n"
             "touch up; kill -9 $WEIR_PARENT'''\n"));
  // The parent of a job is its worker.
  const auto run = t.shell(
      "sed -i 's/\\$WEIR_PARENT/$PPID/' jobs.toml; $WEIR --remote-weir \"$WEIR\" --file jobs.toml");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "gpu\n");
  CHECK_THAT(run.err, Contains("lost with 1 job"));
}

TEST_CASE("labels are shown by --check, ctl status and the trace") {
  test_space t;
  t.write("jobs.toml", on("\"local/1:gpu+big\"",
                          "[[job]]\nname = \"one\"\nrun = '$WEIR ctl ./s status; $WEIR ctl --json "
                          "./s status'\non = \"gpu\"\n"));
  CHECK_THAT(t.weir({"--check", "--file", "jobs.toml"}).out, Contains("\n    on gpu\n"));
  const auto run = t.shell("$WEIR --control=s --trace trace --file jobs.toml");
  CHECK_THAT(run.out, Contains(" (gpu, big): 1 running, 1 slot"));
  CHECK_THAT(run.out, Contains(R"("labels":["gpu","big"])"));
  CHECK_THAT(t.read("trace"), Contains(R"("on":"gpu")"));
}

TEST_CASE("an argument for srun may be for the jobs of one label") {
  test_space t;
  t.write("srun",
          "#!/bin/sh\necho \"$@\" >> calls\nwhile [ \"$1\" != \"${1#-}\" ]; do case $1 in -J) "
          "shift ;; esac; shift; done\nexec \"$@\"\n");
  ::chmod(t.path("srun").c_str(), 0700);
  const auto run = t.shell(
      "PATH=$PWD:$PATH $WEIR --on slurm/3:gpu --on slurm/4 --slurm-arg=-t60 "
      "--slurm-arg=gpu:--gres=gpu:1 'touch up{}; $CHILD wait-for up1 wait-for up2 wait-for up3 "
      "wait-for up4' ::: 1 2 3 4");
  CHECK(run.exit_code() == 0);
  const std::string calls = t.read("calls");
  CHECK(count_of(calls, "-c3 -t60 --gres=gpu:1 /") == 1);
  CHECK(count_of(calls, "-c4 -t60 /") == 1);
  const auto bad = t.weir({"--on", "slurm:gpu", "--slurm-arg=gp:-t1", "echo", ":::", "1"});
  CHECK(bad.exit_code() == 2);
  CHECK_THAT(bad.err, Contains("--slurm-arg: found \"gp:-t1\", expected the label of a place"));
}
