/// Everything that weir itself says to people on stderr: progress, messages, the summary.
///
/// It chooses what suits the destination of stderr (a live display, plain lines in a log, nothing)
/// and keeps it from tearing the jobs' output. The engine sends it events; it drives its own timer.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>

#include <weir/awaitable.hpp>
#include <weir/event.hpp>
#include <weir/notice.hpp>

#include "files/terminal.hpp"
#include "files/writer.hpp"
#include "options.hpp"
#include "report/failure_lines.hpp"
#include "report/foreign_display.hpp"
#include "report/held_lines.hpp"
#include "report/live_display.hpp"
#include "report/messages.hpp"
#include "report/output.hpp"
#include "report/percent_lines.hpp"
#include "report/progress_lines.hpp"
#include "report/progress_state.hpp"
#include "report/progress_style.hpp"
#include "report/summary.hpp"
#include "values/run_identity.hpp"

namespace weir::cli {

class console final : public observer {
 public:
  /// \param err where messages go; must outlive this.
  /// \param failures_are_marked a CI system's log shows failed jobs as they end.
  console(loop_executor loop, const options& o, const run_identity& run, writer& err,
          bool failures_are_marked);
  console(const console&) = delete;
  console& operator=(const console&) = delete;
  ~console() override;

  void on(const event& e) override;

  /// The jobs' output may go to the same terminal: the display steps aside for it.
  void share_terminal_with(output& jobs);

  /// To be called before the first event.
  void learn_from(progress_state::history known) { state_.learn_from(std::move(known)); }
  /// For a run on several machines.
  void ask_nodes(progress_state::node_loads where) { state_.ask_nodes(std::move(where)); }

  void resized();

  /// Whether there is a live display, which typed keys would be shown in, and nobody else, such as
  /// a pager, who reads keys.
  bool has_terminal_alone() const;

  /// Takes the display away and prints the summary; nothing is drawn any more.
  /// \param records where they are.
  void finish(const std::vector<std::string>& records);

  /// How far the run is, what has been running since when, one line per job, and why others wait.
  void print_state(inbox& run);
  /// The run could not go on to its end, as has been said.
  void tell_what_ran();

  /// One line to stderr, above the display if there is one; none in a run that ends because nobody
  /// reads its output.
  void print(std::string_view line);

 private:
  /// `weir ... | head`: the reader has what it wanted, and that the run ends is no news. That jobs
  /// have failed is; and if something else stops the run as well, so is all that follows from it.
  bool is_silent() const noexcept { return reader_is_gone_ && !stopped_otherwise_; }
  /// Why the run is about to be stopped, even when everything else is silent. It is reported here,
  /// and not again where it is the cause of something else.
  void print_error(const std::string& what);
  void hear(const output_failed& e);
  void hear(const process_stuck& e);

  using clock = std::chrono::steady_clock;
  using timer =
      boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, loop_executor>;

  void write(std::string_view line);
  void tell(const event& e);
  bool draws_here();
  void tell_failures(bool marked);
  void show_progress();
  void tell_holds();
  void echo(const attempt_started& e);
  std::string last_words() const;
  void tick();
  void tick_at(clock::time_point when);

  const options& options_;
  writer& err_;
  progress_style style_;
  clock::time_point start_;
  progress_state state_;
  std::optional<tty> screen_;
  std::optional<live_display> display_;
  std::optional<foreign_display> foreign_;
  std::optional<progress_lines> lines_;
  std::optional<percent_lines> percents_;
  std::optional<failure_lines> failures_;
  std::optional<held_lines> held_;
  messages messages_;
  summary summary_;
  timer timer_;
  clock::time_point next_tick_ = clock::time_point::max();
  std::string told_error_;
  bool finished_ = false;
  bool reader_is_gone_ = false;
  bool stopped_otherwise_ = false;
};

}  // namespace weir::cli
