// GPUs that jobs claim: here, in worker processes, and with what is not there.
#include <cstdlib>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// Each job shows what it owns once all of the first three have started.
const std::string wait_for_three =
    "'touch up{}; [ {} -gt 3 ] || $CHILD wait-for up1 wait-for up2 wait-for up3; "
    "echo $CUDA_VISIBLE_DEVICES $HIP_VISIBLE_DEVICES $WEIR_GPUS'";

}  // namespace

TEST_CASE("jobs that claim GPUs at the same time own different ones") {
  test_space t;
  const auto three = [&](const std::string& words) {
    const auto run = t.shell("rm -f up*; CUDA_VISIBLE_DEVICES=2,5,GPU-ab " + words + ' ' +
                             wait_for_three + " ::: 1 2 3");
    INFO(words << '\n' << run.err);
    CHECK(run.exit_code() == 0);
    CHECK(sorted_lines(run.out) ==
          std::vector<std::string>{"2 2 2", "5 5 5", "GPU-ab GPU-ab GPU-ab"});
  };
  three("$WEIR -j8 --job-gpus 1");
  three("$WEIR --job-gpus 1 --on exec/8:env --remote-weir $WEIR");
  // Two engines on one machine.
  three("$WEIR --job-gpus 1 --on local/2 --on local/2");
}

TEST_CASE("a job waits until as many GPUs as it claims are free") {
  for (const std::string where : {"", "on = 'local/4'\n"}) {
    test_space t;
    t.write("jobs.toml",
            "version = 1\n[run]\n" + where +
                "[[job]]\nmatrix = { n = [1, 2] }\ngpus = 1\n"
                "run = 'touch up{n}; echo $WEIR_GPUS >> own; exec $CHILD wait-for go{n}'\n"
                "[[job]]\ngpus = 2\nrun = 'echo $WEIR_GPUS > both'\n"
                "[[job]]\nrun = 'printenv CUDA_VISIBLE_DEVICES WEIR_GPUS > others; true'\n");
    const pid_t weir =
        t.start_shell("CUDA_VISIBLE_DEVICES=6,7 exec $WEIR -j8 --control=s --file jobs.toml");
    t.wait_for_file("up1");
    t.wait_for_file("up2");
    test_space::eventually([&] {
      return t.shell("$WEIR ctl --json ./s status").out.find("claims of GPUs (needs 2, ") !=
             std::string::npos;
    });
    t.write("go1", "");
    t.write("go2", "");
    INFO(where);
    CHECK(t.join(weir).exit_code() == 0);
    CHECK(sorted_lines(t.read("own")) == std::vector<std::string>{"6", "7"});
    CHECK(t.read("both") == "6,7\n");
    CHECK(t.read("others") == "6,7\n");
  }
}

TEST_CASE("what weir says of a job's GPUs takes precedence over the job's own environment") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[[job]]\ngpus = 1\nenv = { CUDA_VISIBLE_DEVICES = '9' }\n"
          "run = 'env | grep ^CUDA_VIS'\n");
  CHECK(t.shell("$WEIR --gpus 2 --file jobs.toml").out == "CUDA_VISIBLE_DEVICES=0\n");
}

TEST_CASE("more GPUs than there are is an error before anything starts") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[[job]]\nrun = 'touch started'\n[[job]]\ngpus = 3\nargv = ['true']\n");
  t.write("jobs.jsonl", "{\"run\":\"touch started\"}\n{\"gpus\":3,\"argv\":[\"true\"]}\n");
  const auto refused = [&](const std::string& words, const std::string& why) {
    const auto run = t.shell("CUDA_VISIBLE_DEVICES=0,1 $WEIR " + words);
    INFO(words);
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains(why));
    CHECK_FALSE(t.exists("started"));
  };
  refused("--file jobs.toml", "jobs.toml:5:8: gpus: 3 can never be free, there are 2");
  refused("--check --file jobs.toml", "jobs.toml:5:8: gpus: 3 can never be free, there are 2");
  refused("--check --file jobs.jsonl", "jobs.jsonl:2:9: gpus: 3 can never be free, there are 2");
  refused("--on local --file jobs.toml", "there are 2");
  refused("--on exec:env --gpus 1 --file jobs.toml", "there is 1");
  refused("--job-gpus 3 touch started :::", "--job-gpus 3: there are 2 GPUs");
  refused("--gpus 1 --job-gpus 2 touch started :::", "--job-gpus 2: there is 1 GPU");
  refused("--gpus 2 touch started :::", "--gpus: needs --job-gpus N, or --file FILE");
  refused("--job-gpus 1 --gpus 1 --pipe --tee touch started", "--job-gpus");
}

TEST_CASE("a job for which no worker has enough GPUs does not run, and the others do") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[run]\non = ['exec:env CUDA_VISIBLE_DEVICES=0 ', 'exec:env "
          "CUDA_VISIBLE_DEVICES=3,4 ']\n[[job]]\ngpus = 3\nargv = ['touch', 'never']\n"
          "[[job]]\ngpus = 2\nrun = 'echo $WEIR_GPUS'\n[[job]]\nrun = 'echo none'\n");
  const auto run = t.shell("$WEIR --remote-weir $WEIR --file jobs.toml");
  INFO(run.err);
  CHECK(run.exit_code() == 1);
  CHECK(sorted_lines(run.out) == std::vector<std::string>{"3,4", "none"});
  CHECK_THAT(run.err, Contains("no worker has 3 GPUs: jobs that need that cannot run"));
  CHECK_FALSE(t.exists("never"));
}

TEST_CASE("a retry has GPUs of its own again") {
  test_space t;
  const auto run = t.shell(
      "$WEIR -j4 --gpus 2 --job-gpus 1 --retries 2 --retry-delay 0 'echo $WEIR_GPUS >> owned; : "
      "{}; [ "
      "$WEIR_ATTEMPT = 2 ]' ::: 1 2 3 4");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  const auto owned = lines(t.read("owned"));
  CHECK(owned.size() == 8);
  for (const std::string& each : owned) CHECK((each == "0" || each == "1"));
}
