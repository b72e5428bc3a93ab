#include "report/records/joblog_columns.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <variant>

#include <fmt/format.h>

#include "input/shown_line.hpp"
#include "report/command_to_repeat.hpp"

namespace weir {

namespace {

int exit_value(const outcome& how) {
  if (const auto* exit = std::get_if<exited>(&how)) return exit->code;
  return std::holds_alternative<spawn_failed>(how) ? shell_status(how) : -1;
}

int signal_of(const outcome& how) {
  if (std::holds_alternative<timed_out>(how)) return SIGTERM;
  if (const auto* gone = std::get_if<cancelled>(&how)) return gone->signal;
  const auto* killed = std::get_if<signaled>(&how);
  return killed == nullptr ? 0 : killed->signal;
}

double decimal_seconds(std::chrono::nanoseconds d) {
  return std::chrono::duration<double>(d).count();
}

/// For a job that reads a share of a stream, the count is not known here.
std::uint64_t bytes_sent(const job_spec& job) {
  const auto* block = job.settings ? std::get_if<block_input>(&job.settings->input) : nullptr;
  return block == nullptr ? 0 : block->bytes.size() + (block->to - block->from);
}

std::string command_of(const job_ended& ended, bool shows_line) {
  if (!shows_line || !ended.job.refused.empty()) return command_alone(ended.job, ended.slot, true);
  return shown_text(ended.job, ended.slot);
}

}  // namespace

joblog_columns::joblog_columns(const job_ended& ended, const record_settings& settings) {
  const attempt_result& result = ended.result;
  const auto started = settings.run.at(result.started).time_since_epoch();
  texts = {std::to_string(ended.job.seq),
           result.node.empty() ? ":" : result.node,
           fmt::format("{:.3f}", decimal_seconds(started)),
           fmt::format("{:.3f}", decimal_seconds(result.ended - result.started)),
           std::to_string(bytes_sent(ended.job)),
           std::to_string(result.bytes),
           std::to_string(exit_value(result.how)),
           std::to_string(signal_of(result.how)),
           command_of(ended, settings.shows_line)};
}

bool has_joblog_line(const job_ended& ended) noexcept {
  return ended.attempts > 0 && !was_cut_off(ended);
}

bool was_cut_off(const job_ended& ended) noexcept {
  const auto* how = std::get_if<cancelled>(&ended.result.how);
  return how != nullptr && !how->by_ctl;
}

}  // namespace weir
