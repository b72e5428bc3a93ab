// What earlier runs tell of jobs, and what Linux takes of arguments.
#include "batch/durations.hpp"

#include <weir/error.hpp>

#include "batch/exec_limits.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

void tell(duration_recorder& to, const std::string& name, duration took, verdict judged,
          unsigned attempts = 1, std::uint64_t peak = 0) {
  job_spec job;
  job.name = name;
  attempt_result result;
  result.ended = result.started + took;
  result.usage.max_rss = peak;
  to.on(job_ended{job, judged, attempts, 1, result, {}});
}

argument_list arguments(std::size_t count, std::size_t bytes) {
  argument_list all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(std::string(bytes, 'x'));
  return all;
}

}  // namespace

TEST_CASE("durations are read as they are written, with peaks of memory or without") {
  peak_table peaks;
  const duration_table table = parse_durations("1.500\ta\n\n2.000 4096\tb\n3.000\tc", "d", &peaks);
  CHECK(table == duration_table{{"a", 1500ms}, {"b", 2s}, {"c", 3s}});
  CHECK(peaks == peak_table{{"b", 4096}});
  CHECK(format_durations(table, peaks) == "1.500\ta\n2.000 4096\tb\n3.000\tc\n");
  CHECK(parse_durations("2 4096\tb", "d") == duration_table{{"b", 2s}});
}

TEST_CASE("what is no duration is told with its place") {
  const std::string line = GENERATE(as<std::string>{}, "1.5 a", "x\ta", "-1\ta", "nan\ta",
                                    "1e99\ta", "1 \ta", "1x7\ta", "1 7x\ta", "1 x\ta");
  CHECK_THROWS_WITH(parse_durations("1\tgood\n" + line, "file"),
                    Catch::StartsWith("file:2:1: \"") && Catch::Contains("is not a duration"));
}

TEST_CASE("a run learns how long jobs took that succeeded, and what memory where that is wanted") {
  const bool learns = GENERATE(false, true);
  duration_recorder recorder({{"old", 9s}}, {}, learns);
  recorder.on(input_ended{1});
  tell(recorder, "a", 2s, verdict::succeeded, 1, 4096);
  tell(recorder, "old", 5s, verdict::succeeded);
  tell(recorder, "failed", 2s, verdict::failed);
  tell(recorder, "done before", 2s, verdict::succeeded, 0);
  tell(recorder, "two\nlines\n", 3s, verdict::succeeded);
  CHECK(recorder.table() == duration_table{{"old", 5s}, {"a", 2s}, {"two\\nlines\\n", 3s}});
  CHECK(recorder.peaks() == (learns ? peak_table{{"a", 4096}} : peak_table{}));
  job_spec job;
  job.name = "old";
  CHECK(recorder.known(job) == duration(9s));
  job.name = "a";
  CHECK_FALSE(recorder.known(job));
}

TEST_CASE("a run learns of a hundred thousand jobs, and of those that it knows") {
  duration_table known;
  for (int i = 0; i < 100'000; ++i) known.emplace(std::to_string(i), 1s);
  duration_recorder recorder(known);
  tell(recorder, "new", 2s, verdict::succeeded);
  tell(recorder, "7", 2s, verdict::succeeded);
  CHECK(recorder.table().size() == 100'000);
  CHECK(recorder.table().at("7") == duration(2s));
}

TEST_CASE("arguments fit by the longest of them, and by all of them") {
  const exec_limits limits{100, 1000};
  CHECK(limits.fits(arguments(1, 100)));
  CHECK(limits.load(arguments(1, 100)) == 1);
  CHECK(limits.fault(arguments(1, 100)).empty());
  CHECK_FALSE(limits.fits(arguments(1, 101)));
  CHECK(limits.fault(arguments(1, 101)) ==
        "an argument of 101 bytes is too long: Linux passes at most 100");
  CHECK(limits.fits(arguments(9, 100)));
  CHECK_FALSE(limits.fits(arguments(10, 100)));
  CHECK(limits.fault(arguments(10, 100)) ==
        "arguments of 1090 bytes are too long: Linux passes at most 1000 here");
  CHECK(limits.load(arguments(10, 100)) > 1);
}
