#include "batch/resumed_needs.hpp"

#include "support/catch.hpp"

using namespace weir;

namespace {

constexpr journal_history::end_lines not_in_journal{};

job_spec planned(std::uint64_t seq, earlier_run earlier, std::vector<need> needs = {}) {
  job_spec job;
  job.seq = seq;
  job.name = "job" + std::to_string(seq);
  job.needs = std::move(needs);
  job.earlier = earlier;
  job.settings = std::make_shared<job_settings>();
  return job;
}

journal_history::end_lines at(std::uint32_t line) {
  return {line, line};
}

}  // namespace

TEST_CASE("what needs a job that runs again runs again, and so on") {
  resumed_needs needs;
  CHECK(needs.decide(planned(1, earlier_run::failed_again), at(2)) == earlier_run::failed_again);
  const need after_failure{1, need_on::failure};
  const need after_all{1, need_on::always};
  CHECK(needs.decide(planned(2, earlier_run::succeeded, {after_failure}), at(4)) ==
        earlier_run::succeeded_again);
  CHECK(needs.decide(planned(3, earlier_run::failed, {after_all}), at(6)) ==
        earlier_run::failed_again);
  CHECK(needs.decide(planned(4, earlier_run::skipped, {{3}}), at(8)) == earlier_run::skipped_again);
  CHECK(needs.decide(planned(5, earlier_run::succeeded), at(9)) == earlier_run::succeeded);
}

TEST_CASE("what needs a job that is new runs again") {
  resumed_needs needs;
  needs.decide(planned(1, earlier_run::unknown), not_in_journal);
  CHECK(needs.decide(planned(2, earlier_run::succeeded, {{1}}), at(4)) ==
        earlier_run::succeeded_again);
}

TEST_CASE("what needs a job that is skipped once more does not run again") {
  resumed_needs needs;
  needs.decide(planned(1, earlier_run::failed), at(2));
  needs.decide(planned(2, earlier_run::unknown, {{1}}), not_in_journal);
  CHECK(needs.decide(planned(3, earlier_run::succeeded, {{2, need_on::always}}), at(4)) ==
        earlier_run::succeeded);
}

TEST_CASE("one of several needs that runs again is enough") {
  resumed_needs needs;
  needs.decide(planned(1, earlier_run::succeeded), at(2));
  needs.decide(planned(2, earlier_run::interrupted_again), not_in_journal);
  CHECK(needs.decide(planned(3, earlier_run::succeeded,
                             {{1, need_on::success, 1}, {2, need_on::success, 1}}),
                     at(4)) == earlier_run::succeeded_again);
}

// The resumed run was killed between the two.
TEST_CASE("what ended before the job that it needs ran again is not done") {
  resumed_needs needs;
  needs.decide(planned(1, earlier_run::succeeded), at(9));
  CHECK(needs.decide(planned(2, earlier_run::succeeded, {{1}}), at(4)) ==
        earlier_run::succeeded_again);
  CHECK(needs.decide(planned(3, earlier_run::succeeded, {{2}}), at(20)) ==
        earlier_run::succeeded_again);
}

TEST_CASE("a job that is not to be repeated stays as it was, whatever it needs") {
  resumed_needs needs;
  needs.decide(planned(1, earlier_run::failed_again), at(2));
  CHECK(needs.decide(planned(2, earlier_run::unfinished, {{1, need_on::always}}), not_in_journal) ==
        earlier_run::unfinished);
}

TEST_CASE("jobs without a name run again for what they need, and are needed by none") {
  resumed_needs needs;
  const auto nameless = [](std::uint64_t seq, std::vector<need> of) {
    job_spec job = planned(seq, earlier_run::succeeded, std::move(of));
    job.name.clear();
    return job;
  };
  needs.decide(planned(1, earlier_run::failed_again), at(2));
  CHECK(needs.decide(nameless(2, {}), at(4)) == earlier_run::succeeded);
  CHECK(needs.decide(nameless(3, {{1}}), at(6)) == earlier_run::succeeded_again);
  CHECK(needs.decide(planned(4, earlier_run::succeeded, {{3}}), at(8)) == earlier_run::succeeded);
}

TEST_CASE("what needs a failure that is allowed is as it was, by success and by failure") {
  resumed_needs needs;
  job_spec failed = planned(1, earlier_run::failed);
  job_settings tolerant;
  tolerant.allow_failure = GENERATE(false, true);
  failed.settings = std::make_shared<const job_settings>(tolerant);
  needs.decide(failed, at(2));
  needs.decide(planned(2, earlier_run::unknown, {{1}}), not_in_journal);
  const bool starts = tolerant.allow_failure;
  CHECK(needs.decide(planned(3, earlier_run::succeeded, {{2, need_on::always}}), at(4)) ==
        (starts ? earlier_run::succeeded_again : earlier_run::succeeded));
}

TEST_CASE("a job that was skipped is no failure that another could have run for") {
  resumed_needs needs;
  const auto earlier = GENERATE(earlier_run::skipped, earlier_run::failed);
  needs.decide(planned(1, earlier), at(2));
  needs.decide(planned(2, earlier_run::unknown, {{1, need_on::failure}}), not_in_journal);
  CHECK(needs.decide(planned(3, earlier_run::succeeded, {{2, need_on::always}}), at(4)) ==
        (earlier == earlier_run::failed ? earlier_run::succeeded_again : earlier_run::succeeded));
}
