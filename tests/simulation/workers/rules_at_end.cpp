#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "simulation/workers/rules.hpp"

namespace simulation::workers {

using namespace weir;
using namespace std::chrono_literals;

void rules::run_is_over(const run_result& result, int status,
                        const std::array<std::string, 2>& received) {
  note("over", static_cast<std::uint64_t>(status));
  over_at_ = clock_.now();
  std::uint64_t cut = 0;
  std::uint64_t failed = 0;
  for (std::size_t seq = 1; seq < jobs_.size(); ++seq) {
    const seen_job& one = jobs_[seq];
    if (one.accepted && !one.ended) broken("one end", job_text(seq) + " has no end");
    if (!one.accepted && !stop_is_known()) broken("one end", job_text(seq) + " was never read");
    if (one.accepted && one.judged >= verdict::cancelled) ++cut;
    if (one.judged == verdict::failed && !settings(seq).allow_failure) ++failed;
  }
  int expected = cut + failed > 0 ? 1 : 0;
  if (result.output_given_up) expected = 3;
  if (result.gave_up) expected = 4;
  if (status != expected) broken("status", fmt::format("exit {} instead of {}", status, expected));
  if (result.gave_up && !stop_is_known()) broken("status", "it gave up, and nobody asked");
  check_output(result, received);
}

/// Each stream of a job, from all its attempts.
std::array<std::string, 2> rules::expected_of(std::uint64_t seq) {
  std::array<std::string, 2> all;
  for (const placement& each : jobs_[seq].places) {
    const execution* const ran = execution_of(seq, each);
    if (ran == nullptr) {
      if (each.printed > 0) broken("output", job_text(seq) + " printed what it had not written");
      continue;
    }
    std::uint64_t left = each.is_lost ? each.printed : ~std::uint64_t{0};
    if (each.is_lost && left > ran->bytes)
      broken("output", job_text(seq) + " printed more than it had written");
    for (const auto& [which, bytes] : ran->wrote) {
      const auto part = std::min<std::uint64_t>(left, bytes.size());
      all[which == output_stream::out ? 0 : 1].append(bytes, 0, part);
      left -= part;
    }
  }
  return all;
}

void rules::check_output(const run_result& result, const std::array<std::string, 2>& received) {
  for (auto& stream : expected_) stream.assign(jobs_.size(), {});
  for (std::size_t seq = 1; seq < jobs_.size(); ++seq) {
    auto [out, err] = expected_of(seq);
    expected_[0][seq] = std::move(out);
    expected_[1][seq] = std::move(err);
  }
  // A job that was given up may have lost what was under way.
  const bool may_lack = killed_ || result.output_given_up || result.gave_up;
  check_stream(received[0], 0, may_lack);
  check_stream(received[1], 1, may_lack);
}

void rules::check_stream(std::string_view bytes, std::size_t stream, bool may_lack) {
  std::vector<std::size_t> seen(jobs_.size());
  std::vector<std::size_t> rank(jobs_.size(), jobs_.size());
  for (std::size_t i = 0; i < ends_.size(); ++i) rank[ends_[i]] = i;
  std::uint64_t last = 0;
  while (!bytes.empty()) {
    const auto first = static_cast<unsigned char>(bytes.front());
    const std::uint64_t seq = first < 0x80 ? jobs_.size() : (first - 0x80U) / 5 + 1;
    if (seq >= jobs_.size()) return broken("output", "what nobody wrote");
    std::string_view line = std::string_view(expected_[stream][seq]).substr(seen[seq]);
    line = line.substr(0, std::min(line.find('\n'), line.size() - 1) + 1);
    if (may_lack) {
      const auto differs = std::ranges::mismatch(line, bytes).in1 - line.begin();
      line = line.substr(0, static_cast<std::size_t>(differs));
    }
    if (line.empty() || !bytes.starts_with(line))
      return broken("output",
                    fmt::format("{} of {}: torn, repeated or out of order at byte {}",
                                stream == 0 ? "stdout" : "stderr", job_text(seq), seen[seq]));
    seen[seq] += line.size();
    bytes.remove_prefix(line.size());
    const std::uint64_t before = std::exchange(last, seq);
    if (before == 0 || before == seq) continue;
    const bool live = plan_.limit == 1U && !plan_.keep_order;
    const bool ordered = plan_.keep_order                            ? before < seq
                         : plan_.mode == output_mode::group && !live ? rank[before] < rank[seq]
                                                                     : true;
    if (!ordered)
      broken("output", fmt::format("{} stands behind {}", job_text(seq), job_text(before)));
  }
  for (std::size_t seq = 1; seq < jobs_.size() && !may_lack; ++seq)
    if (seen[seq] != expected_[stream][seq].size())
      broken("output", fmt::format("{} bytes of {} are missing",
                                   expected_[stream][seq].size() - seen[seq], job_text(seq)));
}

rules::time_point rules::quiet_by() const {
  time_point last = *over_at_;
  for (const seen_worker& each : workers_) last = std::max(last, each.stalled_until);
  duration longest_close = plan_.close_timeout;
  duration longest_part{};
  for (const planned_job& each : plan_.jobs) {
    longest_close = std::max(longest_close, each.settings.close_timeout.value_or(duration{}));
    if (each.has_parts) longest_part = 30s;
  }
  return last + 23s + plan_.stop.term_timeout + 2 * longest_close + longest_part + 45s;
}

void rules::all_is_quiet() {
  note("all is quiet", 0);
  for (const execution& each : all_)
    if (each.runs) broken("left", job_text(each.seq) + " runs on after the run");
}

}  // namespace simulation::workers
