#include "report/live_display.hpp"

#include <algorithm>

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto frame_interval = 50ms;
constexpr auto second = 1s;
/// A run that is over by then has shown nothing.
constexpr auto quiet_start = 150ms;
/// While the terminal belongs to somebody else, or takes nothing.
constexpr auto retry_interval = 500ms;
/// Bytes of messages kept for a terminal that takes nothing.
constexpr std::size_t most_unprinted = 16384;

constexpr std::string_view begin_update = "\x1b[?2026h";
constexpr std::string_view commit_update = "\x1b[?2026l";
constexpr std::string_view wrap_off = "\x1b[?7l";
constexpr std::string_view wrap_on = "\x1b[?7h";
constexpr std::string_view erase_below = "\r\x1b[J";
constexpr std::string_view erase_to_end_of_line = "\x1b[K";

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
  changed();
}

/// The shell takes over: its terminal shall look as if we had never been there.
void live_display::suspend() {
  take_away();
  hidden_ = true;
}

/// Many events a second come here: all but the first after a frame cost a few comparisons.
void live_display::changed() {
  dirty_ = true;
  if (hidden_ || finished_ || !at_line_start_) return;
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
  wanted_ = finished_ || hidden_ ? never : next_tick(now);
  return wanted_;
}

live_display::time_point live_display::next_tick(time_point now) {
  if (!send_unprinted()) return now + retry_interval;
  if (!at_line_start_) return never;
  if (now < due()) return due();
  if (!screen_.foreground()) return now + retry_interval;
  if (dirty_ || drawn_.empty() || now >= next_second_ || screen_.size() != drawn_size_) draw(now);
  if (dirty_) return now + retry_interval;
  return std::max(next_second_, due());
}

/// The bytes that turn the block on the screen into `lines`, from the first cell of the block and
/// back.
std::string live_display::frame(const std::vector<std::string>& lines) const {
  std::string bytes{begin_update};
  bytes += wrap_off;
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

void live_display::draw(time_point now) {
  const terminal_size size = screen_.size();
  std::vector<std::string> lines = render_progress(state_, now, size, style_);
  const std::string osc = style_.osc_progress ? osc_progress(state_) : std::string();
  next_second_ = now + second;
  if (lines == drawn_ && size == drawn_size_ && osc == drawn_osc_) {
    dirty_ = false;
    return;
  }
  std::string bytes = frame(lines);
  if (osc != drawn_osc_) bytes += osc;
  bytes += commit_update;
  dirty_ = !screen_.write(bytes);
  if (dirty_) return;
  updating_ = false;
  drawn_ = std::move(lines);
  drawn_size_ = size;
  drawn_osc_ = osc;
  last_frame_ = now;
}

void live_display::before_write() {
  if (drawn_.empty() || finished_ || !screen_.foreground()) return;
  // The update stays open until the next frame: on terminals that know it, nothing flickers.
  std::string bytes{begin_update};
  bytes += erase_below;
  if (!screen_.write(bytes)) return;
  drawn_.clear();
  updating_ = true;
}

void live_display::after_write(bool at_line_start) {
  at_line_start_ = at_line_start;
  if (finished_ || hidden_) return;
  if (!at_line_start_) return end_update();
  redraw_after_output(now_());
}

/// At once when the last frame is long enough ago, else when the next one is due.
void live_display::redraw_after_output(time_point now) {
  if (now >= due() && screen_.foreground()) draw(now);
  want(drawn_.empty() ? due() : next_second_);
}

void live_display::end_update() {
  if (updating_ && screen_.write(commit_update)) updating_ = false;
}

void live_display::print(std::string_view line) {
  if (unprinted_.size() > most_unprinted) return;
  unprinted_ += line;
  unprinted_ += "\r\n";
  if (hidden_) return;
  if (!send_unprinted()) want(now_() + retry_interval);
}

/// \returns whether nothing is left to be printed.
bool live_display::send_unprinted() {
  if (unprinted_.empty()) return true;
  before_write();
  const std::string_view newline = at_line_start_ ? "" : "\r\n";
  if (!screen_.write(std::string(newline) + unprinted_)) return false;
  unprinted_.clear();
  after_write(true);
  return true;
}

void live_display::take_away() {
  std::string bytes;
  if (!drawn_.empty()) bytes += erase_below;
  if (updating_) bytes += commit_update;
  if (!drawn_osc_.empty()) bytes += osc_progress_end();
  if (!bytes.empty() && screen_.foreground()) screen_.write(bytes);
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
