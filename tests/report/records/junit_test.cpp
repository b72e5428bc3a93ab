#include <cstdlib>

#include "record_bench.hpp"

namespace weir {
extern const record_format junit_format;
}

using namespace weir;
using namespace weir::test;
using Catch::Contains;

namespace {

struct junit_bench : record_bench {
  /// The whole document, once the run is over.
  std::string text() const {
    suite_->finish();
    return read("junit.xml");
  }
  record& to() const { return *suite_; }

  void judge(verdict judged, outcome how, std::string_view tail = "", job_settings settings = {},
             unsigned attempts = 1) const {
    const auto result = ended_at(3, std::move(how), 1.5);
    to().on(job_ended{words(1, {"x"}, std::move(settings)), judged, attempts, 1, result, tail});
  }
  void fail_attempt(unsigned attempt, outcome how, std::string_view tail = "") const {
    to().on(attempt_failed{words(1, {"x"}), attempt, 1, ended_at(1, std::move(how)), {}, tail});
  }

 private:
  std::unique_ptr<record> suite_ = open(junit_format, "junit.xml");
};

/// The one case of a run that went so.
std::string one_case(verdict judged, outcome how, std::string_view tail = "",
                     job_settings settings = {}) {
  const junit_bench b;
  b.judge(judged, std::move(how), tail, std::move(settings));
  const std::string text = b.text();
  const auto from = text.find("<testcase");
  return text.substr(from, text.find("\n<system-out") - from);
}

}  // namespace

TEST_CASE("a JUnit suite has its counts, and a case for each job") {
  const junit_bench b;
  end(b.to(), words(1, {"make", "lib"}), 1, 2);
  job_spec named = words(2, {"make", "app"});
  named.name = "app";
  end(b.to(), named, 1, 4);
  const std::string text = b.text();
  const auto host = text.find(" hostname=\"");
  CHECK(text.substr(0, host) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"weir\" "
        "package=\"weir\" id=\"0\" timestamp=\"2026-01-01T00:00:00\"");
  CHECK(text.substr(text.find(" tests=")) ==
        " tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"4.000\">\n<properties/>\n"
        "<testcase classname=\"weir\" name=\"make lib\" time=\"1.000\"/>\n"
        "<testcase classname=\"weir\" name=\"app\" time=\"1.000\"/>\n"
        "<system-out>app: make app\n</system-out>\n<system-err/>\n</testsuite>\n</testsuites>\n");
}

TEST_CASE("a case is called as the item that its job is for, and the suite has its command line") {
  const junit_bench b;
  std::uint64_t seq = 0;
  for (const char* item : {"a b.c", "x", "a b.c", "", "\x1b[31m\n<"}) {
    job_spec j = words(++seq, {"gcc", "-c", item});
    j.item = item;
    b.to().on(job_accepted{j});
    end(b.to(), j, 1, 2);
  }
  end(b.to(), words(++seq, {"true"}), 1, 2);
  const std::string text = b.text();
  for (const char* name : {"a b.c", "x", "a b.c (2)", "gcc -c ''", "true"})
    CHECK_THAT(text, Contains(std::string(" name=\"") + name + "\" "));
  CHECK_THAT(text, Contains("<system-out>a b.c: gcc -c 'a b.c'\nx: gcc -c x\n"
                            "a b.c (2): gcc -c 'a b.c'\n\\n&lt;: gcc -c "));
  CHECK_THAT(text, !Contains("true: true"));
}

TEST_CASE("a failure has its message, the last lines of output and the command line") {
  CHECK(one_case(verdict::failed, exited{3}, "one\n<two>") ==
        "<testcase classname=\"weir\" name=\"x\" time=\"1.500\">"
        "<failure message=\"exit 3\" type=\"exit\">one\n&lt;two&gt;\nrun it again: x</failure>"
        "</testcase>");
}

TEST_CASE("failures, errors and skips are told apart, and counted") {
  CHECK_THAT(one_case(verdict::failed, signaled{11}), Contains("<failure message=\"SIGSEGV\""));
  CHECK_THAT(one_case(verdict::failed, timed_out{std::chrono::seconds(10)}),
             Contains("<error message=\"timed out after 10s\" type=\"timeout\">"));
  CHECK_THAT(one_case(verdict::failed, spawn_failed{ENOENT, "x"}), Contains("<error message="));
  CHECK_THAT(one_case(verdict::cancelled, cancelled{true}), Contains("<error message="));
  CHECK_THAT(one_case(verdict::not_started, cancelled{}),
             Contains("<skipped message=\"not started\"/>"));
  CHECK_THAT(one_case(verdict::skipped, skipped{"needs a"}), Contains("<skipped message="));
  job_settings lenient;
  lenient.allow_failure = true;
  CHECK_THAT(one_case(verdict::failed, exited{1}, "", lenient),
             Contains("<skipped message=\"allowed to fail: exit 1\"/>"));
  const junit_bench b;
  b.judge(verdict::failed, exited{1});
  b.judge(verdict::failed, timed_out{});
  b.judge(verdict::cancelled, cancelled{true});
  b.judge(verdict::skipped, skipped{"y"});
  CHECK_THAT(b.text(), Contains("tests=\"4\" failures=\"1\" errors=\"2\" skipped=\"1\""));
}

TEST_CASE("a job that passed at last is flaky, one that never did has reruns") {
  const junit_bench flaky;
  flaky.fail_attempt(1, exited{1});
  flaky.fail_attempt(2, timed_out{std::chrono::seconds(1)});
  flaky.judge(verdict::succeeded, exited{0}, "", {}, 3);
  CHECK_THAT(flaky.text(),
             Contains("time=\"1.500\">"
                      "<flakyFailure message=\"attempt 1: exit 1\" type=\"exit\"/>"
                      "<flakyError message=\"attempt 2: timed out after 1s\" type=\"timeout\"/>"
                      "</testcase>") &&
                 Contains("failures=\"0\" errors=\"0\""));
  const junit_bench broken;
  broken.fail_attempt(1, exited{1});
  broken.judge(verdict::failed, exited{2}, "", {}, 2);
  CHECK_THAT(broken.text(),
             Contains("</failure><rerunFailure message=\"attempt 1: exit 1\" type=\"exit\"/>") &&
                 Contains("failures=\"1\""));
}

TEST_CASE("an attempt before the last keeps its last lines, which are the evidence") {
  const junit_bench flaky;
  flaky.fail_attempt(1, exited{1}, "\x1b[31mred\x1b[0m <1>\n");
  flaky.judge(verdict::succeeded, exited{0}, "", {}, 2);
  CHECK_THAT(flaky.text(), Contains("<flakyFailure message=\"attempt 1: exit 1\" type=\"exit\">"
                                    "<stackTrace>red &lt;1&gt;\n</stackTrace></flakyFailure>"));
  const junit_bench broken;
  broken.fail_attempt(1, timed_out{std::chrono::seconds(1)}, "first");
  broken.judge(verdict::failed, exited{2}, "second", {}, 2);
  CHECK_THAT(broken.text(), Contains(">second\nrun it again: x</failure><rerunError") &&
                                Contains("<stackTrace>first\n</stackTrace></rerunError>"));
}

TEST_CASE("colours are left out, other control bytes are seen") {
  CHECK_THAT(
      one_case(verdict::failed, exited{1}, "\x1b[1;31mred\x1b[m \x1b[38:2::1:2:3mx\x1b[2K\x07"),
      Contains(">red x\xef\xbf\xbd[2K\xef\xbf\xbd\nrun"));
}

TEST_CASE("jobs that are called the same are cases of different names") {
  const junit_bench b;
  for (const std::uint64_t seq : {1U, 2U}) b.to().on(job_accepted{words(seq, {"make"})});
  end(b.to(), words(2, {"make"}), 1, 2);
  end(b.to(), words(1, {"make"}), 1, 2);
  CHECK_THAT(b.text(), Contains("name=\"make (2)\" time=\"1.000\"/>\n<testcase classname=\"weir\" "
                                "name=\"make\" "));
}

TEST_CASE("a job that ended in an earlier run tells how") {
  const auto earlier = [](verdict judged, earlier_run told, outcome how,
                          job_settings settings = {}) {
    const junit_bench b;
    job_spec j = words(1, {"x"}, std::move(settings));
    j.earlier = told;
    attempt_result result;
    result.how = std::move(how);
    b.to().on(job_ended{j, judged, 0, 0, result, ""});
    return b.text();
  };
  CHECK_THAT(
      earlier(verdict::failed, earlier_run::failed, timed_out{std::chrono::seconds(2)}),
      Contains("<error message=\"timed out after 2s (in an earlier run)\" type=\"timeout\">"));
  job_settings lenient;
  lenient.allow_failure = true;
  CHECK_THAT(earlier(verdict::failed, earlier_run::failed, exited{3}, lenient),
             Contains("<skipped message=\"allowed to fail: exit 3 (in an earlier run)\"/>"));
  CHECK_THAT(earlier(verdict::skipped, earlier_run::skipped, exited{77}),
             Contains("<skipped message=\"exit 77 (in an earlier run)\"/>"));
  CHECK_THAT(earlier(verdict::succeeded, earlier_run::succeeded, exited{0}),
             Contains("time=\"0.000\"/>"));
}

TEST_CASE("nothing that a job writes or is called can break the document") {
  const junit_bench b;
  job_spec j = words(1, {"x"});
  j.name = "a\"<&>\n\t\x1b\xff";
  const auto result = ended_at(3, exited{1});
  b.to().on(job_ended{j, verdict::failed, 1, 1, result,
                      "]]></failure>\x1b[2J\r\n\xed\xa0\x80\xef\xbf\xbf \xc2\x85 €"});
  const std::string text = b.text();
  CHECK_THAT(text, Contains("name=\"a&quot;&lt;&amp;&gt;\\n\\t\\x1b\\xff\""));
  CHECK_THAT(text, Contains("]]&gt;&lt;/failure&gt;\xef\xbf\xbd[2J&#13;\n"));
  CHECK_THAT(text, Contains(" €\n"));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\xef\xbf\xbf") == std::string::npos);
}

TEST_CASE("the old file stays until the run is over") {
  const junit_bench b;
  std::ofstream(b.path("junit.xml")) << "old";
  b.judge(verdict::succeeded, exited{0});
  b.to().flush();
  CHECK(b.read("junit.xml") == "old");
  CHECK_THAT(b.text(), Contains("tests=\"1\""));
}

TEST_CASE("a JUnit file that cannot be written is the user's mistake") {
  const record_bench b;
  CHECK_THROWS_AS(b.open(junit_format, "missing/junit.xml"), usage_error);
}

TEST_CASE("a JUnit suite names what its jobs left running") {
  const junit_bench b;
  b.judge(verdict::succeeded, exited{0});
  b.to().on(process_left{1, 123, "server <a> \x1b[31m"});
  b.to().on(process_left{0, 124, "agent"});
  CHECK_THAT(b.text(),
             Contains("<system-err>left running: process 123 of job 1: server &lt;a&gt; "));
  CHECK_THAT(b.read("junit.xml"),
             Contains("left running: process 124 of a job: agent\n</system-err>"));
}

#ifdef WEIR_XMLLINT
TEST_CASE("JUnit's XML is valid, by a schema") {
  const junit_bench b;
  b.fail_attempt(1, exited{1}, "evidence");
  b.fail_attempt(2, spawn_failed{ENOENT, "x"});
  b.judge(verdict::succeeded, exited{0}, "", {}, 3);
  b.fail_attempt(1, timed_out{});
  b.judge(verdict::failed, signaled{9}, "\x1b[31m]]> & <\r\n\xff\n", {}, 2);
  b.judge(verdict::cancelled, cancelled{true});
  b.judge(verdict::skipped, skipped{"needs \"a\""});
  drop(b.to(), words(2, {"\x01"}));
  b.to().on(process_left{1, 123, "server <a> \x1b"});
  REQUIRE_THAT(b.text(), Contains("tests=\"5\""));
  const std::string command =
      std::string(WEIR_XMLLINT " --noout --schema '" WEIR_JUNIT_SCHEMA "' '") +
      b.path("junit.xml") + "' >'" + b.path("said") + "' 2>&1";
  const int status = std::system(command.c_str());
  INFO(b.read("said") << b.read("junit.xml"));
  CHECK(status == 0);
}
#endif
