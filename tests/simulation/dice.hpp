/// Numbers that look random, but are the same for a seed on every machine (splitmix64, Vigna).
///
/// The standard's distributions are not: each library has its own algorithms.
#pragma once

#include <chrono>
#include <cstdint>

namespace simulation {

class dice {
 public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  std::uint64_t between(std::uint64_t first, std::uint64_t last) {
    return first + below(last - first + 1);
  }
  bool once_in(std::uint64_t n) { return below(n) == 0; }
  std::chrono::milliseconds ms(std::uint64_t first, std::uint64_t last) {
    return std::chrono::milliseconds(between(first, last));
  }

 private:
  std::uint64_t state_;
};

}  // namespace simulation
