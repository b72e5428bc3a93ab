// --dry-run: the command lines that a run would start.
#include <csignal>
#include <string>
#include <string_view>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "ci_output.hpp"
#include "files/writer.hpp"
#include "input/manifest/plan.hpp"
#include "input/pasted_line.hpp"
#include "input/shown_line.hpp"
#include "opened_run.hpp"
#include "report/output_tag.hpp"
#include "run.hpp"
#include "run_settings.hpp"
#include "text/ci_command.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

/// The form of a command line for a terminal: several lines of a script as they are, unless one of
/// them cannot be shown. Into a pipe it goes unchanged, since some shell is to read it; or, if a CI
/// system's log may read it as well, in words that only shells understand.
std::string for_terminal(std::string_view line) {
  std::string_view rest = line;
  for (;;) {
    const auto end = rest.find('\n');
    if (!is_showable(rest.substr(0, end), true)) return pasted_line(line, true);
    if (end == std::string_view::npos) return std::string(line);
    rest.remove_prefix(end + 1);
  }
}

/// As GNU parallel shows it: what a job would print first.
std::string line_as_shown(const job_spec& job) {
  const std::string line = shown_text(job, 1);
  if (job.tag.empty()) return line;
  std::string tagged;
  bool due = true;
  append_tagged(shown_tag(job.tag, 1), line, due, tagged);
  return tagged;
}

std::string shown_places(const options& o) {
  std::string all;
  for (const std::string& each : o.cluster.on) all += (all.empty() ? "" : ", ") + escape(each);
  return all;
}

/// No run receives what its source reports.
class warnings_to_stderr final : public inbox {
 public:
  void take(const notice& what) override {
    if (const auto* unusual = std::get_if<warning>(&what))
      fmt::print(stderr, "weir: {}\n", unusual->text);
  }
};

}  // namespace

run_end dry_run(options o, const standard_streams& streams, const signals& signals) {
  const ends_at_once always(signals, die_by);
  boost::asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  writer out(loop.get_executor(), STDOUT_FILENO, "stdout", streams.broken(STDOUT_FILENO));
  const bool seen = ::isatty(STDOUT_FILENO) != 0;
  const bool in_ci = goes_to_log(o, STDOUT_FILENO);
  run_end end;
  const opened_run opened = open_run(loop, o);
  const auto tell = [](const std::string& note) { fmt::print(stderr, "weir: {}\n", note); };
  for (const std::string& note : opened.journal.notes) tell(note);
  for (const std::string& note : opened.source.notes) tell(note);
  if (!o.cluster.on.empty() && !o.items.shows_line) tell("jobs would run on " + shown_places(o));
  warnings_to_stderr warnings;
  opened.source.jobs->report_to(warnings);
  const auto print_all = [&]() -> awaitable<> {
    for (;;) {
      std::optional<job_spec> job = co_await opened.source.jobs->next();
      if (!job) break;
      if (!runs(job->earlier)) continue;
      if (o.tokens.make_asks) end.result.jobs.count(verdict::not_started, false);
      if (o.tokens.make_asks || o.tokens.make_touches) continue;
      if (!job->refused.empty()) {
        fmt::print(stderr, "weir: job {}: {}\n", job->seq, escape(job->refused));
        end.result.jobs.count(verdict::failed, false);
        continue;
      }
      job->argv = with_slot(*job, 1);
      std::string line = o.items.shows_line ? line_as_shown(*job) : dry_run_line(*job);
      if (seen)
        line = for_terminal(line);
      else if (in_ci)
        line = without_commands(line);
      const flow next = out.write(line + '\n');
      if (next == flow::wait) co_await out.drain();
    }
    co_await out.drain();
  };
  boost::asio::co_spawn(loop, print_all(),
                        [&](std::exception_ptr error) { end.result.error = error; });
  loop.run();
  if (const auto note = note_on_empty_part(o)) tell(*note);
  end.result.output_error = out.error();
  if (end.result.output_error != 0 && end.result.output_error != EPIPE)
    fmt::print(stderr, "weir: {}\n", io_error(end.result.output_error, "stdout").what());
  if (end.result.error) std::rethrow_exception(end.result.error);
  return end;
}

}  // namespace weir::cli
