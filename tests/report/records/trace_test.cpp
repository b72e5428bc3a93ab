#include <boost/json.hpp>

#include "record_bench.hpp"

namespace weir {
extern const record_format trace_format;
}

using namespace weir;
using namespace weir::test;
namespace json = boost::json;

namespace {

/// The events of a trace to which `tell` told events.
template <typename Tell>
json::array traced(Tell tell) {
  const record_bench bench;
  const auto trace = bench.open(trace_format, "trace.json");
  tell(*trace);
  trace->finish();
  return json::parse(bench.read("trace.json")).as_array();
}

json::array of_kind(const json::array& events, std::string_view phase) {
  json::array some;
  for (const auto& each : events)
    if (each.at("ph").as_string() == phase) some.push_back(each);
  return some;
}

void try_again(observer& o, const job_spec& j, unsigned attempt, unsigned slot, double seconds) {
  const auto result = ended_at(seconds, exited{75});
  o.on(attempt_failed{j, attempt, slot, result, {}});
}

}  // namespace

TEST_CASE("an attempt is a bar in the row of its slot, in microseconds since the start") {
  const auto events = traced([](observer& o) {
    job_spec j = words(7, {"gzip", "a b"});
    start(o, j, 2, 1.5);
    attempt_result result = ended_at(4, exited{3}, 2.5);
    result.usage = {std::chrono::milliseconds(1250), std::chrono::milliseconds(10), 4096};
    result.bytes = 12;
    o.on(job_ended{j, verdict::failed, 1, 2, result, ""});
  });
  const auto bars = of_kind(events, "X");
  REQUIRE(bars.size() == 1);
  CHECK(bars[0].at("tid").as_int64() == 2);
  CHECK(bars[0].at("name").as_string() == "gzip 'a b'");
  CHECK(bars[0].at("cat").as_string() == "failed");
  CHECK(bars[0].at("ts").as_double() == 1.5e6);
  CHECK(bars[0].at("dur").as_double() == 2.5e6);
  const auto& args = bars[0].at("args").as_object();
  CHECK(args.at("seq").as_int64() == 7);
  CHECK(args.at("attempt").as_int64() == 1);
  CHECK(args.at("outcome").as_string() == "exit 3");
  CHECK(args.at("exit").as_int64() == 3);
  CHECK(args.at("cpu_user").as_double() == 1.25);
  CHECK(args.at("max_rss").as_int64() == 4096);
  CHECK(args.at("output_bytes").as_int64() == 12);
}

TEST_CASE("each slot of a trace has a name, told once") {
  const auto events = traced([](observer& o) {
    for (unsigned seq = 1; seq <= 6; ++seq) {
      const job_spec j = words(seq, {"true"});
      start(o, j, seq % 3 + 1, seq);
      end(o, j, seq % 3 + 1, seq + 0.5);
    }
  });
  std::vector<std::string> names;
  for (const auto& each : of_kind(events, "M"))
    if (each.at("name").as_string() == "thread_name")
      names.emplace_back(each.at("args").at("name").as_string());
  std::ranges::sort(names);
  CHECK(names == std::vector<std::string>{"slot 1", "slot 2", "slot 3"});
}

TEST_CASE("attempts on other machines are bars of those machines, by slot") {
  const auto events = traced([](observer& o) {
    for (const int seq : {1, 2, 3}) {
      const job_spec j = words(static_cast<std::uint64_t>(seq), {"a"});
      start(o, j, static_cast<unsigned>(seq), seq);
      auto result = ended_at(seq + 0.5);
      result.node = seq == 2 ? "beta" : "alpha";
      o.on(job_ended{j, verdict::succeeded, 1, static_cast<unsigned>(seq), result, ""});
    }
  });
  std::map<std::int64_t, std::string> nodes;
  for (const auto& each : of_kind(events, "M"))
    if (each.at("name").as_string() == "process_name")
      nodes.emplace(each.at("pid").as_int64(), std::string(each.at("args").at("name").as_string()));
  std::vector<std::string> where;
  for (const auto& each : of_kind(events, "X"))
    where.push_back(nodes.at(each.at("pid").as_int64()) + ' ' +
                    std::to_string(each.at("tid").as_int64()));
  CHECK(where == std::vector<std::string>{"alpha 1", "beta 2", "alpha 3"});
}

TEST_CASE("every attempt of a retried job is a bar") {
  const auto bars = of_kind(traced([](observer& o) {
                              const job_spec j = words(1, {"flaky"});
                              start(o, j, 1, 1);
                              try_again(o, j, 1, 1, 2);
                              start(o, j, 3, 4, 2);
                              const auto result = ended_at(5);
                              o.on(job_ended{j, verdict::succeeded, 2, 3, result, ""});
                            }),
                            "X");
  REQUIRE(bars.size() == 2);
  CHECK(bars[0].at("cat").as_string() == "retried");
  CHECK(bars[0].at("args").at("outcome").as_string() == "exit 75");
  CHECK(bars[1].at("args").at("attempt").as_int64() == 2);
  CHECK(bars[1].at("tid").as_int64() == 3);
}

TEST_CASE("what never ran is no bar, and neither is a job that is stopped between attempts") {
  const auto bars = of_kind(traced([](observer& o) {
                              drop(o, words(1, {"true"}));
                              drop(o, words(2, {"true"}), verdict::skipped);
                              const job_spec j = words(3, {"flaky"});
                              start(o, j, 1, 1);
                              try_again(o, j, 1, 1, 2);
                              const auto last = ended_at(2, exited{75});
                              o.on(job_ended{j, verdict::failed, 1, 1, last, ""});
                            }),
                            "X");
  CHECK(bars.size() == 1);
}

TEST_CASE("a stop is an instant of the trace") {
  const auto marks = of_kind(traced([](observer& o) { stop(o, stop_phase::soft, 1, 0); }), "i");
  REQUIRE(marks.size() == 1);
  CHECK(marks[0].at("name").as_string() == "stop: SIGINT");
}

TEST_CASE("a trace is valid JSON whatever a job is called, and with no job at all") {
  CHECK(traced([](observer&) {}).size() == 1);
  const auto bars = of_kind(traced([](observer& o) {
                              job_spec j = words(1, {"echo", "\xff\x1b[31m\"\\\n</script>"});
                              start(o, j, 1, 1);
                              end(o, j, 1, 2);
                            }),
                            "X");
  CHECK(bars.size() == 1);
}

TEST_CASE("a trace that cannot be written is a mistake on the command line") {
  const record_bench bench;
  CHECK_THROWS_AS(bench.open(trace_format, "no/such/trace.json"), usage_error);
}
