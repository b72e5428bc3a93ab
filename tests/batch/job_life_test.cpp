#include "batch/job_life.hpp"

#include <string>
#include <vector>

#include <weir/outcome.hpp>

#include "support/catch.hpp"

using namespace weir;

namespace {

job_spec numbered(std::uint64_t seq) {
  job_spec spec;
  spec.seq = seq;
  spec.text = "sleep";
  return spec;
}

std::vector<std::uint64_t> numbers(const std::vector<job_record*>& jobs) {
  std::vector<std::uint64_t> all;
  for (const job_record* job : jobs) all.push_back(job->spec.seq);
  return all;
}

}  // namespace

TEST_CASE("A job takes the lowest free slot, and keeps its number while it rests") {
  job_lives lives;
  job_record& first = lives.accept(numbered(1));
  job_record& second = lives.accept(numbered(2));
  job_record& third = lives.accept(numbered(3));
  lives.enter(first, job_stage::starting);
  lives.enter(second, job_stage::starting);
  CHECK(first.slot == 1);
  CHECK(second.slot == 2);
  lives.enter(first, job_stage::running);
  lives.enter(first, job_stage::resting);
  CHECK(first.slot == 1);
  CHECK(numbers(lives.with_slot()) == std::vector<std::uint64_t>{2});
  lives.enter(third, job_stage::starting);
  CHECK(third.slot == 1);
  lives.enter(first, job_stage::pending);
  lives.enter(first, job_stage::starting);
  CHECK(first.slot == 3);
}

TEST_CASE("Bytes count as pending until a job first has a slot, or has ended without one") {
  job_lives lives;
  job_record& runs = lives.accept(numbered(1));
  job_record& never = lives.accept(numbered(2));
  const std::size_t both = lives.pending_bytes();
  CHECK(both > 0);
  lives.enter(runs, job_stage::pending);
  CHECK(lives.pending_bytes() == both);
  lives.enter(runs, job_stage::starting);
  CHECK(lives.pending_bytes() == both / 2);
  lives.enter(runs, job_stage::resting);
  lives.enter(runs, job_stage::pending);
  CHECK(lives.pending_bytes() == both / 2);
  lives.enter(never, job_stage::ended);
  CHECK(lives.pending_bytes() == 0);
}

TEST_CASE("All of a job's text counts as pending") {
  const auto bytes = [](job_spec spec) {
    job_lives lives;
    lives.accept(std::move(spec));
    return lives.pending_bytes();
  };
  const std::size_t plain = bytes(job_spec());
  CHECK(plain > 0);
  const std::string text(1000, 'x');
  std::vector<job_spec> longer(5);
  longer[0].argv = {text};
  longer[1].text = text;
  longer[2].name = text;
  longer[3].tag = text;
  longer[4].item = text;
  for (const job_spec& each : longer) {
    CHECK(bytes(each) >= plain + 1000);
    CHECK(bytes(each) <= plain + 1010);
  }
}

TEST_CASE("A job that needs others is found by its number as long as it waits for them") {
  job_lives lives;
  job_record& job = lives.accept(numbered(7));
  CHECK(lives.needing(7) == nullptr);
  lives.enter(job, job_stage::needing);
  CHECK(lives.needing(7) == &job);
  CHECK(lives.any_needing());
  lives.enter(job, job_stage::held);
  CHECK(lives.needing(7) == nullptr);
  CHECK_FALSE(lives.any_needing());
  CHECK(lives.in(job_stage::held) == std::vector<job_record*>{&job});
}

TEST_CASE("Jobs of a stage come in the order in which they were accepted") {
  job_lives lives;
  std::vector<job_record*> jobs;
  for (std::uint64_t seq = 1; seq <= 4; ++seq) jobs.push_back(&lives.accept(numbered(seq)));
  for (const std::size_t at : {3U, 0U, 2U}) lives.enter(*jobs[at], job_stage::held);
  CHECK(numbers(lives.in(job_stage::held)) == std::vector<std::uint64_t>{1, 3, 4});
}

TEST_CASE("What a rest holds goes when it is over") {
  job_lives lives;
  job_record& job = lives.accept(numbered(1));
  lives.enter(job, job_stage::running);
  lives.enter(job, job_stage::resting);
  REQUIRE(job.resting != nullptr);
  lives.enter(job, job_stage::pending);
  CHECK(job.resting == nullptr);
}

TEST_CASE("A job that has ended gives its slot back, and is gone when it is forgotten") {
  job_lives lives;
  job_record& job = lives.accept(numbered(1));
  lives.enter(job, job_stage::running);
  lives.enter(job, job_stage::ended);
  CHECK(lives.with_slot().empty());
  CHECK(lives.all().size() == 1);
  lives.forget(job);
  CHECK(lives.all().empty());
}

TEST_CASE("A job that was given up stays where it is, for whoever may still look at it") {
  job_lives lives;
  job_record& job = lives.accept(numbered(1));
  lives.enter(job, job_stage::running);
  lives.give_up();
  lives.enter(job, job_stage::ended);
  lives.forget(job);
  CHECK(lives.all().empty());
  CHECK(job.stage == job_stage::ended);
  CHECK(job.spec.seq == 1);
}
