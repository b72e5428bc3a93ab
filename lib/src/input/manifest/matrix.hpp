/// A matrix of values: with which combinations of them a job runs. As in GitHub Actions:
/// https://docs.github.com/actions/using-jobs/using-a-matrix-for-your-jobs
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::doc {

/// The most bytes in a key, and the most keys.
inline constexpr std::size_t longest_key = 64;
inline constexpr std::size_t most_keys = 64;

/// One key with its values.
struct axis {
  std::string key;
  std::vector<std::string> values;
};

/// Some keys with one value each: an entry of include or exclude.
using assignment = std::vector<std::pair<std::string, std::string>>;

struct matrix {
  std::vector<axis> axes;  ///< in the order of the file; the last varies fastest
  std::vector<assignment> exclude;
  std::vector<assignment> include;
};

/// Every key that a combination may have: those of the axes, then those that only include has.
std::vector<std::string> keys_of(const matrix& m);

/// The size of the product of the axes, without building it; SIZE_MAX if it overflows.
std::size_t product_size(const matrix& m) noexcept;

/// A value for each of keys_of(), in that order; empty if the combination lacks the key. Views into
/// the matrix that it was made from.
using combination = std::vector<std::string_view>;

/// The combinations. First the product of the axes; then every one that has all pairs of an entry
/// of `exclude` is removed. An entry of `include` adds its new keys to each combination of the
/// product whose values it agrees with (replacing what an earlier entry added); one that agrees
/// with none becomes a combination itself. The matrix must outlive them.
std::vector<combination> combinations(const matrix& m);

}  // namespace weir::doc
