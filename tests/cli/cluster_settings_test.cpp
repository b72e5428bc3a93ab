// Where jobs run, as it is said: by --on, by a manifest, and by what goes with them.
#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/count_of.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

bool tells(const finished& run, const std::string& what) {
  INFO(run.err);
  const bool found = run.err.find(what) != std::string::npos;
  CHECK(found);
  return found;
}

/// A manifest of one job that tells where it runs.
std::string manifest_with(const std::string& run) {
  return "version = 1\n[run]\n" + run + "\n[[job]]\nrun = \"echo ${WEIR_NODE:+elsewhere}\"\n";
}

}  // namespace

TEST_CASE("a manifest says where its jobs run, and the command line wins") {
  test_space t;
  t.write("one.toml", manifest_with("on = \"local/1\""));
  t.write("two.toml", manifest_with("on = [\"exec/1:env WEIR_FROM=manifest\", \"local/1\"]\n"));
  t.write("jobs.jsonl",
          "{\"version\":1,\"run\":{\"on\":[\"local/1\"]}}\n{\"run\":\"echo "
          "${WEIR_NODE:+elsewhere}\"}\n");
  CHECK(t.weir({"--file", "one.toml"}).out == "elsewhere\n");
  CHECK(t.weir({"--file", "jobs.jsonl"}).out == "elsewhere\n");
  CHECK(t.shell("$WEIR --file two.toml --remote-weir \"$WEIR\"").out == "elsewhere\n");
  const auto plan = t.weir({"--file", "two.toml", "--check"});
  CHECK(plan.out.find("on exec/1:env WEIR_FROM=manifest\non local/1\n") == 0);
  const auto other = t.weir({"--file", "two.toml", "--on", "local/3", "--check"});
  CHECK(other.out.find("on local/3\n") == 0);
  CHECK(t.weir({"--file", "two.toml", "--on", "local/3"}).out == "elsewhere\n");
}

TEST_CASE("without a limit that is said, a manifest's places are the limit") {
  test_space t;
  const std::string job =
      "[[job]]\nmatrix = { n = [1, 2, 3] }\nrun = \"touch up{n}; $CHILD wait-for up1 wait-for up2 "
      "wait-for up3\"\n";
  t.write("jobs.toml", "version = 1\n[run]\non = \"local/3\"\n" + job);
  CHECK(t.weir({"--file", "jobs.toml"}).exit_code() == 0);
}

TEST_CASE("what a manifest says of places is checked like --on, and named as it is written") {
  test_space t;
  t.write("bad.toml", manifest_with("on = [\"locals\"]"));
  auto run = t.weir({"--file", "bad.toml", "--check"});
  CHECK(run.exit_code() == 2);
  CHECK(tells(run, "bad.toml:3:"));
  CHECK(tells(run, "on: found \"locals\", expected local[/SLOTS]"));
  t.write("bad.toml", manifest_with("on = 3"));
  CHECK(tells(t.weir({"--file", "bad.toml"}), "where jobs run"));

  t.write("jobs.toml", manifest_with("on = \"local/1\""));
  CHECK(tells(t.weir({"--nice", "3", "--file", "jobs.toml"}), "[run] on and --nice"));
  CHECK(tells(t.weir({"--ssh", "x", "--file", "jobs.toml"}), "--ssh: needs --on ssh:HOST"));
  t.write("here.toml", manifest_with(""));
  CHECK(tells(t.weir({"--remote-dir", "/", "--file", "here.toml"}),
              "--remote-dir: needs --on WHERE"));
  CHECK(t.weir({"--remote-dir", "/", "--file", "jobs.toml"}).out == "elsewhere\n");
}

TEST_CASE("output that cannot come from another machine is refused, of one job it fails that job") {
  test_space t;
  t.write("all.toml", manifest_with("on = \"local/1\"\noutput = \"raw\""));
  const auto all = t.weir({"--file", "all.toml"});
  CHECK(all.exit_code() == 2);
  CHECK(tells(all, "[run] on and [run] output"));
  t.write("one.toml", manifest_with("on = \"local/1\"") + "output = \"raw\"\n");
  const auto one = t.weir({"--file", "one.toml"});
  CHECK(one.exit_code() == 1);
  CHECK(tells(one, "cannot have raw output"));
}

TEST_CASE("what --on cannot be, and what does not go with it, is refused") {
  test_space t;
  for (const char* word : {"", "locals", "local/", "local/0", "local/x", "ssh:", "ssh:a,",
                           "ssh:a/0", "ssh:-oProxyCommand=x", "exec:", "exec/0:env", "execute:env",
                           "slurms", "slurm:", "slurm/0"}) {
    const auto run = t.weir({"--on", word, "echo", ":::", "1"});
    INFO(word);
    CHECK(run.exit_code() == 2);
    CHECK(run.err.find("--on") != std::string::npos);
  }
  for (const std::vector<std::string>& also :
       {std::vector<std::string>{"-u"}, {"--tty"}, {"--jobserver"}, {"--nice", "3"}}) {
    std::vector<std::string> words{"--on", "local"};
    words.insert(words.end(), also.begin(), also.end());
    words.insert(words.end(), {"echo", ":::", "1"});
    const auto run = t.weir(words);
    CHECK(run.exit_code() == 2);
    CHECK(tells(run, "--on and " + also.front()));
  }
}

TEST_CASE("an option that the places of --on have no use for is refused") {
  test_space t;
  const auto refused = [&](std::vector<std::string> words, const std::string& why) {
    words.insert(words.end(), {"echo", ":::", "1"});
    const auto run = t.weir(words);
    CHECK(run.exit_code() == 2);
    CHECK(tells(run, why));
  };
  refused({"--remote-dir", "/"}, "--remote-dir: needs --on WHERE");
  refused({"--node-retries", "1"}, "--node-retries: needs --on WHERE");
  refused({"--remote-weir", "weir"}, "--remote-weir: needs --on ssh:HOST, slurm or exec:COMMAND");
  refused({"--on", "local", "--remote-weir", "x"}, "--remote-weir: needs --on ssh:HOST");
  refused({"--on", "local", "--ssh", "x"}, "--ssh: needs --on ssh:HOST");
  refused({"--on", "exec:env", "--ssh", "x"}, "--ssh: needs --on ssh:HOST");
  refused({"--on", "local", "--slurm-arg=-t1"}, "--slurm-arg: needs --on slurm");
}

TEST_CASE("on Slurm a worker is a step on each node of the allocation, or a job of its own") {
  test_space t;
  t.write(
      "srun",
      "#!/bin/sh\necho \"$@\" >> calls\nwhile [ \"$1\" != \"${1#-}\" ]; do case $1 in -J | -w | "
      "-c) shift ;; esac; shift; done\nexec \"$@\"\n");
  ::chmod(t.path("srun").c_str(), 0700);
  auto run = t.shell(
      "PATH=$PWD:$PATH SLURM_JOB_ID=42 SLURM_JOB_NODELIST='n[1-2]' "
      "SLURM_JOB_CPUS_PER_NODE='1(x2)' $WEIR --on slurm "
      "'touch up{}; $CHILD wait-for up1 wait-for up2; echo $WEIR_NODE' ::: 1 2 | sort -u");
  CHECK(run.out == "n1\nn2\n");
  const std::string steps = t.read("calls");
  CHECK(count_of(steps, "--jobid=42 --overlap --no-kill -N1 -n1 -w n") == 2);

  run = t.shell("PATH=$PWD:$PATH $WEIR --on slurm/3 --slurm-workers 2 --slurm-arg=-t60 echo ::: 1");
  CHECK(run.out == "1\n");
  CHECK(count_of(t.read("calls"), "-N1 -n1 -c3 -t60 /") == 2);

  run =
      t.shell("PATH=$PWD:$PATH $WEIR --on slurm/3 --job-memory 2G --slurm-arg=--mem=1T echo ::: 1");
  CHECK(run.out == "1\n");
  CHECK(count_of(t.read("calls"), "-N1 -n1 -c3 --mem=6144M --mem=1T /") == 1);

  t.write("jobs.toml", "version = 1\n[[job]]\ngpus = 2\nargv = [\"true\"]\n");
  for (const auto& [words, asked] :
       {std::pair("--on slurm/3 --job-gpus 2 true ::: 1 2", "-c3 --gres=gpu:6 /"),
        std::pair("--on slurm/3 --job-gpus 2 --gpus 4 true ::: 1", "-c3 --gres=gpu:4 /"),
        std::pair("--on slurm/3 --job-gpus 2 --slurm-arg=--gpus=a100:3 true ::: 1",
                  "-c3 --gpus=a100:3 /"),
        std::pair("--on slurm/3 --file jobs.toml", "-c3 --gres=gpu:2 /")}) {
    INFO(words);
    t.write("calls", "");
    CHECK(t.shell("CUDA_VISIBLE_DEVICES=0,1 PATH=$PWD:$PATH $WEIR " + std::string(words))
              .exit_code() == 0);
    CHECK(count_of(t.read("calls"), asked) == 1);
  }

  run = t.shell("SLURM_JOB_ID=42 SLURM_JOB_NODELIST='n[' $WEIR --on slurm echo ::: 1");
  CHECK(run.exit_code() == 2);
  CHECK(tells(run, "expected the nodes of an allocation"));
  CHECK(tells(t.weir({"--slurm-workers", "2", "echo", ":::", "1"}),
              "--slurm-workers: needs --on slurm"));
}

TEST_CASE("what is wrong with places is told by the names of GNU parallel's options, if typed so") {
  test_space t;
  const auto refused = [&](const std::string& words, const std::string& why) {
    const auto run = t.shell("$WEIR --as parallel " + words + " echo ::: 1");
    CHECK(run.exit_code() == 255);
    CHECK(tells(run, "parallel: " + why));
  };
  refused("-S a --nice 3", "-S and --nice: ");
  refused("--sshlogin a --limit true", "--sshlogin and --limit: ");
  refused("-S a --transferfile {%}", "--transferfile: {%} is not known");
  refused("-S a --trc {%}", "--trc: {%} is not known");
  refused("--sshlogin -x", "--sshlogin: \"-x\": expected HOST or N/HOST");
  refused("-S a:22", "-S: \"a:22\": expected HOST or N/HOST");
}

TEST_CASE("a job that failed elsewhere is run again there, with its files") {
  test_space t;
  t.shell("mkdir there bin; ln -s $WEIR bin/weir; echo text > in");
  const auto run = t.shell(
      "$WEIR --on local/1 --remote-dir $PWD/there --send in --return 'made {}' --cleanup 'cat in "
      "in > \"made {}\"; exit 3' ::: \"it's\" 2>&1 | sed -n 's/^  run it again: //p' > again; "
      "rm -f made*; PATH=$PWD/bin:$PATH sh again; cat again \"made it's\"; ls there");
  INFO(run.out << run.err);
  CHECK(run.out.find("weir --on=local/1 --remote-dir=") == 0);
  CHECK(run.out.ends_with("\ntext\ntext\n"));
  t.write("jobs.toml", "version = 1\n[[job]]\nname = \"one\"\nrun = \"exit 3\"\n");
  CHECK(tells(t.weir({"--on", "local/1", "--file", "jobs.toml"}),
              "run it again: weir --file=jobs.toml --on=local/1 --only=one\n"));
  t.write("there.toml", manifest_with("on = \"local/1\"") + "name = \"one\"\nok = [1]\n");
  CHECK(
      tells(t.weir({"--file", "there.toml"}), "run it again: weir --file=there.toml --only=one\n"));
}

TEST_CASE("a dry run tells where jobs would run, with which files") {
  test_space t;
  const auto run = t.weir({"--on", "local/2", "--on", "ssh:x", "--send", "{}.in", "--return", "out",
                           "--dry-run", "echo", ":::", "1"});
  CHECK(run.out == "# sends 1.in, returns out\necho 1\n");
  CHECK(run.err == "weir: jobs would run on local/2, ssh:x\n");
}
