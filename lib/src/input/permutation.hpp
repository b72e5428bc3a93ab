/// An order of all numbers below a count that looks random, but is the same for the same seed.
///
/// It is computed number by number (a Feistel network, applied again while the result is not below
/// the count), so that a product of millions is shuffled without listing it.
#pragma once

#include <cstdint>

namespace weir {

class permutation {
 public:
  /// \param count below 2^62.
  permutation(std::uint64_t count, std::uint64_t seed);

  /// The i-th number. \pre i is less than the count.
  std::uint64_t operator()(std::uint64_t i) const;

 private:
  std::uint64_t once(std::uint64_t value) const;

  std::uint64_t count_, seed_;
  unsigned half_ = 1;  ///< bits
};

}  // namespace weir
