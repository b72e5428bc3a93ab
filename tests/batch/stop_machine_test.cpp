#include "support/catch.hpp"

#include "batch/stop_machine.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

const stop_settings settings{60s, 5s, 2s};
const stop_machine::time_point start{};

running_jobs jobs(unsigned all, unsigned shielded = 0) {
  return {all, shielded, 10s};
}

}  // namespace

TEST_CASE("without a shield, an interrupt ends everything at once") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::interrupt, start, jobs(3)) == stop_action::end_all);
  CHECK(stop.phase() == stop_phase::soft);
  CHECK(stop.deadline() == start + 10s);
}

TEST_CASE("with no job running there is no deadline to miss") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::halt, start, jobs(0)) == stop_action::end_all);
  CHECK_FALSE(stop.deadline());
}

TEST_CASE("an interrupt waits for the shielded, then ends the rest") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::interrupt, start, jobs(3, 1)) == stop_action::start_nothing);
  CHECK(stop.waits_for_shields());
  CHECK(stop.deadline() == start + 60s);
  CHECK(stop.job_ended(start + 1s, jobs(2, 1)) == stop_action::none);
  CHECK(stop.job_ended(start + 2s, jobs(1, 0)) == stop_action::end_all);
  CHECK_FALSE(stop.waits_for_shields());
}

TEST_CASE("the shielded are waited for no longer than the deadline") {
  stop_machine stop(settings);
  stop.request(stop_request::interrupt, start, jobs(3, 1));
  CHECK(stop.expired(start + 59s, jobs(3, 1)) == stop_action::none);
  CHECK(stop.expired(start + 60s, jobs(3, 1)) == stop_action::end_all);
}

TEST_CASE("TERM leaves the shielded only the short time") {
  stop_machine stop(settings);
  stop.request(stop_request::terminate, start, jobs(3, 1));
  CHECK(stop.deadline() == start + 5s);
}

TEST_CASE("a second interrupt ends the shielded, a third kills, a fourth gives up") {
  stop_machine stop(settings);
  stop.request(stop_request::interrupt, start, jobs(3, 1));
  CHECK(stop.request(stop_request::interrupt, start + 1s, jobs(3, 1)) == stop_action::end_all);
  CHECK(stop.phase() == stop_phase::hard);
  CHECK(stop.request(stop_request::interrupt, start + 2s, jobs(3, 1)) == stop_action::kill_all);
  CHECK(stop.phase() == stop_phase::kill);
  CHECK(stop.request(stop_request::interrupt, start + 3s, jobs(3, 1)) == stop_action::give_up);
  CHECK(stop.phase() == stop_phase::gave_up);
}

TEST_CASE("who asks again in the moment in which what was killed dies gives nothing up") {
  stop_machine stop(settings);
  stop.request(stop_request::kill, start, jobs(3));
  CHECK(stop.request(stop_request::terminate, start + 299ms, jobs(3)) == stop_action::none);
  CHECK(stop.request(stop_request::terminate, start + 300ms, jobs(3)) == stop_action::give_up);
}

TEST_CASE("lost output stops a run as an interrupt does, but insists on nothing") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::lost, start, jobs(3, 1)) == stop_action::start_nothing);
  CHECK(stop.deadline() == start + settings.wait_timeout);
  CHECK(stop.request(stop_request::lost, start + 1s, jobs(3, 1)) == stop_action::none);
  CHECK(stop.phase() == stop_phase::soft);
  stop_machine told(settings);
  told.request(stop_request::terminate, start, jobs(3, 1));
  CHECK(told.request(stop_request::lost, start + 1s, jobs(3, 1)) == stop_action::none);
  CHECK(told.deadline() == start + settings.term_timeout);
}

TEST_CASE("what outlives its own KILL is killed again, then given up, without being asked") {
  stop_machine stop(settings);
  stop.request(stop_request::terminate, start, jobs(1));
  CHECK(stop.expired(start + 10s, jobs(1)) == stop_action::kill_all);
  CHECK(stop.expired(start + 11s, jobs(1)) == stop_action::none);
  CHECK(stop.expired(start + 12s, jobs(1)) == stop_action::give_up);
}

TEST_CASE("QUIT kills at once") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::kill, start, jobs(3, 3)) == stop_action::kill_all);
}

TEST_CASE("halting soon starts nothing more and ends nothing; an interrupt after it does") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::finish, start, jobs(3)) == stop_action::start_nothing);
  CHECK(stop.stopping());
  CHECK_FALSE(stop.deadline().has_value());
  CHECK(stop.request(stop_request::interrupt, start, jobs(3)) == stop_action::end_all);
  CHECK(stop.phase() == stop_phase::soft);
}

TEST_CASE("halting now ends the unshielded at once and waits for the shielded") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::halt, start, jobs(3, 1)) == stop_action::end_unshielded);
  CHECK(stop.job_ended(start, jobs(1, 0)) == stop_action::end_all);
}

TEST_CASE("a second TERM does not give more time") {
  stop_machine stop(settings);
  stop.request(stop_request::interrupt, start, jobs(1));
  stop.request(stop_request::interrupt, start + 4s, jobs(1));
  CHECK(stop.deadline() == start + 10s);
}

TEST_CASE("parts of jobs that are shielded are waited for, their jobs are ended at once") {
  stop_machine stop(settings);
  running_jobs running = jobs(3);
  running.shields = 1;
  CHECK(stop.request(stop_request::interrupt, start, running) == stop_action::end_unshielded);
  CHECK(stop.waits_for_shields());
  CHECK(stop.deadline() == start + 60s);
  CHECK(stop.job_ended(start + 1s, running) == stop_action::none);
  CHECK(stop.request(stop_request::interrupt, start + 2s, running) == stop_action::end_all);
  CHECK(stop.phase() == stop_phase::hard);
}

TEST_CASE("when the last shielded job has ended, shielded parts of others are still waited for") {
  stop_machine stop(settings);
  running_jobs running = jobs(2, 1);
  running.shields = 1;
  CHECK(stop.request(stop_request::terminate, start, running) == stop_action::start_nothing);
  running.shielded = 0;
  CHECK(stop.job_ended(start + 1s, running) == stop_action::end_unshielded);
  CHECK(stop.job_ended(start + 2s, running) == stop_action::none);
  CHECK(stop.deadline() == start + 5s);
  CHECK(stop.expired(start + 5s, running) == stop_action::end_all);
}

TEST_CASE("shields that become known while all is being ended are waited for like others") {
  running_jobs late = jobs(1);
  late.shields = 1;
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::interrupt, start, jobs(1)) == stop_action::end_all);
  CHECK(stop.expired(start + 10s, late) == stop_action::start_nothing);
  CHECK(stop.waits_for_shields());
  CHECK(stop.deadline() == start + 60s);
  CHECK(stop.expired(start + 60s, late) == stop_action::end_all);
  CHECK(stop.expired(start + 70s, late) == stop_action::kill_all);

  stop_machine told_again(settings);
  told_again.request(stop_request::interrupt, start, jobs(1));
  told_again.request(stop_request::interrupt, start, jobs(1));
  CHECK(told_again.expired(start + 10s, late) == stop_action::kill_all);

  stop_machine ended(settings);
  ended.request(stop_request::interrupt, start, jobs(1));
  CHECK(ended.expired(start + 10s, late) == stop_action::start_nothing);
  CHECK(ended.job_ended(start + 20s, jobs(0)) == stop_action::end_all);
  CHECK_FALSE(ended.deadline());
}

TEST_CASE("jobs are killed once, however often that is asked") {
  stop_machine stop(settings);
  CHECK(stop.request(stop_request::kill, start, jobs(1)) == stop_action::kill_all);
  CHECK(stop.request(stop_request::kill, start + 1s, jobs(1)) == stop_action::none);
  CHECK(stop.deadline() == start + 2s);
}

TEST_CASE("a halt changes nothing in a run that is being ended, nor does output that is lost") {
  stop_machine stop(settings);
  stop.request(stop_request::interrupt, start, jobs(1));
  const auto what = GENERATE(stop_request::finish, stop_request::halt, stop_request::lost);
  CHECK(stop.request(what, start + 1s, jobs(1)) == stop_action::none);
  CHECK(stop.phase() == stop_phase::soft);
  CHECK(stop.deadline() == start + 10s);
}

TEST_CASE("nothing is asked of a run that gave up, or before its time") {
  stop_machine stop(settings);
  CHECK(stop.expired(start + 1h, jobs(1)) == stop_action::none);
  CHECK(stop.job_ended(start, jobs(0)) == stop_action::none);
  stop.request(stop_request::kill, start, jobs(1));
  CHECK(stop.expired(start + 1s, jobs(1)) == stop_action::none);
  CHECK(stop.expired(start + 2s, jobs(1)) == stop_action::give_up);
  CHECK(stop.phase() == stop_phase::gave_up);
  CHECK(stop.request(stop_request::interrupt, start + 3s, jobs(1)) == stop_action::none);
  CHECK(stop.request(stop_request::kill, start + 3s, jobs(1)) == stop_action::none);
}

TEST_CASE("a shield that was granted too late is not waited for beyond its time") {
  stop_machine stop({10s, 10s, 2s});
  stop.request(stop_request::interrupt, start, jobs(1));
  REQUIRE(stop.deadline() == start + 10s);
  const running_jobs late{1, 0, 10s, 1};
  CHECK(stop.expired(start + 10s, late) == stop_action::kill_all);
}
