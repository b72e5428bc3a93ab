/// 64-bit FNV-1a (Fowler, Noll, Vo): the same number for the same bytes on every machine and in
/// every release, which std::hash does not promise. Not for keys chosen by an adversary.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

constexpr std::uint64_t fnv1a(std::string_view bytes) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

/// One of `count` parts, by the value of fnv1a(). Its low bits alone do not do: the lowest is the
/// parity of those of all bytes, so that a text which has another twice would always be in the same
/// part. The finalizer of MurmurHash3 (Appleby) lets all bits count.
constexpr std::uint64_t part_of(std::uint64_t hash, std::uint64_t count) noexcept {
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return (hash ^ (hash >> 33)) % count;
}

}  // namespace weir
