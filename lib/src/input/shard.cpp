#include "input/shard.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>
#include <queue>

#include <weir/error.hpp>

#include "input/manifest/kept_jobs.hpp"
#include "text/escape.hpp"
#include "text/fnv.hpp"

namespace weir {

namespace {

bool take_number(std::string_view& text, unsigned& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc();
}

using timed_titles = std::vector<std::pair<std::string, duration>>;

/// Longest first, each to the part with the least to do; ties by title, so that the order of a hash
/// table, which differs between machines, does not matter.
std::unordered_map<std::string, unsigned> deal(timed_titles titles, unsigned of) {
  std::ranges::sort(titles, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  using load = std::pair<duration, unsigned>;
  std::priority_queue<load, std::vector<load>, std::greater<>> parts;
  for (unsigned part = 1; part <= of; ++part) parts.emplace(duration{}, part);
  std::unordered_map<std::string, unsigned> dealt;
  for (auto& [title, took] : titles) {
    const auto [sum, part] = parts.top();
    parts.pop();
    parts.emplace(sum + took, part);
    dealt.emplace(std::move(title), part);
  }
  return dealt;
}

/// For each job the index of the first job that it is connected with.
std::vector<std::size_t> groups_of(const manifest& all) {
  std::vector<std::size_t> first(all.jobs.size());
  std::iota(first.begin(), first.end(), std::size_t{0});
  const auto find = [&](std::size_t i) {
    while (first[i] != i) i = first[i] = first[first[i]];
    return i;
  };
  for (std::size_t i = 0; i < all.jobs.size(); ++i)
    for (const need& n : all.jobs[i].spec.needs) {
      const auto [low, high] = std::minmax({find(i), find(n.seq - 1)});
      first[high] = low;
    }
  for (std::size_t i = 0; i < first.size(); ++i) first[i] = find(i);
  return first;
}

duration mean_of(const known_durations& known) {
  duration sum{};
  for (const auto& [title, took] : known) sum += took;
  return sum / static_cast<duration::rep>(known.size());
}

/// The total duration of each group, under the title of its first job.
known_durations durations_of_groups(const manifest& all, const std::vector<std::size_t>& groups,
                                    const known_durations& known) {
  known_durations sums;
  if (known.empty()) return sums;
  const duration mean = mean_of(known);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto found = known.find(title(all.jobs[i].spec));
    sums[title(all.jobs[groups[i]].spec)] += found == known.end() ? mean : found->second;
  }
  return sums;
}

}  // namespace

shard parse_shard(std::string_view option, std::string_view text) {
  shard part;
  std::string_view rest = text;
  const bool fits = take_number(rest, part.number) && rest.starts_with('/') &&
                    (rest.remove_prefix(1), take_number(rest, part.of)) && rest.empty() &&
                    part.number >= 1 && part.number <= part.of && part.of <= most_shards;
  if (!fits)
    throw usage_error(std::string(option) + ": \"" + escape_and_clip(text, 60) +
                      "\": expected I/N, part I of N: 1/4 to 4/4, N up to " +
                      std::to_string(most_shards));
  return part;
}

shard_assignment::shard_assignment(unsigned of, const known_durations& known)
    : of_(of), dealt_(deal({known.begin(), known.end()}, of)) {}

unsigned shard_assignment::part_of(std::string_view title) const {
  const auto known = dealt_.find(std::string(title));
  return known != dealt_.end() ? known->second
                               : static_cast<unsigned>(weir::part_of(fnv1a(title), of_)) + 1;
}

manifest jobs_of_shard(manifest all, shard part, const known_durations& known) {
  const std::vector<std::size_t> groups = groups_of(all);
  const shard_assignment parts(part.of, durations_of_groups(all, groups, known));
  std::vector<bool> kept(all.jobs.size());
  for (std::size_t i = 0; i < kept.size(); ++i)
    kept[i] = parts.part_of(title(all.jobs[groups[i]].spec)) == part.number;
  return keep_jobs(std::move(all), kept);
}

}  // namespace weir
