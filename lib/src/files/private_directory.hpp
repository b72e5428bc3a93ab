/// A directory whose content is nobody else's business, and into which untrusted names lead.
///
/// Everything is opened relative to its descriptor and no symbolic link is followed: one that was
/// planted at a name is refused (directories) or replaced (files). Directories are made with mode
/// 0700, files with 0600. Names are single components of a path; making them so is the caller's
/// business.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "loop/owned_fd.hpp"

namespace weir {

class private_directory {
 public:
  /// The directory at `path`, made with those above it when it is missing. Here symbolic links are
  /// the user's own. \throws io_error
  static private_directory make(const std::string& path);

  /// Makes a directory in it. \returns false when something has that name. \throws io_error
  bool add(const std::string& name) const;
  /// \throws io_error, ENOTDIR for a symbolic link, too.
  private_directory enter(const std::string& name) const;

  /// Removes a directory that is empty; another one stays. \throws io_error
  void remove_directory(const std::string& name) const;
  /// Puts one of its files into another directory, in place of one there. \throws io_error
  void move(const std::string& name, const private_directory& to) const;
  /// Removes a file; none is no error. \throws io_error
  void remove(const std::string& name) const;
  /// A new file. \pre nothing has that name; see remove. \throws io_error
  void create(const std::string& name, std::string_view text) const;
  /// To the end of a file that was created. \throws io_error
  void append(const std::string& name, std::string_view text) const;
  /// The first bytes of a file that was created. \throws io_error
  void overwrite(const std::string& name, std::string_view text) const;
  /// A file that is there whole or not at all, in place of one that was. \throws io_error
  void replace(const std::string& name, std::string_view text) const;
  /// The first bytes of a file; empty when it cannot be read.
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
