/// Files read and replaced as a whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "system/buffered_file.hpp"

namespace weir::system {

/// The whole of a file; nothing when there is none. \throws io_error for anything else that fails.
std::optional<std::string> read_file(const std::string& path);

/// All that can still be read from a descriptor. \throws io_error named `name`.
std::string read_all(int fd, const std::string& name);

/// Waits for the reader of a descriptor that does not block, for a minute at most, and no more when
/// a blocked signal that asks for the end waits to be heard. \throws io_error
void write_all(int fd, std::string_view text, const std::string& name);

/// New content for a file, which is there whole at every moment: written beside it, synced,
/// renamed. Mode 0600 for a new file. What is no regular file (/dev/stdout, a pipe) is written
/// directly.
class file_replacement {
 public:
  /// \throws io_error
  explicit file_replacement(std::string path);
  file_replacement(const file_replacement&) = delete;
  file_replacement& operator=(const file_replacement&) = delete;
  /// What was not committed is removed.
  ~file_replacement();

  /// \throws io_error
  void append(std::string_view bytes) { file_.append(bytes); }
  /// \throws io_error
  void commit();

 private:
  static buffered_file open(const std::string& path, std::string& beside);

  std::string path_;
  std::string beside_;  ///< empty: none, or renamed
  buffered_file file_;
};

/// Before a long run: whether a file_replacement will find a place. \param option names it in the
/// error: "--report". \throws usage_error when it will not.
void check_replaceable(const std::string& path, std::string_view option);

/// Puts a text that is there already in a file's place. \throws io_error
void replace_file(const std::string& path, std::string_view text);

}  // namespace weir::system
