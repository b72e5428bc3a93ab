#include "support/catch.hpp"

#include <set>

#include "sample_run.hpp"

using namespace weir;
using weir::test::job;

namespace {

job_spec with(const job_settings& settings) {
  job_spec j = job("a");
  j.settings = std::make_shared<const job_settings>(settings);
  return j;
}

}  // namespace

TEST_CASE("a job keeps its key wherever it stands in the input, and whatever it is called") {
  job_spec one = job("a");
  job_spec other = job("a");
  other.seq = 99;
  other.name = "renamed";
  other.tag = "tag";
  CHECK(key_of(one, "") == key_of(other, ""));
}

TEST_CASE("a job with other content has another key") {
  std::set<std::string> keys;
  const auto is_new = [&](const job_spec& j) {
    return keys.insert(to_string(key_of(j, ""))).second;
  };
  CHECK(is_new(job("a")));
  CHECK(is_new(job("b")));
  job_spec split = job("a");
  split.argv = {"echo", "a", ""};
  CHECK(is_new(split));
  split.argv = {"ech", "oa"};
  CHECK(is_new(split));
  job_spec marked = job("a");
  marked.slot_marks = {{1, 0}};
  CHECK(is_new(marked));
  job_settings settings;
  settings.dir = "x";
  CHECK(is_new(with(settings)));
  settings.dir.clear();
  settings.env = {{"A", "1"}};
  CHECK(is_new(with(settings)));
  settings.env = {{"A", "2"}};
  CHECK(is_new(with(settings)));
  settings.env = {{"A", std::nullopt}};
  CHECK(is_new(with(settings)));
  settings.env = {{"A", ""}};
  CHECK(is_new(with(settings)));
  settings.env.clear();
  settings.input = file_input{"f"};
  CHECK(is_new(with(settings)));
  settings.input = text_input{"f"};
  CHECK(is_new(with(settings)));
}

TEST_CASE("a job in another directory is another job") {
  job_settings below;
  below.dir = "b";
  CHECK(key_of(job("a"), "/x") != key_of(job("a"), "/y"));
  CHECK(key_of(with(below), "/x") != key_of(job("a"), "/x"));
  CHECK(key_of(with(below), "/x") == key_of(job("a"), "/x/b"));
  job_settings absolute;
  absolute.dir = "/x/b";
  CHECK(key_of(with(absolute), "/y") == key_of(with(below), "/x"));
}

TEST_CASE("how a job is run does not change its key") {
  job_settings settings;
  settings.shield = true;
  settings.priority = 3;
  settings.timeout = std::chrono::seconds(1);
  settings.retry.times = 2;
  CHECK(key_of(with(settings), "") == key_of(job("a"), ""));
}

TEST_CASE("keys are the same in every version of weir") {
  CHECK(to_string(key_of(job("hello"), "")) == "55b7f34a-b5dc-5124-b209-53efed1baba7");
}

TEST_CASE("a key is written and read as a UUID") {
  const job_key key = key_of(job("a"), "");
  CHECK(parse_job_key(to_string(key)) == key);
  CHECK(to_string(key)[14] == '5');
  CHECK_FALSE(parse_job_key(""));
  CHECK_FALSE(parse_job_key("0e3f1d9a-0000-5000-8000-00000000000"));
  CHECK_FALSE(parse_job_key("0e3f1d9a-0000-5000-8000-00000000000g"));
  CHECK_FALSE(parse_job_key("0e3f1d9a+0000-5000-8000-000000000000"));
}

TEST_CASE("a script is known as it was written, whatever a shell gets to run") {
  const auto script = [](const std::string& text, const std::string& run, const std::string& item) {
    job_spec j = job("a");
    j.argv = {"/bin/sh", "-c", run, "sh", item};
    j.script = std::make_shared<const written_script>(written_script{text, 2});
    return to_string(key_of(j, ""));
  };
  CHECK(script("x; {}", "x; $1", "a") == script("x; {}", "x; $2", "a"));
  CHECK(script("x; {}", "x; $1", "a") != script("x; {}", "x; $1", "b"));
  CHECK(script("x; {}", "x; $1", "a") != script("y; {}", "x; $1", "a"));
}
