/// Files read and replaced as a whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "files/buffered_file.hpp"

namespace weir {

/// The whole of a file; nothing when there is none. \throws io_error for anything else that fails.
std::optional<std::string> read_file(const std::string& path);

/// All that can still be read from a descriptor. \throws io_error named `name`.
std::string read_all(int fd, const std::string& name);

/// Waits for the reader of a descriptor that does not block, for a minute at most, and no more when
/// a blocked signal that asks for the end waits to be heard. \throws io_error
void write_all(int fd, std::string_view text, const std::string& name);

/// The end was asked for, and the signal has been heard: from now on a second is all that any
/// write_all() of this process waits for a reader.
void hurry_writes() noexcept;

/// Who may read a file that was not there: its owner, or whom the umask lets.
enum class new_file { is_private, by_umask };

/// New content for a file, which is there whole at every moment: written beside it, synced,
/// renamed. A symbolic link stays and leads to the new content; owner and mode of an older file
/// are kept as far as that is allowed, a new one has mode 0600 or what the umask leaves of 0666.
/// Where no name can be replaced (a file that is a mount point, as containers have them, a
/// directory that is not writable) and on a device it is written in place.
class file_replacement {
 public:
  /// \throws io_error
  explicit file_replacement(const std::string& path, new_file mode = new_file::is_private);
  file_replacement(const file_replacement&) = delete;
  file_replacement& operator=(const file_replacement&) = delete;
  /// What was not committed is removed.
  ~file_replacement();

  /// \throws io_error
  void append(std::string_view bytes) { file_.append(bytes); }
  /// \throws io_error
  void commit();

  /// Where the path leads when symbolic links are followed.
  static std::string target_of(const std::string& path);

 private:
  buffered_file open(const std::string& path, new_file mode);

  std::string target_;  ///< links followed
  std::string beside_;  ///< empty: written in place, or renamed
  buffered_file file_;
};

/// Holds a record's place until the run is over and its new content is there: opened and locked as
/// open_record() does, the older content left alone. Where nothing is, nothing is made: a run that
/// is killed must not leave an empty record. An empty file beside it, .NAME.weir, is locked in its
/// stead, and removed in the end; one that a killed run left is taken over.
class reserved_record {
 public:
  /// \throws usage_error
  explicit reserved_record(const std::string& path);
  reserved_record(const reserved_record&) = delete;
  reserved_record& operator=(const reserved_record&) = delete;
  ~reserved_record();

 private:
  std::string beside_;  ///< empty: the record was there
  owned_fd file_;
};

/// Before a long run: whether a file_replacement will find a place.
/// \throws usage_error when it will not, which begins with the path.
void check_replaceable(const std::string& path);

/// Puts a text that is there already in a file's place. \throws io_error
void replace_file(const std::string& path, std::string_view text);

}  // namespace weir
