/// How long jobs took in earlier runs: a file of lines "SECONDS<TAB>TITLE" (--durations).
///
/// Read before a run, to start first what others wait for longest; rewritten at its end with what
/// was measured. It is plain text so that it can be kept, merged and edited.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <weir/event.hpp>

namespace weir {

using duration_table = std::unordered_map<std::string, duration>;

/// \param file its name, for messages. \throws usage_error with file:line for a malformed line.
duration_table parse_durations(std::string_view text, std::string_view file);

/// Sorted by title.
std::string format_durations(const duration_table& table);

/// Learns durations from a run: for jobs that succeeded, that of their last attempt; for at most
/// 100 000 titles, so that memory stays bounded.
class duration_recorder final : public observer {
 public:
  explicit duration_recorder(duration_table known) : before_(known), table_(std::move(known)) {}

  void on(const event& e) override;
  /// What was known about a job before the run.
  std::optional<duration> known(const job_spec& job) const;
  const duration_table& table() const noexcept { return table_; }

 private:
  const duration_table before_;
  duration_table table_;
};

}  // namespace weir
