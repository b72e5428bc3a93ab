#include "simulation/output_check.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace simulation {

using namespace weir;

/// A single slot: its job streams as it writes, even between the attempts of another job.
bool output_check::is_live() const {
  return plan_.engine.limit == 1U && !plan_.keep_order;
}

std::string output_check::check_order(std::uint64_t seq, std::size_t stream) {
  std::uint64_t& last = last_[stream];
  if (last == seq) return {};
  const std::uint64_t before = std::exchange(last, seq);
  if (before == 0) return {};
  const bool ordered = plan_.keep_order                                 ? before < seq
                       : plan_.mode == output_mode::group && !is_live() ? rank_[before] < rank_[seq]
                                                                        : true;
  return ordered ? std::string()
                 : "job " + std::to_string(seq) + " stands behind job " + std::to_string(before);
}

/// Takes what comes next, up to the end of its line, or of all that its job wrote: a job killed in
/// the middle of a line leaves it without an end.
std::string output_check::take_line(std::string_view& bytes, std::size_t stream, bool may_lack) {
  std::uint64_t seq = 0;
  const char* const end = bytes.data() + bytes.size();
  const auto number = std::from_chars(bytes.data(), end, seq);
  const std::string_view rest = bytes;
  if (end - number.ptr < 2 && may_lack) {
    torn_ += bytes.size();
    bytes = {};
    return {};
  }
  if (number.ec != std::errc() || end - number.ptr < 2 || seq == 0 || seq >= written_.size())
    return "nobody wrote '" + std::string(rest.substr(0, 40)) + '\'';
  const std::size_t which = number.ptr[1] == 'o' ? 0 : 1;
  if (!plan_.one_output && which != stream) return "a line is on the other output";
  std::size_t& seen = seen_[seq][which];
  std::string_view line = std::string_view(written_[seq][which]).substr(seen);
  line = line.substr(0, std::min(line.find('\n'), line.size() - 1) + 1);
  if (may_lack) line = line.substr(0, rest.size());
  if (line.empty() || !rest.starts_with(line))
    return "torn, repeated or out of order: '" + std::string(rest.substr(0, 40)) + '\'';
  seen += line.size();
  bytes.remove_prefix(line.size());
  return check_order(seq, stream);
}

std::string output_check::check_stream(std::string_view bytes, std::size_t stream, bool may_lack) {
  while (!bytes.empty())
    if (std::string wrong = take_line(bytes, stream, may_lack); !wrong.empty()) return wrong;
  return {};
}

bool output_check::has_all(const std::array<std::string, 2>& received) const {
  std::size_t written = 0;
  for (const auto& [out, err] : written_) written += out.size() + err.size();
  return received[0].size() + received[1].size() == written;
}

std::string output_check::check(const std::array<std::string, 2>& received, bool may_lack) {
  rank_.assign(written_.size(), ~std::uint64_t{0});
  for (std::size_t i = 0; i < ends_.size(); ++i) rank_[ends_[i]] = i;
  for (const std::size_t stream : {0U, 1U})
    if (std::string wrong = check_stream(received[stream], stream, may_lack); !wrong.empty())
      return wrong;
  for (std::uint64_t seq = 1; seq < written_.size() && !may_lack; ++seq)
    for (const std::size_t which : {0U, 1U})
      if (seen_[seq][which] != written_[seq][which].size())
        return "output of job " + std::to_string(seq) + " is missing";
  return {};
}

std::string output_check::check_told(const unwritten_bytes& told) const {
  std::size_t unknown = 0;
  for (std::uint64_t seq = 1; seq < written_.size(); ++seq) {
    const std::size_t written = written_[seq][0].size() + written_[seq][1].size();
    const std::size_t missing = written - seen_[seq][0] - seen_[seq][1];
    const auto found = told.find(seq);
    const std::size_t as_told = found == told.end() ? 0 : found->second;
    if (missing < as_told || missing - as_told > torn_)
      return "of job " + std::to_string(seq) + ' ' + std::to_string(missing) +
             " bytes are missing, and " + std::to_string(as_told) + " are told";
    unknown += missing - as_told;
  }
  return unknown == torn_ ? std::string() : "bytes are missing that were not told";
}

}  // namespace simulation
