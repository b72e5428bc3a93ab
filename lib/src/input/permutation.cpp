#include "input/permutation.hpp"

namespace weir {

namespace {

constexpr unsigned rounds = 6;

/// splitmix64's last steps (Steele, Lea, Flood 2014).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

permutation::permutation(std::uint64_t count, std::uint64_t seed) : count_(count), seed_(seed) {
  while (half_ < 31 && (std::uint64_t{1} << (2 * half_)) < count) ++half_;
}

std::uint64_t permutation::operator()(std::uint64_t i) const {
  do i = once(i);
  while (i >= count_);
  return i;
}

std::uint64_t permutation::once(std::uint64_t value) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_) - 1;
  std::uint64_t left = value >> half_, right = value & mask;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t next = left ^ (mixed(right + mixed(seed_ + round + 1)) & mask);
    left = right;
    right = next;
  }
  return (left << half_) | right;
}

}  // namespace weir
