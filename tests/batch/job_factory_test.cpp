// Jobs made of lines and items.
#include "batch/job_factory.hpp"

#include <weir/error.hpp>

#include "support/catch.hpp"

using namespace weir;

namespace {

using words = std::vector<std::string>;

std::shared_ptr<const job_settings> common(carried_files files = {}) {
  job_settings settings;
  settings.files = std::move(files);
  return std::make_shared<const job_settings>(std::move(settings));
}

item_settings echo(words command = {"echo", "{}"}) {
  item_settings items;
  items.command = std::move(command);
  return items;
}

template <typename Factory>
Factory& placed(Factory& factory) {
  factory.place_of = [](std::uint64_t number) { return "list:" + std::to_string(number); };
  return factory;
}

job_spec one_of(job_factory& factory, std::vector<std::string_view> items, std::uint64_t number = 1,
                std::string_view fault = {}) {
  std::optional<job_spec> job = factory.take({items, number, fault});
  REQUIRE(job);
  return *std::move(job);
}

/// Command lines of one-item records, in order: "a b" for echo's arguments.
words packed(item_settings settings, const words& items) {
  item_factory factory(common(), std::move(settings));
  placed(factory);
  words lines;
  const auto keep = [&](const std::optional<job_spec>& job) {
    if (!job) return false;
    std::string line;
    for (const std::string& word : job->argv.to_vector()) line += (line.empty() ? "" : " ") + word;
    lines.push_back(job->refused.empty() ? line : "refused: " + job->refused);
    return true;
  };
  for (const std::string& item : items) {
    const std::string_view view = item;
    keep(factory.take({{&view, 1}, 1}));
  }
  while (keep(factory.finish())) {
  }
  return lines;
}

}  // namespace

TEST_CASE("a line is a job, a blank one is none, and items of several sources make one line") {
  command_line_factory factory(common(), {}, {});
  CHECK(one_of(factory, {"sleep 1"}).argv.to_vector() == words{"sleep", "1"});
  const std::string_view blank = " \t";
  CHECK_FALSE(factory.take({{&blank, 1}}));
  const job_spec job = one_of(factory, {"cat", "a", "b"});
  CHECK(job.seq == 2);
  CHECK(job.argv.to_vector() == words{"cat", "a", "b"});
  const std::vector<std::string_view> blanks{" ", ""};
  CHECK_FALSE(factory.take({blanks}));
}

TEST_CASE("a line has the tag, the text, the place of results and the files that were asked for") {
  command_line_factory plain(common(), {}, {true, ""}, true, "out");
  const job_spec job = one_of(plain, {"echo x"});
  CHECK(job.tag == "echo x");
  CHECK(job.text == "echo x");
  REQUIRE(job.item);
  CHECK_THAT(*job.item, Catch::StartsWith("out/"));
  command_line_factory tagged(common({{"{}.in"}, {"{#}.out"}}), {}, {true, "<{}>"});
  const job_spec other = one_of(tagged, {"cat"});
  CHECK(other.tag == "<cat>");
  CHECK(other.settings->files.sent == words{"cat.in"});
  CHECK(other.settings->files.returned == words{"1.out"});
  CHECK_THROWS_AS(command_line_factory(common(), {}, {true, "{2}"}), usage_error);
  CHECK_THROWS_AS(command_line_factory(common({{"{2}"}, {}}), {}, {}), usage_error);
}

TEST_CASE("a line that is too long for the system is refused with its place") {
  command_line_factory factory(common(), {}, {});
  placed(factory);
  const std::string line = "echo '" + std::string(200'000, 'x') + "'";
  const job_spec job = one_of(factory, {line}, 7);
  CHECK_THAT(job.refused, Catch::StartsWith("list:7: an argument of 200007 bytes is too long"));
  CHECK(job.text.size() < 10'000);
}

TEST_CASE("items that are added from outside are jobs, or told why not") {
  item_settings items = echo({"echo", "{2}"});
  items.sources = 2;
  item_factory factory(common(), items);
  placed(factory);
  const std::vector<std::string_view> two{"a", "b"};
  const std::string_view one = "a";
  CHECK_THROWS_AS(factory.add({{&one, 1}, added_record}), usage_error);
  const job_spec job = factory.add({two, added_record});
  CHECK(job.added);
  CHECK(job.seq == 1);
  CHECK(job.argv.to_vector() == words{"echo", "b"});
  command_line_factory lines(common(), {}, {});
  const std::string_view blank = " ";
  CHECK_THROWS_WITH(lines.add({{&blank, 1}, added_record}), "the line is no job");
  item_settings named = echo({"echo", "{name}"});
  named.header = true;
  item_factory unnamed(common(), named);
  CHECK_THROWS_WITH(unnamed.add({{&one, 1}, added_record}),
                    "the line that names the columns has not come yet");
}

TEST_CASE("items are trimmed where that is asked for, added ones, too") {
  const auto [how, argument] = GENERATE(table<item_trim, std::string>({
      {item_trim::none, " a\t"},
      {item_trim::left, "a\t"},
      {item_trim::right, " a"},
      {item_trim::both, "a"},
  }));
  item_settings items = echo();
  items.trim = how;
  item_factory factory(common(), items);
  CHECK(one_of(factory, {" a\t"}).argv.to_vector() == words{"echo", argument});
  const std::string_view one = " a\t";
  CHECK(factory.add({{&one, 1}, added_record}).argv.to_vector() == words{"echo", argument});
  CHECK(one_of(factory, {"  "}).argv.to_vector().back().size() == (how == item_trim::none ? 2 : 0));
}

TEST_CASE("a header names the columns, for the command, the tag and the files") {
  item_settings items = echo({"echo", "{name}"});
  items.header = true;
  items.sources = 2;
  items.tag = {true, "{age}"};
  item_factory factory(common({{"{name}"}, {}}), items);
  const std::vector<std::string_view> header{"name", "age"};
  CHECK_FALSE(factory.take({header}));
  const job_spec job = one_of(factory, {"Ann", "41"});
  CHECK(job.argv.to_vector() == words{"echo", "Ann"});
  CHECK(job.tag == "41");
  CHECK(job.settings->files.sent == words{"Ann"});
}

TEST_CASE("the farthest placeholder of the command, the tag and the files has to be filled") {
  item_settings items = echo();
  SECTION("tag") {
    items.tag = {true, "{2}"};
    CHECK_THROWS_AS(item_factory(common(), items), usage_error);
  }
  SECTION("files") {
    CHECK_THROWS_AS(item_factory(common({{}, {"{3}"}}), items), usage_error);
  }
  SECTION("by columns of each line") {
    items.column_separator = ",";
    items.command = {"echo", "{3}"};
    item_factory factory(common(), items);
    placed(factory);
    CHECK(one_of(factory, {"a", "b"}, 4).refused ==
          "list:4 has only 2 columns; {3} needs 3: \"a,b\"");
    items.csv = true;
    items.column_separator.reset();
    item_factory csv(common(), items);
    placed(csv);
    CHECK(one_of(csv, {"a"}, 5).refused == "list:5 has only 1 column; {3} needs 3: \"a\"");
    items.missing_are_empty = true;
    item_factory lenient(common(), items);
    CHECK(one_of(lenient, {"a"}).refused.empty());
  }
}

TEST_CASE("a record that is at fault is refused, and shown as it was written") {
  item_settings items = echo({"echo {}"});
  items.keep_item = true;
  item_factory factory(common(), items);
  const job_spec job = one_of(factory, {"a"}, 3, "list:3: shifted");
  CHECK(job.refused == "list:3: shifted");
  CHECK(job.text == "echo {}");
  CHECK(job.item == "a");
}

TEST_CASE("tags and items are cut at 128 KiB") {
  const std::string long_one(70'000, 'x');
  item_settings items = echo();
  items.tag.wanted = true;
  items.keep_item = true;
  items.max_args = 4;
  item_factory factory(common(), items);
  const std::string_view view = long_one;
  for (int i = 0; i < 3; ++i) CHECK_FALSE(factory.take({{&view, 1}}));
  const job_spec job = one_of(factory, {long_one});
  CHECK(job.refused.empty());
  CHECK(job.argv.to_vector().size() == 5);
  CHECK(job.tag.size() == 131'072);
  CHECK(job.item->size() == 131'072);
  items.tag.text = "{}{}";
  items.max_args = 0;
  item_factory other(common(), items);
  CHECK(one_of(other, {long_one}).tag.size() == 131'072);
}

TEST_CASE("results have their place by the items") {
  item_settings items = echo();
  items.results = "out";
  item_factory factory(common(), items);
  CHECK_THAT(*one_of(factory, {"a"}).item, Catch::StartsWith("out/1/a"));
  items.column_separator = "\t";
  item_factory columns(common(), items);
  CHECK_THAT(*one_of(columns, {"a", "b"}).item, Catch::StartsWith("out/"));
}

TEST_CASE("a job is shown as a line to paste where that is asked for") {
  item_settings items = echo();
  items.shows_line = true;
  SECTION("words") {
    item_factory factory(common(), items);
    CHECK(one_of(factory, {"a b"}).text == "echo 'a b'");
  }
  SECTION("a script") {
    items.command = {"echo {} | cat"};
    item_factory factory(common(), items);
    CHECK(one_of(factory, {"a"}).text == "echo a | cat");
  }
  SECTION("words that are repeated") {
    items.command = {"echo", "x{}"};
    items.options.many = many_items::repeated;
    items.max_args = 2;
    item_factory factory(common(), items);
    const std::string_view first = "a";
    CHECK_FALSE(factory.take({{&first, 1}}));
    CHECK(one_of(factory, {"b"}).text == "echo xa xb");
  }
}

TEST_CASE("as many items go to a line as are asked for, and the last are spread over jobs") {
  item_settings items = echo({"echo"});
  items.max_args = 3;
  CHECK(packed(items, {"1", "2", "3", "4"}) == words{"echo 1 2 3", "echo 4"});
  items.spread = 2;
  CHECK(packed(items, {"1", "2", "3", "4", "5"}) == words{"echo 1 2 3", "echo 4", "echo 5"});
  CHECK(packed(items, {}).empty());
}

TEST_CASE("as many items go to a line as -s allows, and one that is longer is refused") {
  item_settings items = echo({"echo"});
  items.packs = true;
  items.max_args = 100;
  items.max_chars = 12;  // with the NUL of each: "echo" and seven more
  CHECK(packed(items, {"aa", "bb", "cc", "dd", "ee"}) ==
        words{"echo aa bb", "echo cc dd", "echo ee"});
  items.spread = 2;
  CHECK(packed(items, {"aa", "bb", "cc", "dd", "ee"}) ==
        words{"echo aa bb", "echo cc dd", "echo ee"});
  CHECK(packed(items, {"aaaaaaaaaaaaaaa"}) ==
        words{"refused: list:1: a command line of 21 bytes is too long: -s allows 12"});
  items.command = {"echo {} | cat"};
  items.max_chars = 20;
  items.spread = 0;
  CHECK(packed(items, {"a", "b"}).size() == 1);
}
