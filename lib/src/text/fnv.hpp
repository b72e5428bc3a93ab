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

}  // namespace weir
