#include "console.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <weir/job_spec.hpp>

#include "input/pasted_line.hpp"
#include "input/shown_line.hpp"
#include "lost_reader.hpp"
#include "process/process_table.hpp"
#include "report/command_to_repeat.hpp"
#include "report/waiting_lines.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// A run that is over by then reports its failures once, in the summary.
constexpr auto hold_of_failures = std::chrono::seconds(1);

bool is_pipe(int fd) {
  struct stat about {};
  return ::fstat(fd, &about) == 0 && S_ISFIFO(about.st_mode);
}

/// The reader of a pipe may write to the same terminal, as a pager or tee does, and so does a user
/// who types the items: a display would tear both.
bool shares_terminal(const options& o) {
  return is_pipe(STDOUT_FILENO) || (uses_of_stdin(o) > 0 && is_terminal(STDIN_FILENO));
}

progress_style style_of_stderr(const options& o) {
  progress_style style =
      style_from([](const char* name) { return std::getenv(name); }, is_terminal(STDERR_FILENO));
  style.colour = o.own_colours.value_or(style.colour);
  style.eager = o.progress == progress_when::always;
  if (!style.eager && shares_terminal(o)) style.live = false;
  return style;
}

unsigned limit_of(const options& o) {
  return static_cast<unsigned>(o.engine.limit.value_or(0));
}

}  // namespace

console::console(loop_executor loop, const options& o, const run_identity& run, writer& err,
                 bool failures_are_marked)
    : options_(o),
      err_(err),
      style_(style_of_stderr(o)),
      start_(run.started()),
      state_(limit_of(o), start_),
      messages_(style_.utf8, is_terminal(STDERR_FILENO),
                [this](std::string_view line) { print(line); }),
      summary_({is_terminal(STDERR_FILENO), is_pipe(STDOUT_FILENO), o.summary, style_.colour,
                style_.utf8}),
      timer_(loop) {
  if (o.quiet < 2) tell_failures(failures_are_marked);
  // Raw output bypasses us to the same terminal: a display below it would tear it.
  // With -t each start is announced: that is progress enough, unless more is requested.
  const bool told = o.echo && o.progress != progress_when::always;
  const bool wanted =
      o.progress != progress_when::never && o.output.mode != output_mode::raw && !told;
  if (wanted) show_progress();
  tell_holds();
  tick();
}

void console::show_progress() {
  const options& o = options_;
  if (style_.live && draws_here()) {
    display_.emplace(*screen_, state_, style_);
    display_->wake = [this](clock::time_point when) { tick_at(when); };
  } else if (o.dialect.percents && !is_terminal(STDERR_FILENO)) {
    percents_.emplace(state_, start_, style_.utf8, [this](std::string_view line) { print(line); });
  } else if (style_.live || !is_terminal(STDERR_FILENO)) {
    lines_.emplace(
        state_, start_, style_.utf8, [this](std::string_view line) { print(line); }, style_.eager);
  }
}

console::~console() = default;

bool console::has_terminal_alone() const {
  return display_.has_value() && !shares_terminal(options_);
}

/// One display per terminal: a second weir on it, as under `make -j`, prints lines.
bool console::draws_here() {
  screen_.emplace(STDERR_FILENO);
  if (screen_->claim()) return true;
  foreign_.emplace();
  return false;
}

/// \param marked users see in other ways that a job has failed.
void console::tell_failures(bool marked) {
  const bool quiet = options_.quiet > 0;
  failures_.emplace(
      [this](std::string_view line) { write(line); },
      failure_lines::settings{style_.utf8, quiet ? clock::duration{} : hold_of_failures,
                              marked && !quiet});
  failures_->wake = [this](clock::time_point when) { tick_at(std::min(when, next_tick_)); };
}

/// A live display says so all the time.
void console::tell_holds() {
  if (display_ || options_.quiet > 1) return;
  held_.emplace(
      state_, [this](std::string_view line) { print(line); }, clock::now);
  held_->wake = [this](clock::time_point when) { tick_at(std::min(when, next_tick_)); };
}

void console::tell_what_ran() {
  summary_.end_early("the error above");
}

void console::hear(const output_failed& e) {
  if (e.error == EPIPE)
    reader_is_gone_ = true;
  else
    print_error(e.what);
}

void console::hear(const process_stuck& e) {
  const std::string whose = e.seq == 0 ? "" : "job " + std::to_string(e.seq) + ": ";
  write(options_.dialect.program + ": " + whose + "gave up: " + alive_text(e.pid, e.state));
}

void console::on(const event& e) {
  if (const auto* failed = std::get_if<output_failed>(&e)) return hear(*failed);
  if (const auto* failed = std::get_if<record_failed>(&e)) return print_error(failed->what);
  if (const auto* stuck = std::get_if<process_stuck>(&e)) return hear(*stuck);
  if (const auto* asked = std::get_if<stop_asked>(&e))
    stopped_otherwise_ = stopped_otherwise_ || asked->what != stop_request::lost;
  const auto* stop = std::get_if<stop_changed>(&e);
  if (stop == nullptr || stop->reason.empty() || stop->reason != told_error_) return tell(e);
  stop_changed shorter = *stop;
  shorter.reason = "the error above";
  // If there is nothing to end, everything has already been said.
  if (shorter.running == 0) return summary_.on(shorter);
  tell(shorter);
}

void console::tell(const event& e) {
  state_.on(e);
  if (display_) display_->on(e);
  if (options_.quiet < 2) messages_.on(e);
  // That a job died with the reader is no news either.
  if (!is_silent() || options_.summary || !ends_by_pipe(e)) summary_.on(e);
  if (failures_) failures_->on(e);
  if (held_) held_->on(e);
  if (!options_.echo) return;
  const auto* const started = std::get_if<attempt_started>(&e);
  if (started == nullptr) return;
  echo(*started);
  // A job that writes there itself comes after its command line, as with xargs.
  const auto mode = started->job.settings->output.value_or(options_.output.mode);
  if (mode == output_mode::raw) err_.flush();
}

void console::echo(const attempt_started& e) {
  const bool as_shown = options_.items.shows_line && e.job.refused.empty();
  if (!as_shown) return print(command_to_repeat(e.job, e.slot, style_.utf8));
  const std::string line = shown_text(e.job, e.slot);
  print(is_terminal(STDERR_FILENO) ? pasted_line(line, style_.utf8) : line);
}

void console::share_terminal_with(output& jobs) {
  if (foreign_) jobs.show_below(&*foreign_);
  if (!display_) return;
  jobs.show_below(&*display_);
  display_->is_amid_output = [&jobs] { return jobs.is_amid_footer(); };
}

void console::resized() {
  if (display_) display_->resized();
}

void console::print(std::string_view line) {
  if (!is_silent()) write(line);
}

void console::print_error(const std::string& what) {
  if (told_error_.empty()) told_error_ = what;
  write(options_.dialect.program + ": " + what);
}

void console::write(std::string_view line) {
  if (display_) return display_->print(line);
  err_.write(std::string(line) + '\n');
}

void console::print_state(inbox& run) {
  const auto now = clock::now();
  print(progress_line(state_, now));
  for (const std::string& line :
       running_lines(state_, state_.running() + state_.resting().size(), now, style_.utf8))
    print(line);
  for (const std::string& line :
       waiting_lines(waiting_jobs(run, most_counted), state_, style_.utf8))
    print(line);
}

void console::tick() {
  if (finished_) return;
  const auto now = clock::now();
  auto next = display_    ? display_->tick(now)
              : lines_    ? lines_->tick(now)
              : percents_ ? percents_->tick(now)
                          : clock::time_point::max();
  if (failures_) next = std::min(next, failures_->tick(now));
  if (held_) next = std::min(next, held_->tick(now));
  tick_at(next);
}

void console::tick_at(clock::time_point when) {
  next_tick_ = when;
  if (when == clock::time_point::max() || finished_) return;
  timer_.expires_at(when);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) tick();
  });
}

std::string console::last_words() const {
  if (options_.quiet > 1) return {};
  if (is_silent() && !options_.summary)
    return options_.quiet > 0 ? std::string() : summary_.failures_text();
  return options_.quiet > 0 ? summary_.quiet_text() : summary_.text(clock::now() - start_);
}

void console::finish(const std::vector<std::string>& records) {
  finished_ = true;
  timer_.cancel();
  if (display_) display_->finish();
  if (percents_) percents_->tick(clock::now());
  summary_.set_records(records);
  const std::string text = last_words();
  // If output ended in the middle of a line, the summary must not be appended to it.
  if (!text.empty() && !err_.at_line_start()) err_.write(std::string_view("\n"));
  err_.write(text);
}

}  // namespace weir::cli
