#include "support/catch.hpp"

#include "report/progress_bar.hpp"
#include "report/stop_text.hpp"
#include "sample_events.hpp"
#include "text/escape.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
using Catch::Contains;
using lines = std::vector<std::string>;

namespace {

const progress_style unicode{.live = true, .colour = false, .utf8 = true, .osc_progress = true};
const progress_style ascii{.live = true, .colour = false, .utf8 = false, .osc_progress = true};

/// 12 of 40 jobs are done after 4 s, 2 of them failed; 4 run since then.
progress_state sample() {
  progress_state state(4, at(0), [] { return at(4); });
  accept(state, 40);
  state.on(total_known{40});
  for (unsigned i = 0; i < 12; ++i) {
    const unsigned slot = i % 4 + 1;
    start(state, job(i + 1), slot, i / 4 * 4.0 / 3);
    if (slot == 4)
      for (unsigned s = 1; s <= 4; ++s)
        end(state, job(i + 1 - 4 + s), s, (i / 4 + 1) * 4.0 / 3,
            i < 8 && s == 1 ? verdict::failed : verdict::succeeded);
  }
  for (unsigned slot = 1; slot <= 4; ++slot)
    start(state, job(12 + slot, "gzip -9 file" + std::to_string(slot)), slot, 4);
  return state;
}

void check_width(const lines& all, unsigned columns) {
  for (const auto& line : all) {
    CAPTURE(line);
    CHECK(display_width(line) < columns);
  }
}

}  // namespace

TEST_CASE("one line says all, and each running job has a row") {
  const auto all = render_progress(sample(), at(4), {100, 24}, unicode);
  REQUIRE(all.size() == 5);
  CHECK(all[0] ==
        " 12/40 █████████                       30%  2 failed, 4 running, 3.2 jobs/s, ETA 9s");
  CHECK(all[1] == "  1     0s gzip -9 file1");
  check_width(all, 100);
}

TEST_CASE("a narrow terminal loses the ETA, then the rate, then the bar, then the counts") {
  const auto state = sample();
  const auto at_width = [&](unsigned columns) {
    return render_progress(state, at(4), {columns, 24}, ascii)[0];
  };
  CHECK(at_width(63) == " 12/40 ##------  30%  2 failed, 4 running, 3.2 jobs/s, ETA 9s");
  CHECK(at_width(60) == " 12/40 ###-------  30%  2 failed, 4 running, 3.2 jobs/s");
  CHECK(at_width(50) == " 12/40 ###-------  30%  2 failed, 4 running");
  CHECK(at_width(42) == " 12/40 ##------  30%  2 failed, 4 running");
  CHECK(at_width(35) == " 12/40  30%  2 failed, 4 running");
  CHECK(at_width(25) == " 12/40  30%  2 failed");
  CHECK(at_width(12) == " 12/40  30%");
  CHECK(at_width(8) == " 12/40");
  CHECK(at_width(4) == " 12");
}

TEST_CASE("no line reaches the last column at any size, and there is always one") {
  auto state = sample();
  const auto wide = shielded(job(99, "面白い\u202e名前\x1b[2J" + std::string(300, 'w')));
  start(state, wide, 5, 4);
  for (unsigned columns = 2; columns < 130; ++columns)
    for (unsigned rows = 1; rows < 12; ++rows)
      for (const auto& style : {unicode, ascii}) {
        const auto all = render_progress(state, at(4000), {columns, rows}, style);
        REQUIRE_FALSE(all.empty());
        CHECK(all.size() <= std::max(1U, rows - 1));
        check_width(all, columns);
      }
}

TEST_CASE("nothing but ASCII is written where the locale is not UTF-8") {
  auto state = sample();
  start(state, job(99, "naïve 面"), 5, 4);
  for (const auto& line : render_progress(state, at(4), {80, 24}, ascii))
    for (const char c : line) CHECK(static_cast<unsigned char>(c) < 0x80);
}

TEST_CASE("a title cannot move the cursor") {
  progress_state state(1, at(0));
  start(state, job(1, "x\x1b[2J\r\ny"), 1, 0);
  for (const auto& line : render_progress(state, at(1), {80, 24}, unicode)) {
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\r') == std::string::npos);
  }
}

TEST_CASE("more jobs than rows are counted, and the oldest are shown") {
  progress_state state(64, at(0));
  for (unsigned slot = 1; slot <= 40; ++slot) start(state, job(slot), slot, 41 - slot);
  const auto all = render_progress(state, at(60), {80, 24}, unicode);
  REQUIRE(all.size() == 13);
  CHECK_THAT(all[1], Contains(" 40    59s"));
  CHECK_THAT(all[12], Contains("and 29 more"));
}

TEST_CASE("at 40 columns the rows of one command do not look alike") {
  progress_state state(6, at(0));
  accept(state, 6);
  for (unsigned slot = 1; slot <= 6; ++slot)
    start(state,
          job(slot, "./transcode --preset slow /srv/video/in/" + std::to_string(slot) + ".mkv"),
          slot, 0);
  const auto all = render_progress(state, at(1), {40, 24}, unicode);
  REQUIRE(all.size() == 7);
  CHECK(all[1] == "  1     1s …1.mkv");
  CHECK(all[6] == "  6     1s …6.mkv");
}

TEST_CASE("jobs that a pool holds up are told") {
  progress_state state(4, at(0));
  job_settings settings;
  settings.pools = {{"db\n", 1}};
  job_spec held = job(1);
  held.settings = std::make_shared<const job_settings>(settings);
  for (unsigned i = 0; i < 3; ++i) state.on(job_accepted{held});
  start(state, held, 1, 0);
  CHECK_THAT(render_progress(state, at(1), {100, 24}, ascii)[0],
             Contains("1 running, 2 held up by pool db\\n"));
}

TEST_CASE("a narrow terminal says that starts are paused") {
  progress_state state = sample();
  state.on(controlled{"pause"});
  CHECK_THAT(render_progress(state, at(4), {50, 24}, ascii).front(), Contains("paused"));
}

TEST_CASE("a small terminal shows the bar alone") {
  CHECK(render_progress(sample(), at(4), {80, 3}, unicode).size() == 1);
  CHECK(render_progress(sample(), at(4), {20, 24}, unicode).size() == 1);
}

TEST_CASE("shields and further attempts are marked in a row") {
  progress_state state(2, at(0));
  start(state, shielded(job(1, "deploy")), 1, 0, 3);
  CHECK(render_progress(state, at(75), {80, 24}, unicode)[1] ==
        "  1  1m15s [shield] [attempt 3] deploy");
}

TEST_CASE("without a total there is no bar and no percentage") {
  progress_state state(2, at(0));
  accept(state, 5);
  start(state, job(1), 1, 0);
  CHECK(render_progress(state, at(0.5), {80, 24}, unicode)[0] == " 0 done  1 running, 4 pending");
}

TEST_CASE("a run is not at 100 % before its last job has ended") {
  progress_state state(1, at(0));
  accept(state, 1000);
  state.on(total_known{1000});
  for (unsigned i = 1; i < 1000; ++i) drop(state, job(i), verdict::skipped);
  CHECK_THAT(render_progress(state, at(1), {80, 24}, unicode)[0], Contains(" 99%"));
  CHECK(osc_progress(state) == "\x1b]9;4;1;99\a");
  drop(state, job(1000), verdict::skipped);
  CHECK_THAT(render_progress(state, at(1), {80, 24}, unicode)[0], Contains("100%"));
}

TEST_CASE("the bar moves in eighths of a cell") {
  CHECK(render_bar(0, 4, true) == "    ");
  CHECK(render_bar(0.5, 4, true) == "██  ");
  CHECK(render_bar(5.0 / 32, 4, true) == "▋   ");
  CHECK(render_bar(1, 4, true) == "████");
  CHECK(render_bar(2, 4, true) == "████");
  CHECK(render_bar(0.5, 4, false) == "##--");
}

TEST_CASE("colours are there only when they are allowed, and failures are red") {
  progress_style colour = unicode;
  colour.colour = true;
  CHECK_THAT(render_progress(sample(), at(4), {80, 24}, colour)[0],
             Contains("\x1b[31m2 failed\x1b[0m"));
}

TEST_CASE("while stopping, the first line says what happens and counts down") {
  auto state = sample();
  start(state, shielded(job(50)), 1, 4);
  start(state, shielded(job(51)), 2, 4);
  stop(state, stop_phase::soft, 4, 2, 64);
  CHECK(render_progress(state, at(17), {100, 24}, unicode)[0] ==
        " stopping: waiting for 2 shielded jobs (47s left); press Ctrl-C again to end them now");
  CHECK(render_progress(state, at(17), {30, 24}, unicode)[0].size() == 29);
}

TEST_CASE("while stopping, jobs with a shielded part are counted as far as is known") {
  progress_state state(4, at(0), [] { return at(4); });
  for (unsigned i = 1; i <= 3; ++i) start(state, job(i), i, 0);
  stop(state, stop_phase::soft, 4, 2, 64);
  CHECK(render_progress(state, at(17), {100, 24}, unicode)[0] ==
        " stopping: waiting for 2 shielded jobs (47s left); press Ctrl-C again to end them now");
  end(state, job(1), 1, 18);
  end(state, job(2), 2, 18);
  CHECK(render_progress(state, at(18), {100, 24}, unicode)[0] ==
        " stopping: waiting for 1 shielded job (46s left); press Ctrl-C again to end it now");
}

TEST_CASE("once the waiting is over, the shielded are being ended as well") {
  auto state = sample();
  start(state, shielded(job(50)), 1, 4);
  stop(state, stop_phase::soft, 4, 0);
  CHECK(render_progress(state, at(70), {100, 24}, unicode)[0] ==
        " stopping: ending 4 jobs; press Ctrl-C twice more to kill them");
}

TEST_CASE("each phase of stopping says what the next signal will do") {
  CHECK(stop_text(stop_phase::running, 3, 0, {}, "--halt soon,fail=1") ==
        "nothing more starts; waiting for 3 running jobs; press Ctrl-C to end them now");
  CHECK(stop_text(stop_phase::running, 0, 0, {}, "--halt soon,fail=1") == "nothing more starts");
  CHECK(stop_text(stop_phase::soft, 12, 2, {}) ==
        "waiting for 2 shielded jobs; press Ctrl-C again to end them now");
  CHECK(stop_text(stop_phase::soft, 1, 1, 5s) ==
        "waiting for 1 shielded job (5s left); press Ctrl-C again to end it now");
  CHECK(stop_text(stop_phase::soft, 1, 1, 4001ms) == stop_text(stop_phase::soft, 1, 1, 5s));
  CHECK(stop_text(stop_phase::soft, 1, 1, 1ms) == stop_text(stop_phase::soft, 1, 1, 1s));
  CHECK(stop_text(stop_phase::soft, 3, 2, {}, "stdout: full") ==
        "waiting for 2 shielded jobs; press Ctrl-C to end them now");
  CHECK(stop_text(stop_phase::soft, 3, 2, 5s, "SIGTERM") ==
        "waiting for 2 shielded jobs (5s left); send another signal to end them now");
  CHECK(stop_text(stop_phase::hard, 3, 1, {}) == "ending 3 jobs; press Ctrl-C again to kill them");
  CHECK(stop_text(stop_phase::hard, 1, 0, {}, "SIGTERM") ==
        "ending 1 job; send another signal to kill it");
  CHECK(stop_text(stop_phase::hard, 1, 0, {}, "--halt now,fail=1") ==
        "ending 1 job; press Ctrl-C again to kill it");
  CHECK(stop_text(stop_phase::kill, 1, 0, {}) == "killing 1 job");
  CHECK(stop_text(stop_phase::gave_up, 2, 0, {}) == "2 jobs could not be killed");
}

TEST_CASE("where all jobs are being ended, the next signal but one kills them") {
  CHECK(stop_text(stop_phase::soft, 3, 0, {}) ==
        "ending 3 jobs; press Ctrl-C twice more to kill them");
  CHECK(stop_text(stop_phase::soft, 3, 0, {}, "SIGTERM") ==
        "ending 3 jobs; send two more signals to kill them");
  CHECK(stop_text(stop_phase::soft, 1, 0, {}, "--halt now,fail=1") ==
        "ending 1 job; press Ctrl-C twice to kill it");
  CHECK(stop_text(stop_phase::soft, 0, 0, {}) == "nothing more starts");
}

TEST_CASE("the next signal drops output that nobody reads") {
  CHECK(drain_text(70, "SIGINT") ==
        "70 bytes of output are left to write; press Ctrl-C again to drop them");
  CHECK(drain_text(70, "SIGTERM") ==
        "70 bytes of output are left to write; send another signal to drop them");
  CHECK(drain_text(1, "SIGINT") ==
        "1 byte of output is left to write; press Ctrl-C again to drop it");
}

TEST_CASE("the terminal's own progress knows busy, percent and failure") {
  progress_state state(1, at(0));
  CHECK(osc_progress(state) == "\x1b]9;4;3\a");
  CHECK(osc_progress(sample()) == "\x1b]9;4;2;30\a");
  CHECK(osc_progress_end() == "\x1b]9;4;0\a");
}
