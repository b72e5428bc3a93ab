/// A directory with private contents, and entries with untrusted names.
///
/// Everything is opened relative to its descriptor, and no symbolic link is followed: one planted
/// at a name is refused (directories) or replaced (files). Directories are created with mode 0700,
/// files with 0600. Names are single components of a path, which the caller has to ensure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "loop/owned_fd.hpp"

namespace weir {

class private_directory {
 public:
  /// The directory at `path`, created together with its parents if it is missing. Symbolic links in
  /// this path are the user's own.
  /// \throws io_error
  static private_directory make(const std::string& path);
  /// One that is there.
  static private_directory open(const std::string& path);

  /// Creates a directory in it.
  /// \returns false if the name is taken.
  /// \throws io_error
  bool add(const std::string& name) const;
  /// \throws io_error, with ENOTDIR even for a symbolic link.
  private_directory enter(const std::string& name) const;

  /// Removes a directory if it is empty; otherwise it stays.
  /// \throws io_error
  void remove_directory(const std::string& name) const;
  /// Moves one of its files into another directory, replacing one there.
  /// \throws io_error
  void move(const std::string& name, const private_directory& to) const;
  /// Removes a file; a missing one is not an error.
  /// \throws io_error
  void remove(const std::string& name) const;
  /// Creates a file.
  /// \pre the name is not taken; see remove().
  /// \throws io_error
  void create(const std::string& name, std::string_view text) const;
  /// Appends to a file that was created.
  /// \throws io_error
  void append(const std::string& name, std::string_view text) const;
  /// Overwrites the first bytes of a file that was created.
  /// \throws io_error
  void overwrite(const std::string& name, std::string_view text) const;
  /// Creates or replaces a file atomically.
  /// \throws io_error
  void replace(const std::string& name, std::string_view text) const;
  /// The first bytes of a file; empty if it cannot be read.
  std::string head(const std::string& name, std::size_t most) const;

  int fd() const noexcept { return fd_.value(); }

 private:
  private_directory(owned_fd fd, std::string path);
  void write(const std::string& name, int flags, std::string_view text) const;
  [[noreturn]] void fail(int error, const std::string& name) const;

  owned_fd fd_;
  std::string path_;  ///< for errors, escaped
};

}  // namespace weir
