#include "support/catch.hpp"

#include "batch/drain_machine.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 10s;
const drain_machine::time_point start{};

}  // namespace

TEST_CASE("a run that nobody stops waits for its reader without a limit") {
  drain_machine drain(patience);
  CHECK_FALSE(drain.begin(start, 0));
  CHECK_FALSE(drain.deadline());
  CHECK_FALSE(drain.look(start + 24h, 0));
}

TEST_CASE("a stopped run gives its output up when nothing has moved for the patience") {
  drain_machine drain(patience);
  drain.request(stop_request::interrupt, start);
  CHECK_FALSE(drain.deadline());  // jobs still run
  CHECK_FALSE(drain.begin(start + 1s, 5));
  CHECK(drain.deadline() == start + 11s);
  CHECK_FALSE(drain.look(start + 10s, 5));
  CHECK(drain.look(start + 11s, 5));
  CHECK(drain.gave_up());
  CHECK_FALSE(drain.deadline());
}

TEST_CASE("as long as bytes move, output goes on") {
  drain_machine drain(patience);
  drain.request(stop_request::terminate, start);
  drain.begin(start, 0);
  for (int second = 9; second < 900; second += 9)
    CHECK_FALSE(drain.look(start + std::chrono::seconds(second), static_cast<unsigned>(second)));
}

TEST_CASE("a signal that comes when only output is left begins the patience") {
  drain_machine drain(patience);
  drain.begin(start, 7);
  drain.look(start + 1h, 7);
  CHECK_FALSE(drain.request(stop_request::terminate, start + 1h));
  CHECK(drain.deadline() == start + 1h + 10s);
  CHECK(drain.look(start + 1h + 10s, 7));
}

TEST_CASE("one more signal gives output up at once, and once") {
  for (const auto again : {stop_request::interrupt, stop_request::terminate, stop_request::kill}) {
    drain_machine drain(patience);
    drain.request(stop_request::interrupt, start);
    drain.begin(start, 0);
    CHECK(drain.request(again, start + 1s));
    CHECK_FALSE(drain.request(again, start + 2s));
    CHECK_FALSE(drain.look(start + 1h, 0));
  }
}

TEST_CASE("signals that insisted on the end of jobs do not count for their output") {
  drain_machine drain(patience);
  drain.request(stop_request::interrupt, start);
  drain.request(stop_request::interrupt, start + 1s);
  CHECK_FALSE(drain.begin(start + 2s, 0));
  CHECK(drain.request(stop_request::interrupt, start + 3s));
}

TEST_CASE("QUIT waits for no reader, whenever it came") {
  drain_machine before(patience);
  before.request(stop_request::kill, start);
  CHECK(before.begin(start, 0));
  drain_machine meanwhile(patience);
  meanwhile.begin(start, 0);
  CHECK(meanwhile.request(stop_request::kill, start));
}

TEST_CASE("a reader that has gone limits what is left, and a halt does not") {
  drain_machine gone(patience);
  gone.begin(start, 0);
  CHECK_FALSE(gone.request(stop_request::lost, start));
  CHECK_FALSE(gone.request(stop_request::lost, start));
  CHECK(gone.deadline());
  drain_machine halted(patience);
  CHECK_FALSE(halted.request(stop_request::halt, start));
  CHECK_FALSE(halted.request(stop_request::finish, start));
  halted.begin(start, 0);
  CHECK_FALSE(halted.deadline());
}
