/// How long jobs took in earlier runs: a file of lines "SECONDS<TAB>TITLE" (--durations); where a
/// run learns what memory jobs take, "SECONDS BYTES<TAB>TITLE".
///
/// Read before a run, to start first what others wait for longest; rewritten at its end with what
/// was measured. It is plain text so that it can be kept, merged and edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <weir/event.hpp>

namespace weir {

using duration_table = std::unordered_map<std::string, duration>;

/// What jobs took of memory at most, in bytes.
using peak_table = std::unordered_map<std::string, std::uint64_t>;

/// \param file its name, for messages. \param peaks receives those of the lines that have one;
/// null: they are passed over. \throws usage_error with file:line for a malformed line.
duration_table parse_durations(std::string_view text, std::string_view file,
                               peak_table* peaks = nullptr);

/// Sorted by title.
std::string format_durations(const duration_table& table, const peak_table& peaks = {});

/// Learns durations from a run: for jobs that succeeded, that of their last attempt; for at most
/// 100 000 titles, so that memory stays bounded.
class duration_recorder final : public observer {
 public:
  /// \param learns peaks of memory, too, beside those that are known.
  explicit duration_recorder(duration_table known, peak_table peaks = {}, bool learns = false)
      : before_(known), table_(std::move(known)), peaks_(std::move(peaks)), learns_(learns) {}

  void on(const event& e) override;
  /// What was known about a job before the run.
  std::optional<duration> known(const job_spec& job) const;
  const duration_table& table() const noexcept { return table_; }
  const peak_table& peaks() const noexcept { return peaks_; }

 private:
  static std::string name_of(const job_spec& job);

  const duration_table before_;
  duration_table table_;
  peak_table peaks_;
  bool learns_;
};

}  // namespace weir
