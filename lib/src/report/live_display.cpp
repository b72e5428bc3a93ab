#include "report/live_display.hpp"

#include <algorithm>
#include <utility>

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto frame_interval = 50ms;
constexpr auto second = 1s;
/// A run that is over by then shows nothing.
constexpr auto quiet_start = 150ms;
/// For when the terminal belongs to somebody else, or takes nothing.
constexpr auto retry_interval = 500ms;
/// Bytes of messages kept for a terminal that takes nothing.
constexpr std::size_t most_unprinted = 16384;

constexpr std::string_view begin_update = "\x1b[?2026h";
constexpr std::string_view commit_update = "\x1b[?2026l";
constexpr std::string_view wrap_off = "\x1b[?7l";
constexpr std::string_view wrap_on = "\x1b[?7h";
constexpr std::string_view erase_below = "\r\x1b[J";
constexpr std::string_view erase_to_end_of_line = "\x1b[K";

/// Begins a line wherever the cursor is, without leaving a blank line if it was at the start of
/// one: at the right margin it wraps only when more is printed.
std::string fresh_line(unsigned columns) {
  return std::string(columns, ' ') + "\r" + std::string(erase_to_end_of_line);
}

bool is_raw(const job_spec& job) {
  return job.settings && job.settings->output == output_mode::raw;
}

constexpr auto never = live_display::time_point::max();

}  // namespace

live_display::live_display(terminal& screen, const progress_state& state, progress_style style,
                           progress_state::clock now)
    : screen_(screen), state_(state), style_(style), now_(std::move(now)) {
  const time_point start = now_();
  first_frame_ = style.eager ? start : start + quiet_start;
  last_frame_ = start - frame_interval;
  next_second_ = start + second;
  wanted_ = first_frame_;
}

live_display::~live_display() {
  finish();
}

void live_display::on(const event& e) {
  if (std::holds_alternative<suspended>(e)) return suspend();
  if (std::holds_alternative<resumed>(e)) hidden_ = false;
  if (const auto* started = std::get_if<attempt_started>(&e)) step_aside(started->job);
  if (const auto* failed = std::get_if<attempt_failed>(&e)) come_back(failed->job);
  if (const auto* ended = std::get_if<job_ended>(&e); ended != nullptr && ended->attempts > 0)
    come_back(ended->job);
  changed();
}

/// A job with raw output has the terminal to itself.
void live_display::step_aside(const job_spec& job) {
  if (is_raw(job) && ++raw_jobs_ == 1) take_away();
}

void live_display::come_back(const job_spec& job) {
  const bool was_raw = is_raw(job) && raw_jobs_ > 0;
  if (was_raw) --raw_jobs_;
  lost_cursor_ = lost_cursor_ || was_raw;
  if (lost_cursor_) at_line_start_ = true;
}

/// The shell takes over: its terminal must look as if we had never been there.
void live_display::suspend() {
  take_away();
  hidden_ = true;
}

/// Called for many events a second: all but the first after a frame cost only a few comparisons.
void live_display::changed() {
  dirty_ = true;
  if (is_aside() || finished_ || !at_line_start_) return;
  want(due());
}

live_display::time_point live_display::due() const {
  return std::max(first_frame_, last_frame_ + frame_interval);
}

void live_display::want(time_point when) {
  if (when >= wanted_) return;
  wanted_ = when;
  if (wake) wake(when);
}

live_display::time_point live_display::tick(time_point now) {
  wanted_ = finished_ || is_aside() ? never : next_tick(now);
  return wanted_;
}

live_display::time_point live_display::next_tick(time_point now) {
  if (!send_unprinted()) return now + retry_interval;
  if (!at_line_start_) return never;
  if (now < due()) return due();
  if (is_amid_output() || !screen_.foreground()) return now + retry_interval;
  if (dirty_ || !on_screen_ || now >= next_second_ || screen_.size() != drawn_size_) draw(now);
  if (dirty_) return now + retry_interval;
  return std::max(next_second_, due());
}

/// The bytes that turn the block on the screen into `lines`, from the first cell of the block and
/// back.
std::string live_display::body(const std::vector<std::string>& lines) const {
  std::string bytes{wrap_off};
  bytes += '\r';
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) bytes += "\r\n";
    bytes += lines[i];
    bytes += i + 1 < lines.size() ? erase_to_end_of_line : std::string_view("\x1b[J");
  }
  if (lines.size() > 1) bytes += "\x1b[" + std::to_string(lines.size() - 1) + "A";
  bytes += '\r';
  bytes += wrap_on;
  return bytes;
}

/// The next frame; empty if the screen already shows it.
std::string live_display::frame(time_point now) {
  const terminal_size size = screen_.size();
  std::vector<std::string> lines = render_progress(state_, now, size, style_);
  const std::string osc = style_.osc_progress ? osc_progress(state_) : std::string();
  next_second_ = now + second;
  dirty_ = false;
  if (on_screen_ && lines == drawn_ && size == drawn_size_ && osc == drawn_osc_) return {};
  std::string bytes = lost_cursor_ ? fresh_line(size.columns) : std::string();
  bytes += body(lines);
  if (osc != drawn_osc_) bytes += osc;
  lost_cursor_ = false;
  on_screen_ = true;
  drawn_ = std::move(lines);
  drawn_size_ = size;
  drawn_osc_ = osc;
  last_frame_ = now;
  return bytes;
}

void live_display::draw(time_point now) {
  const std::string bytes = frame(now);
  if (bytes.empty()) return;
  const bool written =
      screen_.write(std::string(begin_update) + bytes + std::string(commit_update));
  if (!written) return lost();
  updating_ = false;
}

std::string live_display::lift() {
  // A job with raw output may be in the middle of a line.
  if (raw_jobs_ > 0 && at_line_start_ && screen_.foreground())
    return fresh_line(screen_.size().columns);
  if (!on_screen_ || finished_ || !screen_.foreground()) return {};
  on_screen_ = false;
  updating_ = true;
  return std::string(begin_update) + std::string(erase_below);
}

/// Draws the same frame again if the next one is not due yet, so that the block does not flicker.
std::string live_display::put_back(bool at_line_start, bool moved) {
  lost_cursor_ = lost_cursor_ || moved;
  at_line_start_ = at_line_start && !moved;
  if (finished_ || is_aside()) return {};
  std::string bytes;
  const time_point now = now_();
  if (at_line_start_ && screen_.foreground()) {
    if (now >= due()) {
      bytes = frame(now);
    } else if (!drawn_.empty() && screen_.size() == drawn_size_) {
      bytes = body(drawn_);
      on_screen_ = true;
    }
  }
  if (std::exchange(updating_, false)) bytes += commit_update;
  if (at_line_start_) want(on_screen_ && !dirty_ ? next_second_ : due());
  return bytes;
}

void live_display::lost() {
  on_screen_ = false;
  dirty_ = true;
  want(now_() + retry_interval);
}

void live_display::print(std::string_view line) {
  if (unprinted_.size() > most_unprinted) return;
  unprinted_ += line;
  unprinted_ += "\r\n";
  if (hidden_) return;
  if (!send_unprinted()) want(now_() + retry_interval);
}

/// \returns whether everything has been printed.
bool live_display::send_unprinted() {
  if (unprinted_.empty()) return true;
  if (is_amid_output()) return false;
  lost_cursor_ = lost_cursor_ || raw_jobs_ > 0;
  std::string bytes = lift();
  if (!at_line_start_ && !lost_cursor_) bytes += "\r\n";
  if (lost_cursor_) bytes += fresh_line(screen_.size().columns);
  bytes += unprinted_;
  lost_cursor_ = false;
  bytes += put_back(true, false);
  if (!screen_.write(bytes)) return lost(), false;
  unprinted_.clear();
  return true;
}

void live_display::take_away() {
  std::string bytes;
  if (on_screen_) bytes += erase_below;
  if (updating_) bytes += commit_update;
  if (!drawn_osc_.empty()) bytes += osc_progress_end();
  if (!bytes.empty() && screen_.foreground()) screen_.write(bytes);
  on_screen_ = false;
  drawn_.clear();
  drawn_osc_.clear();
  updating_ = false;
}

void live_display::finish() {
  if (finished_) return;
  take_away();
  finished_ = true;
  send_unprinted();
}

}  // namespace weir
