#include "cluster/message.hpp"

#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

template <typename Message>
std::optional<Message> there_and_back(const Message& message) {
  std::string bytes;
  append_message(bytes, frame_kind::told, message);
  frame_reader reader(1 << 20);
  reader.take(bytes);
  const auto next = reader.next();
  REQUIRE(next);
  return read_message<Message>(next->body);
}

}  // namespace

TEST_CASE("an attempt goes over the wire as it is") {
  start_message start;
  start.id = 12'345'678'901;
  start.attempt = 3;
  start.slot = 70'000;
  start.timeout = 90s;
  start.live = true;
  start.job.seq = 42;
  start.job.argv = {"echo", "", "a b", "\xff\n"};
  start.job.slot_marks = {{1, 0}, {2, 3}};
  start.job.name = "lint";
  const auto got = there_and_back(start);
  REQUIRE(got);
  CHECK(got->id == start.id);
  CHECK(got->attempt == 3);
  CHECK(got->slot == 70'000);
  CHECK(got->timeout == duration(90s));
  CHECK(got->live);
  CHECK(got->job.seq == 42);
  CHECK(got->job.argv == start.job.argv);
  CHECK(got->job.slot_marks == start.job.slot_marks);
  CHECK(got->job.name == "lint");
}

TEST_CASE("what a worker needs of a job's settings goes over the wire") {
  job_settings settings;
  settings.shield = true;
  settings.timeout = 5s;
  settings.close_timeout = 1ms;
  settings.env = {{"A", "1"}, {"B", std::nullopt}, {"C", ""}};
  settings.dir = "sub dir";
  settings.ok = {0, 3};
  settings.skip = {77};
  settings.leftovers = leftover_rule::fail;
  settings.claims = {1ULL << 33, 1.5};
  settings.pools = {{"db", 2}};
  settings.files = {{"in", "lib"}, {"out"}, true};
  settings.input =
      GENERATE(job_input(no_input{}), job_input(file_input{"in.txt"}),
               job_input(text_input{std::string("a\0b", 3)}), job_input(inherited_input{}),
               job_input(block_input{"head", "file", 3, 1ULL << 40}));
  const auto got = there_and_back(settings_message{settings});
  REQUIRE(got);
  CHECK(got->common == settings);
}

TEST_CASE("what a job's process is to have goes over the wire") {
  process_settings wanted;
  wanted.nice = -3;
  wanted.io = io_priority{2, 7};
  wanted.limits = {{7, 1024}, {1, RLIM_INFINITY}};
  wanted.umask = 027;
  wanted.passed_environment = {"PATH", ""};
  wanted.terminal = true;
  job_settings settings;
  settings.process = std::make_shared<const process_settings>(wanted);
  const auto got = there_and_back(settings_message{settings});
  REQUIRE(got);
  REQUIRE(got->common.process);
  CHECK(*got->common.process == wanted);
}

TEST_CASE("every outcome goes over the wire as it is") {
  ended_message ended;
  ended.how = GENERATE(outcome(exited{255}), outcome(signaled{11, true}), outcome(timed_out{3s}),
                       outcome(spawn_failed{2, "gzipp", "chdir"}), outcome(cancelled{true}),
                       outcome(skipped{"why"}), outcome(left_running{"process 1"}));
  ended.id = 7;
  ended.took = 1500ms;
  ended.usage = {1us, 2us, 1ULL << 40};
  ended.leaked = true;
  ended.bytes = 1ULL << 50;
  const auto got = there_and_back(ended);
  REQUIRE(got);
  CHECK(got->how == ended.how);
  CHECK(got->took == duration(1500ms));
  CHECK(got->usage.max_rss == 1ULL << 40);
  CHECK(got->leaked);
  CHECK(got->bytes == 1ULL << 50);
}

TEST_CASE("a message with more or less than it needs is none") {
  std::string bytes;
  ended_message ended;
  ended.id = 300;
  ended.how = exited{3};
  append_message(bytes, frame_kind::ended, ended);
  const std::string body = bytes.substr(5, bytes.size() - 6);
  CHECK(read_message<ended_message>(body));
  for (std::size_t size = 0; size < body.size(); ++size)
    CHECK(!read_message<ended_message>(body.substr(0, size)));
  CHECK(!read_message<ended_message>(body + 'x'));
}

TEST_CASE("numbers that do not fit, and cases that do not exist, are refused") {
  CHECK(!read_message<attempt_message>(std::string(20, '\xff')));
  CHECK(!read_message<room_message>("\x02"));
  CHECK(!read_message<end_shields_message>("\x01\x02"));
  // An outcome of a kind that there is not; a text that is longer than the rest.
  CHECK(!read_message<ended_message>("\x01\x09"));
  CHECK(
      !read_message<text_message>("\x7f"
                                  "abc"));
  CHECK(!read_message<left_message>("\xff\xff\xff\x7f"));
}
