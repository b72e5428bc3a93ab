#include "dialects/joblog_history.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "text/number.hpp"

namespace weir {

namespace {

constexpr std::string_view first_heading = "Seq\t";
constexpr std::size_t columns = 9;
constexpr std::uint64_t last_seq = 1'000'000'000;

/// The last column may contain tabs.
std::optional<std::array<std::string_view, columns>> split(std::string_view line) {
  std::array<std::string_view, columns> parts;
  for (std::size_t i = 0; i + 1 < columns; ++i) {
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) return std::nullopt;
    parts[i] = line.substr(0, tab);
    line.remove_prefix(tab + 1);
  }
  parts.back() = line;
  return parts;
}

void mark(std::vector<bool>& jobs, std::uint64_t seq) {
  if (jobs.size() < seq) jobs.resize(seq);
  jobs[seq - 1] = true;
}

}  // namespace

bool joblog_history::take(std::string_view line) {
  const bool first = !begun_;
  begun_ = true;
  if (first && line.starts_with(first_heading)) return true;
  const auto parts = split(line);
  if (!parts) return false;
  std::string_view number = (*parts)[0];
  const auto seq = take_digits(number);
  if (!seq || !number.empty() || *seq == 0 || *seq > last_seq) return false;
  mark(ended_, *seq);
  last_start_.resize(ended_.size());
  const auto end = mark_in_joblog(line);
  last_start_[*seq - 1] = end ? *end->started : std::chrono::system_clock::time_point::max();
  if ((*parts)[6] == "0" && (*parts)[7] == "0") {
    mark(succeeded_, *seq);
    commands_.erase(*seq);
    return true;
  }
  std::string& command = commands_[*seq];
  command = (*parts)[8];
  std::ranges::replace(command, '\0', '\n');
  return true;
}

/// One that has started later is of a run that was to repeat what had failed.
end_test joblog_history::knows() const {
  return [last = last_start_, ended = ended_](const row_mark& row) {
    if (row.seq == 0 || row.seq > last.size() || !ended[row.seq - 1]) return false;
    return !row.started || *row.started - as_good_as_same < last[row.seq - 1];
  };
}

std::map<std::uint64_t, std::string> joblog_history::failed() const {
  auto left = commands_;
  std::erase_if(left, [&](const auto& each) {
    return each.first <= succeeded_.size() && succeeded_[each.first - 1];
  });
  return left;
}

}  // namespace weir
