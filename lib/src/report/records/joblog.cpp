/// --joblog: one line per job in GNU parallel's nine columns, for the scripts that read those.
///
/// GNU parallel 20221122 writes 0 or 1 as the Exitval of a job that was killed or timed out; here
/// it is -1, so that no failure looks like a success. Send is always 0: nothing is transferred.
#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "files/buffered_file.hpp"
#include "input/shown_line.hpp"
#include "report/command_to_repeat.hpp"
#include "report/records/record.hpp"

namespace weir {

namespace {

constexpr std::string_view column_names =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

int exit_value(const outcome& how) {
  if (const auto* exit = std::get_if<exited>(&how)) return exit->code;
  return std::holds_alternative<spawn_failed>(how) ? shell_status(how) : -1;
}

int signal_of(const outcome& how) {
  if (std::holds_alternative<timed_out>(how)) return SIGTERM;
  const auto* killed = std::get_if<signaled>(&how);
  return killed == nullptr ? 0 : killed->signal;
}

double decimal_seconds(std::chrono::nanoseconds d) {
  return std::chrono::duration<double>(d).count();
}

class joblog final : public record {
 public:
  explicit joblog(const record_settings& settings)
      : settings_(settings), file_(open_growing(settings.path, settings.resumed)) {
    if (file_.is_empty()) file_.append(column_names);
  }

  bool holds_ends() const noexcept override { return true; }

  static constexpr std::string_view option = "--joblog";

 private:
  void take(const event& e) override {
    const auto* ended = std::get_if<job_ended>(&e);
    if (ended == nullptr || ended->attempts == 0) return;
    const attempt_result& result = ended->result;
    fmt::format_to(std::back_inserter(file_.buffer()),
                   "{}\t{}\t{:.3f}\t{:10.3f}\t0\t{}\t{}\t{}\t{}\n", ended->job.seq,
                   result.node.empty() ? ":" : result.node,
                   decimal_seconds(settings_.run.at(result.started).time_since_epoch()),
                   decimal_seconds(result.ended - result.started), result.bytes,
                   exit_value(result.how), signal_of(result.how), command_of(*ended));
    file_.append({});
  }
  /// A line, also of a command of several lines, as GNU parallel writes those.
  std::string command_of(const job_ended& ended) const {
    if (!settings_.shows_line || !ended.job.refused.empty())
      return command_alone(ended.job, ended.slot, true);
    std::string command = shown_text(ended.job, ended.slot);
    std::ranges::replace(command, '\n', '\0');
    return command;
  }
  void put_out() override { file_.put_out(); }
  void complete() override { file_.flush_record(); }

  record_settings settings_;
  buffered_file file_;
};

}  // namespace

extern const record_format joblog_format;
const record_format joblog_format{joblog::option, "FILE", "Log the jobs in GNU parallel's columns",
                                  false,
                                  [](const record_settings& settings) -> std::unique_ptr<record> {
                                    return std::make_unique<joblog>(settings);
                                  }};

}  // namespace weir
