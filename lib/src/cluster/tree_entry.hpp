/// A file, a directory or a symbolic link on its way to another machine.
///
/// A tree is sent as nested entries: a directory is entered, what is in it follows, and it is left.
/// Only the first entry of a tree is named by a path, the one that was asked for. Those inside are
/// names without a slash, so that nothing can lead out of the directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <sys/types.h>

namespace weir {

enum class entry_kind : std::uint8_t { file, directory, link };

struct tree_entry {
  entry_kind kind = entry_kind::file;
  std::string name;
  mode_t mode = 0;            ///< permissions, of 0777; of a link: 0
  std::string target;         ///< of a link
  std::uint64_t inode = 0;    ///< of a file, where it is sent from
  std::uint64_t size = 0;     ///< of a file, in bytes
  std::int64_t modified = 0;  ///< a file's time of modification, in nanoseconds since the epoch
};

/// Deeper trees are refused: each level holds a descriptor.
constexpr std::size_t most_tree_levels = 100;

/// Of a file, as tree_entry has it.
constexpr std::int64_t modification_time(const struct stat& facts) {
  return std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
}

/// Whether it can be the name of something in a directory, and nothing else.
constexpr bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

/// `path` as seen from `dir`; an empty dir is the working directory.
inline std::string path_in(const std::string& dir, const std::string& path) {
  if (dir.empty() || path.starts_with('/')) return path;
  return dir + (dir.ends_with('/') ? "" : "/") + path;
}

}  // namespace weir
