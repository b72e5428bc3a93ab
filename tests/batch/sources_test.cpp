// Jobs of lists of items.
#include "batch/sources.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <weir/error.hpp>

#include "batch/job_factory.hpp"
#include "batch/resumed_source.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

using items = std::vector<std::string>;

struct list_fixture {
  boost::asio::io_context loop{1};

  std::unique_ptr<tuple_source> source_of(const std::vector<items>& lists, input_format format = {},
                                          std::optional<std::uint64_t> shuffle = std::nullopt) {
    item_settings settings;
    settings.command = {"echo"};
    settings.sources = lists.size();
    settings.column_separator = format.separator;
    auto factory = std::make_unique<item_factory>(std::make_shared<const job_settings>(), settings);
    std::vector<item_source> sources;
    for (const items& list : lists) sources.push_back(items_of_words(list, format));
    return std::make_unique<tuple_source>(loop.get_executor(), std::move(sources), format,
                                          std::move(factory), shuffle);
  }

  /// "1: a x, 2: a y": the jobs that there are; "(1: a)" ended before.
  std::string all_of(source& jobs) {
    std::string all;
    boost::asio::co_spawn(
        loop,
        [&]() -> awaitable<> {
          for (;;) {
            const std::optional<job_spec> job = co_await jobs.next();
            if (!job) break;
            std::string line = std::to_string(job->seq) + ':';
            for (const std::string& word : job->argv.to_vector())
              if (word != "echo") line += ' ' + word;
            if (job->earlier == earlier_run::succeeded) line = '(' + line + ')';
            all += (all.empty() ? "" : ", ") + line;
          }
        },
        [](std::exception_ptr error) { CHECK_FALSE(error); });
    loop.restart();
    loop.run();
    return all;
  }
};

}  // namespace

TEST_CASE_METHOD(list_fixture,
                 "every combination is a job, in the order of the lists or by chance") {
  const std::vector<items> lists{{"a", "b"}, {"x", "y"}};
  CHECK(all_of(*source_of(lists)) == "1: a x, 2: a y, 3: b x, 4: b y");
  const std::string by_chance = all_of(*source_of(lists, {}, 7));
  CHECK(by_chance == all_of(*source_of(lists, {}, 7)));
  for (const char* const pair : {"a x", "a y", "b x", "b y"})
    CHECK_THAT(by_chance, Catch::Contains(pair));
  const auto closed = source_of(lists);
  closed->close();
  CHECK(all_of(*closed).empty());
}

TEST_CASE_METHOD(list_fixture, "more combinations than can be counted are not shuffled") {
  const std::vector<items> lists(63, items{"0", "1"});
  CHECK_THROWS_AS(source_of(lists, {}, 1), usage_error);
}

TEST_CASE_METHOD(list_fixture,
                 "a line that is added has one item for each list, with tabs between") {
  const auto source = source_of({{"a"}, {"x"}});
  CHECK(source->add_line("b\ty", 2).size() == 1);
  CHECK_THROWS_WITH(source->add_line("b", 2),
                    "the line has 1 of the 2 items of a job: expected tabs between them");
  CHECK_THROWS_AS(source->add_line("b\ty\tz", 2), usage_error);
  CHECK(source->add_line("c\tz", 2).size() == 1);
  CHECK_THROWS_WITH(source->add_line("d\tz", 2), Catch::StartsWith("no room"));
  CHECK(all_of(*source) == "1: b y, 2: c z, 3: a x");
}

TEST_CASE_METHOD(list_fixture, "a line that is added to lists of records has their columns") {
  const auto one = source_of({{"a"}});
  one->add_line("b\tc", 1);
  CHECK(all_of(*one) == "1: b\tc, 2: a");
  input_format columns;
  columns.separator = ",";
  const auto two = source_of({{"a,b"}, {"x"}}, columns);
  CHECK(two->add_line("c,d", 1).size() == 1);
  CHECK_THROWS_WITH(two->add_line("", 2), "the line is no job");
  CHECK(all_of(*two) == "1: c d, 2: a b x");
}

TEST_CASE("a word of the command line that ends with a blank goes on with the next, if asked for") {
  input_format format;
  const items words{"a ", "b", "c "};
  CHECK(items_of_words(words, format).records.size() == 3);
  format.joins = true;
  CHECK(items_of_words(words, format).records.size() == 2);
}

TEST_CASE_METHOD(list_fixture,
                 "jobs that ended in an earlier run are marked, unless they are added") {
  auto list = source_of({{"a", "b", "c"}});
  list->add_line("b", 1);
  resumed_source resumed(std::move(list),
                         [](const job_spec& job) { return job.argv.at(1) == "b"; });
  CHECK(all_of(resumed) == "1: b, 2: a, (3: b), 4: c");
}
