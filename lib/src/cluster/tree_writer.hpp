/// Writes a file, or a directory with all that is in it, from the steps of a tree_reader on another
/// machine.
///
/// The other side may be anybody: names inside a directory are plain, and no symbolic link is
/// followed below the path that was asked for. A file appears under its name when it is complete,
/// in place of what was there; what is incomplete is removed. Machines may share a file system: a
/// file that is there with the same inode, size and time of modification is the one that is sent,
/// and left alone. Writing blocks, as the disk does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/tree_entry.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

class tree_writer {
 public:
  tree_writer() = default;
  tree_writer(const tree_writer&) = delete;
  tree_writer& operator=(const tree_writer&) = delete;
  ~tree_writer();

  /// The directories that the first entry is in are made, as by mkdir -p. A link is complete at
  /// once, anything else with leave(). \throws io_error naming the file
  void enter(const tree_entry& entry);
  /// \throws io_error. \pre is_in_file()
  void write(std::string_view bytes);
  /// \throws io_error. \pre not is_idle()
  void leave();

  /// Nothing has been entered that was not left.
  bool is_idle() const noexcept { return levels_.empty(); }
  bool is_in_file() const noexcept { return !levels_.empty() && levels_.back().is_file; }

  /// A file was left alone, since it is there already.
  bool found_same() const noexcept { return found_same_; }

  /// Paths of all that was written and of the directories that were made, each behind what it is
  /// in.
  const std::vector<std::string>& written() const noexcept { return written_; }

 private:
  struct level {
    std::string path;
    owned_fd fd;  ///< of the file, or of the directory; none: the file is there already
    bool is_file;
    mode_t mode;
    std::string name;       ///< in its directory
    std::string temporary;  ///< of a file: its name until it is complete
  };

  void make_parents(const std::string& path);
  void enter_file(int parent, const tree_entry& entry, std::string path, std::string name);
  void enter_directory(int parent, const tree_entry& entry, std::string path, std::string name);
  void make_link(int parent, const tree_entry& entry, std::string path, const std::string& name);
  std::string temporary_name();

  owned_fd top_;  ///< the directory that the first entry is in
  std::vector<level> levels_;
  std::vector<std::string> written_;
  bool found_same_ = false;
};

}  // namespace weir
