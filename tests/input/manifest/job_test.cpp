#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;

TEST_CASE("a job has all that the manifest says of it") {
  const manifest m = toml(R"(
[pool.db]
capacity = 2
[[job]]
name = "load"
argv = ["load", "a b", ""]
pool = { db = 2 }
weight = 3
priority = -4
shield = true
timeout = "5m"
close-timeout = "10s"
retry = { times = 2, backoff = "1s", max = "30s", on = [75, "timeout"] }
env = { LEVEL = "2", OLD = false }
dir = "data"
stdin = { file = "in.txt" }
ok = [0, 3]
skip = [77]
allow-failure = true
output = "line"
)");
  REQUIRE(m.jobs.size() == 1);
  const manifest_job& job = m.jobs[0];
  CHECK(job.spec.seq == 1);
  CHECK(job.spec.name == "load");
  CHECK(job.spec.argv == argument_list{"load", "a b", ""});
  CHECK(job.spec.settings->output == output_mode::line);
  const job_settings& s = *job.spec.settings;
  CHECK(s.pools == std::vector<std::pair<std::string, unsigned>>{{"db", 2}});
  CHECK(s.weight == 3);
  CHECK(s.priority == -4);
  CHECK(s.shield);
  CHECK(s.timeout == duration(5min));
  CHECK(s.close_timeout == duration(10s));
  CHECK(s.retry == retry_settings{2, 1s, 30s, {75}, true, false});
  CHECK(s.env == env_changes{{"LEVEL", "2"}, {"OLD", std::nullopt}});
  CHECK(s.dir == "data");
  CHECK(s.input == job_input{file_input{"in.txt"}});
  CHECK(s.ok == std::vector<int>{0, 3});
  CHECK(s.skip == std::vector<int>{77});
  CHECK(s.allow_failure);
  CHECK(m.pools == std::vector<pool_settings>{{"db", 2}});
}

TEST_CASE("a job without settings has those of a job on the command line") {
  CHECK(*one_job(R"(argv = ["true"])").spec.settings == job_settings{});
}

TEST_CASE("retry may be a bare number, which retries every failure") {
  CHECK(one_job("argv = [\"a\"]\nretry = 3").spec.settings->retry ==
        retry_settings{3, {}, {}, {}, true, true});
}

TEST_CASE("retry without \"timeout\" in `on` does not retry a timeout") {
  CHECK_FALSE(
      one_job("argv = [\"a\"]\nretry = { times = 1, on = [75] }").spec.settings->retry.on_timeout);
}

TEST_CASE("a duration without a unit is in seconds") {
  CHECK(one_job("argv = [\"a\"]\ntimeout = 5").spec.settings->timeout == duration(5s));
  CHECK(one_job("argv = [\"a\"]\ntimeout = 0.5").spec.settings->timeout == duration(500ms));
}

TEST_CASE("scripts run in the run's shell, with its options; without one a plain script directly") {
  const std::string jobs = "[[job]]\nrun = \"a | b\"\n[[job]]\nrun = \"gzip -9 x\"\n";
  const manifest chosen = toml("[run]\nshell = \"/bin/dash -eu\"\n" + jobs);
  CHECK(chosen.jobs.at(0).spec.argv == argument_list{"/bin/dash", "-eu", "-c", "a | b"});
  CHECK(chosen.jobs.at(1).spec.argv == argument_list{"/bin/dash", "-eu", "-c", "gzip -9 x"});
  const manifest usual = toml(jobs);
  CHECK(usual.jobs.at(0).spec.argv == argument_list{"/bin/sh", "-c", "a | b"});
  CHECK(usual.jobs.at(1).spec.argv == argument_list{"gzip", "-9", "x"});
}

TEST_CASE("the run's settings are read") {
  const run_settings run = toml(R"([run]
limit = "50%"
pending-limit = 100
halt = "now,fail=1"
output = "raw"
keep-order = true
on = ["slurm/4", "ssh:a,b/8"]
[[job]]
run = "a"
)")
                               .run;
  CHECK(run.limit == "50%");
  CHECK(run.pending_limit == 100);
  CHECK(run.halt == "now,fail=1");
  CHECK(run.output == output_mode::raw);
  CHECK(run.keep_order == true);
  CHECK(run.on == std::vector<std::string>{"slurm/4", "ssh:a,b/8"});
  CHECK(toml("job = []\nrun.on = \"local\"").run.on == std::vector<std::string>{"local"});
  CHECK(toml("job = []\nrun.limit = 8").run.limit == "8");
}

TEST_CASE("a job's keys replace the defaults', and env is merged variable by variable") {
  const manifest m = toml(R"(
[run]
env = { A = "run", B = "run", C = "run" }
[defaults]
timeout = "1s"
retry = 2
run = "default"
env = { B = "defaults", C = "defaults" }
[[job]]
argv = ["own"]
timeout = "2s"
env = { C = false }
[[job]]
)");
  const job_settings& own = *m.jobs.at(0).spec.settings;
  CHECK(m.jobs[0].spec.argv == argument_list{"own"});
  CHECK(own.timeout == duration(2s));
  CHECK(own.retry.times == 2);
  CHECK(own.env == env_changes{{"A", "run"}, {"B", "defaults"}, {"C", std::nullopt}});
  CHECK(m.jobs.at(1).spec.argv == argument_list{"default"});
}

TEST_CASE("a job's relative directory is below the run's, an absolute one is not") {
  const manifest m = toml(R"(
[run]
dir = "top"
[[job]]
argv = ["a"]
[[job]]
argv = ["a"]
dir = "sub"
[[job]]
argv = ["a"]
dir = "/abs"
)");
  CHECK(m.jobs.at(0).spec.settings->dir == "top");
  CHECK(m.jobs.at(1).spec.settings->dir == "top/sub");
  CHECK(m.jobs.at(2).spec.settings->dir == "/abs");
}

TEST_CASE("jobs with the same settings share them") {
  const manifest m = toml("[[job]]\nargv = [\"a\"]\n[[job]]\nargv = [\"b\"]\n");
  CHECK(m.jobs.at(0).spec.settings == m.jobs.at(1).spec.settings);
}

TEST_CASE("text for stdin may hold anything, an argument no NUL") {
  const auto job = one_job("argv = [\"cat\"]\nstdin = { text = \"a\\u0000b\" }");
  CHECK(job.spec.settings->input == job_input{text_input{std::string("a\0b", 3)}});
  CHECK(job_error("name = \"a\\u0000b\"").find("expected a string without NUL") !=
        std::string::npos);
}

TEST_CASE("braces stay as they are without a matrix") {
  const auto job = one_job(R"(argv = ["find", "-exec", "{}", "{#}", "{x}", ";"])");
  CHECK(job.spec.argv == argument_list{"find", "-exec", "{}", "{#}", "{x}", ";"});
  CHECK(job.spec.slot_marks.empty());
}

TEST_CASE("exit codes that contradict each other are faults, with the place of the later") {
  CHECK(
      job_error("ok = []").find(
          "jobs.toml:4:6: ok: no exit code would be success, expected exit codes such as [0, 3]") ==
      0);
  CHECK(job_error("retry = { times = 2, on = [] }")
            .find("jobs.toml:4:27: retry.on: found an empty array, expected exit codes and") == 0);
  CHECK(job_error("ok = [0, 3]\nskip = [3]")
            .find("jobs.toml:5:8: skip: 3 counts as success by ok\n") == 0);
  CHECK(job_error("skip = [0]")
            .find("jobs.toml:4:8: skip: 0 counts as success by ok, which is [0] by") == 0);
  CHECK(job_error("retry = { times = 1, on = [75, 0] }")
            .find("jobs.toml:4:27: retry.on: 0 counts as success by ok") == 0);
  CHECK(job_error("skip = [75]\nretry = { times = 1, on = [75] }")
            .find("jobs.toml:5:27: retry.on: 75 counts as skipped by skip") == 0);
  CHECK(job_error("ok = [3]\nskip = [0]\nretry = { times = 1, on = [1] }").empty());
  const std::string job = "[[job]]\nargv = [\"x\"]\n";
  CHECK(toml_error("[defaults]\nok = [3]\n" + job + "skip = [3]")
            .find("jobs.toml:6:8: skip: 3 counts") == 0);
  CHECK(toml_error("[defaults]\nok = [3]\n" + job + "skip = [0]").empty());
  CHECK(toml_error("[defaults]\nretry = { times = 1, on = [75] }\n" + job + "skip = [75]")
            .find("jobs.toml:3:27: retry.on: 75") == 0);
}
