#include "support/catch.hpp"

#include "fake_screen.hpp"
#include "report/live_display.hpp"
#include "sample_events.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// A run on a fake screen, with a clock that only tests move.
struct run {
  explicit run(bool osc = false) : style{true, false, false, osc} {
    display.wake = [this](time_point when) { woken.push_back(when); };
  }

  void tell(const event& e) {
    state.on(e);
    display.on(e);
  }
  void begin(std::uint64_t seq, unsigned slot) {
    const auto j = job(seq, "job" + std::to_string(seq));
    tell(attempt_started{j, 1, slot, at(clock)});
  }
  void finish_job(std::uint64_t seq, unsigned slot) {
    const auto j = job(seq);
    const auto r = ended_at(clock);
    tell(job_ended{j, verdict::succeeded, 1, slot, r, ""});
  }
  time_point tick(double seconds) {
    clock = seconds;
    return display.tick(at(seconds));
  }
  void print_output(std::string_view text) {
    std::string burst = display.lift();
    for (const char c : text) burst += c == '\n' ? std::string("\r\n") : std::string(1, c);
    burst += display.put_back(text.back() == '\n', moves_cursor(text));
    screen.write(burst);
  }

  double clock = 0;
  fake_screen screen;
  progress_style style;
  progress_state state{4, at(0), [this] { return at(clock); }};
  live_display display{screen, state, style, [this] { return at(clock); }};
  std::vector<time_point> woken;
};

}  // namespace

TEST_CASE("a run that is over at once shows nothing") {
  run r;
  r.begin(1, 1);
  CHECK(r.display.tick(at(0.1)) == at(0.15));
  r.display.finish();
  CHECK(r.screen.writes == 0);
}

TEST_CASE("who asks for progress gets it at once") {
  fake_screen screen;
  progress_state state{4, at(0)};
  progress_style style;
  style.eager = true;
  live_display display{screen, state, style, [] { return at(0); }};
  const job_spec first = job(1);
  state.on(attempt_started{first, 1, 1, at(0)});
  display.on(attempt_started{first, 1, 1, at(0)});
  display.tick(at(0));
  CHECK(screen.writes == 1);
}

TEST_CASE("the block is drawn in one write and the cursor rests where it began") {
  run r;
  r.screen.output("$ weir\n");
  r.begin(1, 1);
  r.tick(0.2);
  CHECK(r.screen.writes == 1);
  CHECK(r.screen.lines() == lines{"$ weir", " 0 done  1 running", "  1     0s job1"});
  CHECK(r.screen.row == 1);
  CHECK(r.screen.column == 0);
  CHECK_FALSE(r.screen.updating);
  CHECK(r.screen.wrapping);
  CHECK(r.screen.cursor_shown);
}

TEST_CASE("a row that is gone leaves nothing behind") {
  run r;
  r.begin(1, 1);
  r.begin(2, 2);
  r.tick(0.2);
  r.finish_job(1, 1);
  r.tick(0.4);
  CHECK(r.screen.lines() == lines{" 1 done  1 running", "  2     0s job2"});
}

TEST_CASE("nothing is written when nothing has changed but the second") {
  run r;
  r.begin(1, 1);
  CHECK(r.tick(0.2) == at(1.2));
  r.tick(0.5);
  r.tick(1.1);
  CHECK(r.screen.writes == 1);
  r.tick(1.2);
  CHECK(r.screen.writes == 2);
  CHECK(r.screen.lines()[1] == "  1     1s job1");
}

TEST_CASE("a thousand events a second make twenty frames and twenty wake-ups") {
  run r;
  r.begin(1, 1);
  time_point next = r.tick(0.2);
  r.screen.writes = 0;
  r.woken.clear();
  for (unsigned i = 0; i < 1000; ++i) {
    r.clock = 0.2 + i * 0.001;
    r.finish_job(i + 1, 1);
    r.begin(i + 2, 1);
    if (!r.woken.empty()) next = std::min(next, r.woken.back());
    if (at(r.clock) >= next) next = r.display.tick(at(r.clock));
  }
  CHECK(r.screen.writes >= 18);
  CHECK(r.screen.writes <= 20);
  CHECK(r.woken.size() <= 21);
}

TEST_CASE("an event between two seconds asks for a frame in time") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  r.clock = 0.7;
  r.woken.clear();
  r.begin(2, 2);
  REQUIRE(r.woken.size() == 1);
  CHECK(r.woken[0] <= at(0.75));
}

TEST_CASE("output appears above the block, with the very bytes it had") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  r.clock = 0.5;
  r.print_output("hello\n");
  CHECK(r.screen.lines() == lines{"hello", " 0 done  1 running", "  1     0s job1"});
  CHECK_FALSE(r.screen.updating);
}

TEST_CASE("output in quick succession keeps the block where it is, and is one write with it") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  r.screen.writes = 0;
  r.clock = 0.21;
  r.woken.clear();
  r.print_output("a\n");
  r.print_output("b\n");
  CHECK(r.screen.lines() == lines{"a", "b", " 0 done  1 running", "  1     0s job1"});
  CHECK(r.screen.writes == 2);
  CHECK_FALSE(r.screen.updating);
  r.begin(2, 2);
  REQUIRE_FALSE(r.woken.empty());
  CHECK(r.woken.back() == at(0.25));
  r.tick(0.25);
  CHECK(r.screen.lines().size() == 5);
}

TEST_CASE("a job with raw output has the screen for itself, and the block begins a line after it") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  job_settings settings;
  settings.output = output_mode::raw;
  job_spec raw = job(2, "top");
  raw.settings = std::make_shared<const job_settings>(settings);
  r.clock = 0.5;
  r.tell(attempt_started{raw, 1, 2, at(0.5)});
  CHECK(r.screen.lines().empty());
  r.screen.output("drawn by the job");
  r.begin(3, 3);
  r.tick(2);
  CHECK(r.screen.lines() == lines{"drawn by the job"});
  r.print_output("from another\n");
  CHECK(r.screen.lines() == lines{"drawn by the job", "from another"});
  r.clock = 3;
  const auto result = ended_at(3);
  r.tell(job_ended{raw, verdict::succeeded, 1, 2, result, ""});
  r.tick(3);
  CHECK(r.screen.lines()[2] == " 1 done  2 running");
}

TEST_CASE("the block stays away from output that moves the cursor, until a job has ended") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  r.clock = 0.5;
  r.print_output("layer 1\nlayer 2\n\x1b[2A\n");
  r.tick(2);
  CHECK(r.screen.lines() == lines{"layer 1", "layer 2"});
  r.clock = 3;
  r.finish_job(1, 1);
  r.tick(3);
  CHECK(r.screen.lines()[1] == " 1 done  0 running");
}

TEST_CASE("nothing is drawn while the last line of output is not ended") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  r.clock = 0.5;
  r.print_output("50%");
  r.tick(2);
  r.begin(2, 2);
  r.tick(3);
  CHECK(r.screen.lines() == lines{"50%"});
  CHECK_FALSE(r.screen.updating);
  r.clock = 4;
  r.print_output(" 100%\n");
  CHECK(r.screen.lines()[0] == "50% 100%");
  CHECK(r.screen.lines().size() == 4);
  CHECK(r.tick(4.01) <= at(5));
}

TEST_CASE("the clock goes on after output that was drawn over at once") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  r.clock = 0.5;
  r.print_output("x");
  CHECK(r.display.tick(at(0.6)) == time_point::max());
  r.woken.clear();
  r.clock = 0.7;
  r.print_output("\n");
  REQUIRE_FALSE(r.woken.empty());
  CHECK(r.woken.back() <= at(1.7));
}

TEST_CASE("a background process group draws nothing and looks again later") {
  run r;
  r.screen.is_foreground = false;
  r.begin(1, 1);
  CHECK(r.tick(0.2) > at(0.2));
  r.print_output("out\n");
  CHECK(r.screen.lines() == lines{"out"});
  r.screen.is_foreground = true;
  r.tick(2);
  CHECK(r.screen.lines().size() == 3);
}

TEST_CASE("Ctrl-Z leaves a clean screen, fg draws again") {
  run r(true);
  r.begin(1, 1);
  r.tick(0.2);
  r.clock = 1;
  r.tell(suspended{});
  CHECK(r.screen.lines().empty());
  CHECK(r.screen.progress == "9;4;0");
  r.tick(1.5);
  CHECK(r.screen.lines().empty());
  r.clock = 500;
  r.woken.clear();
  r.tell(resumed{});
  REQUIRE_FALSE(r.woken.empty());
  r.tick(500);
  CHECK(r.screen.lines()[1] == "  1     1s job1");
  CHECK(r.screen.progress == "9;4;3");
}

TEST_CASE("a resize draws again at the new width, from the same place") {
  run r;
  r.screen.output("$ weir\n");
  r.begin(1, 1);
  r.tick(0.2);
  r.screen.resize(16, 24);
  r.tick(0.3);
  CHECK(r.screen.lines() == lines{"$ weir", " 0 done"});
}

TEST_CASE("a terminal that takes nothing is tried again, and output is not held up") {
  run r;
  r.begin(1, 1);
  r.screen.is_stalled = true;
  CHECK(r.tick(0.2) > at(0.2));
  static_cast<void>(r.display.lift());
  static_cast<void>(r.display.put_back(true, false));
  r.display.lost();
  r.screen.is_stalled = false;
  r.tick(1);
  CHECK(r.screen.lines().size() == 2);
}

TEST_CASE("a message goes above the block and starts a line of its own") {
  run r;
  r.begin(1, 1);
  r.tick(0.2);
  r.clock = 1;
  r.display.print("weir: stopping");
  CHECK(r.screen.lines()[0] == "weir: stopping");
  CHECK(r.screen.lines().size() == 3);
  r.clock = 2;
  r.print_output("no newline");
  r.display.print("weir: again");
  CHECK(r.screen.lines()[1] == "no newline");
  CHECK(r.screen.lines()[2] == "weir: again");
}

TEST_CASE("a message is not lost on a stalled terminal") {
  run r;
  r.screen.is_stalled = true;
  r.display.print("weir: stopping");
  r.screen.is_stalled = false;
  r.tick(1);
  REQUIRE_FALSE(r.screen.lines().empty());
  CHECK(r.screen.lines()[0] == "weir: stopping");
}

TEST_CASE("at the end everything is as if it had never been, and stays so") {
  run r(true);
  r.begin(1, 1);
  r.tick(0.2);
  CHECK(r.screen.progress == "9;4;3");
  r.display.finish();
  CHECK(r.screen.lines().empty());
  CHECK(r.screen.progress == "9;4;0");
  r.begin(2, 2);
  CHECK(r.tick(5) == time_point::max());
  r.print_output("summary\n");
  CHECK(r.screen.lines() == lines{"summary"});
}
