/// One of several parts of a run, for machines that do not know of each other: --shard. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <weir/outcome.hpp>

#include "input/manifest/manifest.hpp"

namespace weir {

struct shard {
  unsigned number = 1;  ///< from 1
  unsigned of = 1;      ///< at most most_shards
};

/// How many jobs of a run are in a part.
struct shard_share {
  std::uint64_t own = 0;
  std::uint64_t all = 0;
};

inline constexpr unsigned most_shards = 100'000;

/// \throws usage_error naming `option` unless `text` is I/N with 1 <= I <= N <= most_shards.
shard parse_shard(std::string_view option, std::string_view text);

/// How long jobs took, by title.
using known_durations = std::unordered_map<std::string, duration>;

/// Which part takes a title. The same for the same titles, number of parts and durations on every
/// machine: titles with known durations are dealt out, longest first, to the part with the least to
/// do so far (Graham 1969, LPT); the hash (FNV-1a, 64 bits) decides about all others.
class shard_assignment {
 public:
  shard_assignment(unsigned of, const known_durations& known);
  /// \returns the part's number, from 1.
  unsigned part_of(std::string_view title) const;

 private:
  unsigned of_;
  std::unordered_map<std::string, unsigned> dealt_;
};

/// The jobs of one part, renumbered: jobs that need each other, even indirectly, stay together.
/// With durations, a job without one counts as the mean of the others.
manifest jobs_of_shard(manifest all, shard part, const known_durations& known);

}  // namespace weir
