/// Progress drawn below the output on a terminal, and erased in time.
///
/// It decides when to draw and which bytes that takes; what is drawn comes from progress_bar, and
/// the terminal does the writing. The cursor rests on the first cell of the block, which is blank:
/// so erasing never moves up, a resize that wraps lines cannot smear, and the cursor need not be
/// hidden. Each frame is one write, in a synchronized update (mode 2026), and so is output with the
/// block around it. It has no timer: see tick and wake.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "files/footer.hpp"
#include "report/progress_bar.hpp"

namespace weir {

class live_display final : public observer, public footer {
 public:
  using time_point = progress_state::time_point;

  /// \pre style.live. `screen` and `state` must outlive this; `state` must receive events first.
  live_display(terminal& screen, const progress_state& state, progress_style style,
               progress_state::clock now = std::chrono::steady_clock::now);
  /// Erases what is drawn.
  ~live_display() override;
  live_display(const live_display&) = delete;
  live_display& operator=(const live_display&) = delete;

  void on(const event& e) override;

  /// Draws if something changed and a frame is due. \returns when to be called again.
  time_point tick(time_point now);

  /// Set by the owner of the timer; called when tick has to be called earlier than it last
  /// returned.
  std::function<void(time_point)> wake;

  /// Output of jobs goes above the block. While its last line is incomplete, nothing is drawn; nor
  /// after output that moved the cursor, until another job has ended.
  std::string lift() override;
  std::string put_back(bool at_line_start, bool moved) override;
  void lost() override;

  /// Whether somebody else is halfway through writing to this terminal: nothing is drawn then.
  std::function<bool()> is_amid_output = [] { return false; };

  /// Writes one line of text above the block. `line` is safe for a terminal and has no newline.
  void print(std::string_view line);

  /// The terminal's size has changed (SIGWINCH). Without this call, that is noticed within a
  /// second.
  void resized() { changed(); }

  /// Erases the block and draws nothing more. Called before the summary is written.
  void finish();

 private:
  time_point due() const;
  time_point next_tick(time_point now);
  void want(time_point when);
  void changed();
  void suspend();
  void step_aside(const job_spec& job);
  void come_back(const job_spec& job);
  bool is_aside() const { return hidden_ || raw_jobs_ > 0; }
  std::string body(const std::vector<std::string>& lines) const;
  std::string frame(time_point now);
  void draw(time_point now);
  bool send_unprinted();
  void take_away();

  terminal& screen_;
  const progress_state& state_;
  progress_style style_;
  progress_state::clock now_;

  std::vector<std::string> drawn_;  ///< the last frame
  bool on_screen_ = false;          ///< the block is on the screen now
  terminal_size drawn_size_;
  std::string drawn_osc_;
  std::string unprinted_;   ///< messages that the terminal has not taken yet
  time_point first_frame_;  ///< nothing is drawn before that: a short run shows nothing
  time_point last_frame_;
  time_point next_second_;  ///< when the elapsed times change
  time_point wanted_;       ///< what the last tick returned
  bool dirty_ = true;
  bool at_line_start_ = true;
  bool lost_cursor_ = false;  ///< the cursor may be anywhere: the next frame begins a line
  bool updating_ = false;     ///< a synchronized update is open, around output
  bool hidden_ = false;       ///< suspended
  bool finished_ = false;
  unsigned raw_jobs_ = 0;  ///< running jobs that write to the terminal themselves
};

}  // namespace weir
