#include "support/catch.hpp"

#include "report/command_to_repeat.hpp"
#include "report/summary.hpp"
#include "sample_events.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const summary_options ci_log{};
const summary_options people{.terminal = true, .always = false, .colour = false, .utf8 = true};

void fail(summary& s, const job_spec& j, std::string_view tail = "", unsigned attempts = 1,
          outcome how = exited{3}) {
  const auto result = ended_at(10, std::move(how), 1.5);
  s.on(job_ended{j, verdict::failed, attempts, 2, result, tail});
}

job_spec argv(argument_list words, job_settings settings = {}) {
  job_spec j;
  j.seq = 1;
  j.argv = std::move(words);
  j.settings = std::make_shared<const job_settings>(std::move(settings));
  return j;
}

job_spec script(argument_list shell, std::string text, const job_settings& settings = {}) {
  shell.push_back(text);
  job_spec j = argv(std::move(shell), settings);
  j.text = std::move(text);
  return j;
}

}  // namespace

TEST_CASE("success is silent in a log, unless the run was long or a word is asked for") {
  summary s(ci_log);
  end(s, job(1), 1, 1);
  end(s, job(2), 1, 1);
  CHECK(s.text(12s).empty());
  CHECK(s.text(31s) == "weir: 2 jobs in 31s, all succeeded\n");
  summary asked({.terminal = false, .always = true});
  end(asked, job(1), 1, 1);
  CHECK(asked.text(12s) == "weir: 1 job in 12s, all succeeded\n");
}

TEST_CASE("people at a terminal get one line, and none for a single job") {
  summary s(people);
  end(s, job(1), 1, 1);
  CHECK(s.text(12s).empty());
  end(s, job(2), 1, 1);
  CHECK(s.text(12s) == "weir: 2 jobs in 12s, all succeeded\n");
}

TEST_CASE("people whose pager may be on the terminal get no line about success") {
  summary s({.terminal = true, .piped = true});
  s.set_records({"log"});
  end(s, job(1), 1, 1);
  end(s, job(2), 1, 1);
  CHECK(s.text(100s).empty());
  fail(s, job(3));
  CHECK_THAT(s.text(1s), Contains("job 3 failed") && Contains("weir: records: log\n"));
  summary asked({.terminal = true, .piped = true, .always = true});
  end(asked, job(1), 1, 1);
  CHECK(asked.text(1s) == "weir: 1 job in 1s, all succeeded\n");
}

TEST_CASE("a failure says which, how, for how long, its last lines and how to run it again") {
  summary s(ci_log);
  end(s, job(1), 1, 1);
  fail(s, argv({"gzip", "-9", "a b"}), "first\nlast\n");
  CHECK(s.text(12s) ==
        "weir: job 1 failed: exit 3 after 1.5s\n"
        "  | first\n"
        "  | last\n"
        "  run it again: gzip -9 'a b'\n"
        "weir: 2 jobs in 12s: 1 succeeded, 1 failed\n");
}

TEST_CASE("a name is shown beside the command line, attempts and leave to fail too") {
  summary s(ci_log);
  job_settings settings;
  settings.allow_failure = true;
  settings.dir = "my dir";
  job_spec j = argv({"eslint", "."}, settings);
  j.name = "lint";
  fail(s, j, "", 3, signaled{11, true});
  CHECK(s.text(1s) ==
        "weir: lint (job 1) failed: SIGSEGV (core dumped) after 1.5s, attempt 3 (allowed to fail)\n"
        "  run it again: cd 'my dir' && eslint .\n"
        "weir: 1 job in 1s: 1 failed (1 allowed to)\n");
}

TEST_CASE("a script is shown so that it runs again as one, where and on what it ran") {
  const auto again = [](std::string text, const job_settings& settings = {}) {
    return command_to_repeat(script({"/bin/sh", "-c"}, std::move(text), settings), 1, true);
  };
  CHECK(again("a; b > c") == "a; b > c");
  CHECK(again("test -e 'x\ny'") == "/bin/sh -c \"$(printf 'test -e \\047x\\012y\\047')\"");
  job_settings elsewhere;
  elsewhere.dir = "d";
  CHECK(again("a; b", elsewhere) == "cd d && /bin/sh -c 'a; b'");
  elsewhere.input = file_input{"in"};
  CHECK(again("a; b", elsewhere) == "cd d && /bin/sh -c 'a; b' < in");
  job_settings told;
  told.input = text_input{"x y"};
  CHECK(again("a; b", told) == ": '3 bytes of stdin' | /bin/sh -c 'a; b'");
}

TEST_CASE("a script that another shell would read otherwise is shown with its own shell") {
  const auto again = [](argument_list shell, std::string text) {
    return command_to_repeat(script(std::move(shell), std::move(text)), 1, true);
  };
  const argument_list sh{"/bin/sh", "-c"};
  for (const auto* portable : {"a 'b$' \"c d\" | e > f 2>&1 && g || h; i", "echo a | wc -c",
                               "a < b >> c", "./a 2>/dev/null", "true && a b=c"}) {
    INFO(portable);
    CHECK(again(sh, portable) == portable);
    CHECK(again({"bash", "-c"}, portable) == "bash -c " + shell_quote(portable));
    CHECK(again({"sh", "-ec"}, portable) == "sh -ec " + shell_quote(portable));
  }
  for (const auto* doubtful :
       {"cd a && b", "exit 3",    "a $b",         "a \"$b\"",  "a *",      "a ~",
        "a 'b",      "a =b",      "a=b c",        "a &",       "(a)",      "a > b | c",
        "a | b < c", "a > b > c", "echo 'a\\nb'", "echo -n a", "a \"b!\"", "if a; then b; fi",
        "[[ a ]]",   "a << b",    "a;; b",        "a | ",      "a # b",    "a {b,c}",
        "print a",   "a |& b",    "a <(b)"}) {
    INFO(doubtful);
    CHECK(again(sh, doubtful) == "/bin/sh -c " + shell_quote(doubtful));
  }
}

TEST_CASE("twenty failures are shown, a million more are counted") {
  summary s(ci_log);
  const auto j = job(1, "x");
  for (unsigned i = 0; i < 1000020; ++i) fail(s, j, "tail\n");
  const std::string text = s.text(1s);
  CHECK(text.size() < 4000);
  CHECK_THAT(text, Contains("weir: and 1000000 more failed\n"));
  CHECK_THAT(text, Contains("1000020 failed\n"));
}

TEST_CASE("output of a job cannot forge a line of the summary or reach the terminal") {
  summary s(people);
  fail(s, job(1, "evil\nweir: 9 jobs in 1s, all succeeded"),
       "\x1b[2Jweir: ok\r\nweir: 1 job, all succeeded");
  const std::string text = s.text(1s);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\nweir: 9") == std::string::npos);
  CHECK(text.find("\nweir: 1 job, all") == std::string::npos);
  CHECK_THAT(text, Contains("  | \\x1b[2Jweir: ok\n"));
}

TEST_CASE("only the last lines of a long tail are shown, and a long line is cut") {
  summary s(ci_log);
  std::string tail;
  for (unsigned i = 1; i <= 30; ++i) tail += "line " + std::to_string(i) + "\n";
  fail(s, job(1), tail + std::string(5000, 'z'));
  const std::string text = s.text(1s);
  CHECK_THAT(text, !Contains("line 21\n") && Contains("line 22\n"));
  CHECK(text.size() < 1000);
}

TEST_CASE("what was cancelled is named, with how to run it again, and the rest counted") {
  summary s(ci_log);
  end(s, argv({"gzip", "a b"}), 1, 3, verdict::cancelled, cancelled{true});
  for (std::uint64_t seq = 2; seq <= 20; ++seq)
    end(s, job(seq, "make " + std::to_string(seq)), 1, 1, verdict::cancelled, cancelled{true});
  CHECK_THAT(s.text(2s),
             Catch::StartsWith("weir: job 1 was cancelled after 1s; run it again: gzip 'a b'\n"
                               "weir: job 2 was cancelled after 1s; run it again: make 2\n") &&
                 Contains("weir: job 10 was cancelled") && !Contains("job 11 ") &&
                 Contains("weir: and 10 more cancelled\nweir: 20 jobs in 2s: 20 cancelled\n"));
}

TEST_CASE("what was cancelled, skipped and never started is counted, with the reason to stop") {
  summary s(ci_log);
  end(s, job(1), 1, 1);
  end(s, job(2), 1, 1, verdict::cancelled, cancelled{true});
  drop(s, job(3));
  drop(s, job(4), verdict::skipped);
  stop(s, stop_phase::soft, 1, 0);
  CHECK(s.text(2s) ==
        "weir: job 2 was cancelled after 1s; run it again: true\n"
        "weir: 4 jobs in 2s: 1 succeeded, 1 skipped, 1 cancelled, 1 not started; "
        "stopped by SIGINT\n");
}

TEST_CASE("what is left running breaks the silence, with its pid and command line") {
  summary s(ci_log);
  const auto j = job(1);
  s.on(job_ended{j, verdict::succeeded, 1, 1, ended_at(1), ""});
  s.on(process_left{1, 123, "sleep \x1b[31m 100"});
  s.on(process_left{0, 124, "ssh-agent"});
  CHECK(s.text(1s) ==
        "weir: left running: process 123 of job 1: sleep \\x1b[31m 100\n"
        "weir: left running: process 124 of a job: ssh-agent\n"
        "weir: 1 job in 1s, all succeeded, 2 processes left running\n");
}

TEST_CASE("leaks break the silence, retries are told when there is a line") {
  summary s(ci_log);
  auto result = ended_at(1);
  const auto j = job(1);
  s.on(job_ended{j, verdict::succeeded, 2, 1, result, ""});
  CHECK(s.text(1s).empty());
  result.leaked = true;
  s.on(job_ended{j, verdict::succeeded, 1, 1, result, ""});
  CHECK(s.text(1s) ==
        "weir: 2 jobs in 1s, all succeeded (1 after a retry), 1 left its output open\n");
}

TEST_CASE("what was retried or allowed to fail is a part of its count") {
  summary s(ci_log);
  const auto j = job(1);
  const auto result = ended_at(1);
  s.on(job_ended{j, verdict::succeeded, 2, 1, result, ""});
  s.on(job_ended{j, verdict::succeeded, 1, 1, result, ""});
  job_settings settings;
  settings.allow_failure = true;
  fail(s, argv({"x"}, settings));
  CHECK_THAT(
      s.text(1s),
      Contains("weir: 3 jobs in 1s: 2 succeeded (1 after a retry), 1 failed (1 allowed to)\n"));
}

TEST_CASE("a job that could not be started has no duration") {
  summary s(ci_log);
  const auto j = argv({"gzipp"});
  attempt_result result;
  result.how = spawn_failed{ENOENT, "gzipp"};
  s.on(job_ended{j, verdict::failed, 1, 1, result, ""});
  CHECK_THAT(s.text(1s), Contains("weir: job 1 failed: gzipp: command not found\n"));
}

TEST_CASE("jobs that could not be started for one reason are counted, not repeated") {
  summary s(ci_log);
  const auto could_not = [&](unsigned seq, const char* program) {
    const auto j = argv({program});
    attempt_result result;
    result.how = spawn_failed{ENOENT, program};
    job_spec numbered = j;
    numbered.seq = seq;
    s.on(job_ended{numbered, verdict::failed, 1, 1, result, ""});
  };
  for (unsigned seq = 1; seq <= 42; ++seq) could_not(seq, "gzipp");
  could_not(43, "bzipp");
  CHECK_THAT(s.text(1s), Contains("weir: job 1 failed: gzipp: command not found\n"
                                  "  and 41 more jobs\n"));
  CHECK_THAT(s.text(1s), Contains("weir: job 43 failed: bzipp: command not found\n"));
  CHECK_THAT(s.text(1s), !Contains("weir: and "));
}

TEST_CASE("without a summary, one line counts the jobs that were not started") {
  summary quiet(ci_log);
  CHECK(quiet.quiet_text().empty());
  quiet.on(total_known{44});
  fail(quiet, job(1));
  CHECK(quiet.quiet_text().empty());
  quiet.on(stop_changed{stop_phase::running, 0, 0, {}, "--halt"});
  CHECK(quiet.quiet_text() == "weir: 43 jobs not started; stopped by --halt\n");
}

TEST_CASE("jobs that a run cut short has not read count as not started") {
  summary s(ci_log);
  s.on(total_known{44});
  fail(s, job(1));
  CHECK_THAT(s.text(1s), Contains("weir: 1 job in 1s: 1 failed\n"));
  s.on(stop_changed{stop_phase::running, 0, 0, {}, "--halt"});
  CHECK_THAT(s.text(1s), Contains("weir: 44 jobs in 1s: 1 failed, 43 not started; stopped by"));
}

TEST_CASE("colour marks failures when it is allowed") {
  summary s({.terminal = true, .always = false, .colour = true, .utf8 = true});
  fail(s, job(1));
  CHECK_THAT(s.text(1s), Contains("\x1b[31mweir: job 1 failed: exit 3 after 1.5s\x1b[0m\n"));
}

TEST_CASE("what was cut short is not told in the colour of success") {
  summary s({.terminal = true, .always = false, .colour = true, .utf8 = true});
  end(s, job(1), 1, 1, verdict::cancelled, cancelled{true});
  CHECK_THAT(s.text(1s), Contains("\x1b[33mweir: 1 job in 1s: 1 cancelled"));
}

TEST_CASE("a command line to repeat goes to its directory, fills the slot and reads its file") {
  job_settings settings;
  settings.dir = "d";
  settings.input = file_input{"in.txt"};
  settings.env = {{"TOKEN", "secret"}};
  job_spec j = argv({"run", "s-"}, settings);
  j.slot_marks = {{1, 2}};
  CHECK(command_to_repeat(j, 3, true) == "cd d && run s-3 < in.txt");
}

TEST_CASE("a command line to repeat is safe to show and still the same to a shell") {
  CHECK(command_to_repeat(argv({"rm", "a\x1b'\n\\"}), 1, true) ==
        "rm \"$(printf 'a\\033\\047\\012\\\\')\"");
  CHECK(command_to_repeat(argv({"rm", "\xff"}), 1, true) == "rm \"$(printf '\\377')\"");
  CHECK(command_to_repeat(argv({"rm", "é"}), 1, true) == "rm 'é'");
  CHECK(command_to_repeat(argv({"rm", "é"}), 1, false) == "rm \"$(printf '\\303\\251')\"");
  CHECK(command_to_repeat(argv({"rm",
                                "-\x01"
                                "2%!"}),
                          1, true) == "rm \"$(printf '\\055\\001\\062%%\\041')\"");
  CHECK(command_to_repeat(argv({"rm", "a'\n", "b"}), 1, true) ==
        "eval \"$(printf 'rm \\047a\\047\\\\\\047\\047\\012\\047 b')\"");
  CHECK(command_to_repeat(argv({"A=1", "B=2"}), 1, true) == "'A=1' B=2");
}

TEST_CASE("a command line of megabytes is not kept") {
  summary s(ci_log);
  fail(s, argv({"echo", std::string(3000000, 'x')}));
  CHECK(s.text(1s).size() < 2000);
}

TEST_CASE("where the records are is told to people, and in a log when something went wrong") {
  summary seen(people);
  end(seen, job(1), 1, 1);
  seen.set_records({"run.jsonl", "a\x1b.html"});
  CHECK(seen.text(1s) == "weir: records: run.jsonl, a\\x1b.html\n");
  summary s(ci_log);
  end(s, job(1), 1, 1);
  s.set_records({"run.jsonl", "a\x1b.html"});
  CHECK(s.text(1s).empty());
  fail(s, job(2));
  const std::string text = s.text(1s);
  CHECK_THAT(text, Contains("1 failed\nweir: records: run.jsonl, a\\x1b.html\n"));
}
