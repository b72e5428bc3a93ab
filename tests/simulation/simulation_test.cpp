// Faults found by the simulation, each with its story and the seed that first showed it; the
// scenarios are written out here, since a seed means another history once the drawing changes.
#include "simulation/history.hpp"
#include "support/catch.hpp"

using namespace simulation;
using weir::halt_rule;
using namespace std::chrono_literals;

namespace {

planned_job plain_job(std::uint64_t seed) {
  planned_job job;
  job.seed = seed;
  return job;
}

scenario plain_run(std::uint64_t jobs) {
  scenario s;
  s.engine.limit = 3;
  for (std::uint64_t i = 1; i <= jobs; ++i) s.jobs.push_back(plain_job(i * 1000));
  return s;
}

/// Hardly any output can be held, in memory or in files.
scenario run_without_room_for_output() {
  scenario s = plain_run(6);
  s.spools.limits.stream = 20;
  s.spools.no_directory = true;
  s.spools.most_in_memory = 100;
  return s;
}

/// With records, and a crash at each of the first steps and calls of the disk.
scenario run_that_crashes() {
  scenario s = plain_run(6);
  s.joblog.kept = s.lines.kept = s.table.kept = true;
  for (std::uint64_t step = 0; step < 200; ++step) s.crashes.at.push_back(step);
  for (std::uint64_t call = 0; call < 50; ++call) s.crashes.amid_a_step.push_back(call);
  return s;
}

std::string found_in(const scenario& s) {
  const history seen = live_through(s);
  return seen.found ? seen.found->how : std::string();
}

/// With jobs that take other times and do other things, in 300 ways.
std::string found_in_any(scenario s) {
  std::string found;
  for (int i = 0; i < 300 && found.empty(); ++i) {
    for (planned_job& job : s.jobs) ++job.seed;
    found = found_in(s);
  }
  return found;
}

}  // namespace

// Seed 6: with a pending limit of 0 the engine asked whether a spawn would wait, learned of the
// free slot, and threw the job away when its pool, or other slots it needed, were taken. The job
// was accepted but never ended, and the run waited for it forever.
TEST_CASE("where no job may wait, one whose pool is taken is not lost") {
  scenario s = plain_run(2);
  s.engine.pending_limit = 0;
  s.engine.pools = {{"db", 1}};
  for (planned_job& job : s.jobs) job.settings.pools = {{"db", 1}};
  CHECK(found_in(s).empty());
}

TEST_CASE("where no job may wait, one that takes several slots is not lost") {
  scenario s = plain_run(3);
  s.engine.pending_limit = 0;
  for (planned_job& job : s.jobs) job.settings.weight = 2;
  CHECK(found_in(s).empty());
}

// Seed 20118: by lines and in order, a job whose turn came printed everything held back for it,
// even half a line of stdout; the held lines of stderr came next, in the middle of it.
TEST_CASE("by lines, a job whose turn comes does not tear its lines") {
  scenario s = plain_run(12);
  s.engine.limit = 6;
  s.mode = weir::output_mode::line;
  s.keep_order = s.one_output = true;
  CHECK(found_in_any(s).empty());
}

// Seed 1391: a job that "weir ctl kill" ended and that no signal reached was waited for for ever,
// since only a stop of the whole run, or the job's own timeout, gave up on it.
TEST_CASE("a job that is ended by name and will not die is given up") {
  planned_job immortal = plain_job(1);
  immortal.is_rebel = true;
  while (plan_of(immortal, 1).to_term != reaction::ignores_all || plan_of(immortal, 1).rest < 100ms)
    ++immortal.seed;
  for (const happening how : {happening::cancel, happening::kill}) {
    scenario s = plain_run(3);
    s.engine.limit = 1;
    s.jobs[0] = immortal;
    s.world = {{50ms, how, {}, 1}};
    CHECK(found_in(s).empty());
  }
}

// Seed 23375: --halt came just when a job had passed the gate and was yet to start. It did not
// start, but what it had taken was given back without a look at those that waited for it.
TEST_CASE("a job that is turned back behind the gate lets others pass") {
  scenario s = plain_run(6);
  s.engine.limit = {};
  s.engine.needs = true;
  s.engine.capacity = {300, 1};
  s.engine.halt = {halt_rule::urgency::now, halt_rule::event::success, 4};
  s.jobs[3].needs = {{2, weir::need_on::always}};
  s.jobs[3].settings.claims = {500, 0};
  s.jobs[4].settings.claims = s.jobs[5].settings.claims = {200, 1};
  CHECK(found_in_any(s).empty());
}

// Seed 30240: a job that rolls back what others did waited at the gate when --halt came, and
// passed as soon as there was room, while some of those others were still being ended.
TEST_CASE("a job that follows up starts after what a halt ends, also from the gate") {
  scenario s = plain_run(5);
  s.engine.limit = {};
  s.engine.needs = true;
  s.engine.capacity = {300, 1};
  s.engine.halt = {halt_rule::urgency::now, halt_rule::event::success, 2};
  s.jobs[2].needs = {{1, weir::need_on::always}};
  s.jobs[1].settings.claims = s.jobs[2].settings.claims = {200, 0};
  s.jobs[3].settings.shield = true;
  CHECK(found_in_any(s).empty());
}

// Seed 56390: a job that was cancelled while it waited at the gate left those behind it waiting
// until the next job ended, though they would have fitted.
TEST_CASE("a job that is cancelled at the gate lets those behind it pass") {
  scenario s = plain_run(3);
  s.engine.capacity = {600, 1};
  s.jobs[0].settings.claims = {400, 0};
  s.jobs[1].settings.claims = {500, 0};
  s.world = {{10ms, happening::cancel, {}, 2}};
  CHECK(found_in_any(s).empty());
}

// Seed 671: where the rest of a line could not be held, as there was no room, it was dropped, and
// what the job wrote next came out as if it belonged to the line before.
TEST_CASE("where output cannot be held, what follows it is not shown without it") {
  scenario s = run_without_room_for_output();
  s.mode = weir::output_mode::line;
  CHECK(found_in_any(s).empty());
}

// Seed 15191: the same of a job whose turn came after that: it lost what was held for it, and wrote
// on.
TEST_CASE("a job whose turn comes when nothing can be held any more has lost what follows, too") {
  scenario s = run_without_room_for_output();
  s.keep_order = true;
  CHECK(found_in_any(s).empty());
}

// Seed 20261201181842: what an ended job had in the file that all share came out behind the line of
// another, the rest of which was lost.
TEST_CASE("output that waits in a file does not come out behind output that was lost") {
  scenario s = run_without_room_for_output();
  s.keep_order = true;
  s.spools.limits.stream = 182;
  s.spools.limits.waiting_files = 0;
  s.spools.limits.queued = 2500;
  s.spools.most_in_memory = 700;
  s.out = {reader::slow, {}};
  CHECK(found_in_any(s).empty());
}

// Seeds 34 and 940: a run that was killed before it had written anything to a record was resumed
// with what another run had left there, as if that were its own.
TEST_CASE("who resumes finds in records nothing of other runs") {
  scenario s = run_that_crashes();
  s.journal.kept = true;
  CHECK(found_in(s).empty());
}

// Seed 465: the same in GNU parallel's place, where the joblog says what has ended. The results had
// to be written before it, too.
TEST_CASE("who resumes by the joblog finds in the results what it says has ended") {
  scenario s = run_that_crashes();
  s.jobs[1].writes_much = true;
  const auto passed_over = [](std::uint64_t at) { return at % 10 != 0; };  // each run takes long
  std::erase_if(s.crashes.at, passed_over);
  std::erase_if(s.crashes.amid_a_step, passed_over);
  CHECK(found_in(s).empty());
}

// Seed 355: of a row of the table that was torn within lines of output, all but the last one
// stayed.
TEST_CASE("a row of a table that a crash has torn is cut off, whatever it tore") {
  scenario s = run_that_crashes();
  s.journal.kept = s.journal.synced = s.crashes.machine_dies = true;
  CHECK(found_in(s).empty());
}

// Seed 209: where the journal could not take the start of the next attempt, what the last one wrote
// had been put aside for it already.
TEST_CASE("a job that a broken journal keeps from its next attempt has the output of its last") {
  scenario s = plain_run(3);
  s.journal.kept = s.lines.kept = true;
  s.journal.fault = disk_fault::broken;
  for (planned_job& job : s.jobs) {
    job.fails_in_ten = 10;
    job.settings.retry.times = 3;
  }
  for (s.journal.fault_at = 1; s.journal.fault_at < 15; ++s.journal.fault_at)
    CHECK(found_in_any(s).empty());
}

// A joblog and a journal had jobs that the results on a full disk did not: nobody ran them again.
TEST_CASE("who resumes a run whose records could not be written loses nothing") {
  for (const bool by_journal : {true, false}) {
    for (const file_kind kind : {file_kind::lines, file_kind::table, file_kind::joblog}) {
      scenario s = run_that_crashes();
      s.journal.kept = by_journal;
      s.crashes.at = {20, 40, 80};
      s.crashes.amid_a_step = {20, 40};  // and at the end
      planned_file& file = kind == file_kind::lines   ? s.lines
                           : kind == file_kind::table ? s.table
                                                      : s.joblog;
      file.fault = disk_fault::full;
      for (file.fault_at = 0; file.fault_at < 8; ++file.fault_at) CHECK(found_in(s).empty());
    }
  }
}

TEST_CASE("what a simulated crash leaves is resumed, whatever the step") {
  scenario s = run_that_crashes();
  s.joblog.kept = s.lines.kept = s.table.kept = false;
  s.journal.kept = true;
  s.journal.synced = true;
  s.crashes.machine_dies = true;
  const history seen = live_through(s);
  CHECK_FALSE(seen.found);
  CHECK(seen.runs > 20);
}

TEST_CASE("a seed is one history") {
  const history once = live_through(draw(7), true);
  const history again = live_through(draw(7), true);
  CHECK(once.trace == again.trace);
}
