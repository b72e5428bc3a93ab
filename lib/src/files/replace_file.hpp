/// Files read and replaced as a whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "files/buffered_file.hpp"

namespace weir {

/// The whole contents of a file; nullopt if it does not exist.
/// \throws io_error for any other failure.
std::optional<std::string> read_file(const std::string& path);

/// Everything that can still be read from a descriptor.
/// \throws io_error with `name`.
std::string read_all(int fd, const std::string& name);

/// Waits for the reader of a non-blocking descriptor, for at most a minute, and no longer once a
/// blocked signal that may ask the run to stop is pending.
/// \throws io_error
void write_all(int fd, std::string_view text, const std::string& name);

/// The run was asked to stop, and the signal has been handled: from now on no write_all() of this
/// process waits more than a second for a reader.
void hurry_writes() noexcept;

/// Who may read a newly created file: its owner, or those the umask allows.
enum class new_file { is_private, by_umask };

/// New contents for a file, which is complete at every moment: written next to it, synced, renamed.
/// A symbolic link stays and leads to the new contents; owner and mode of an older file are kept as
/// far as allowed, and a new one gets mode 0600, or 0666 less the umask. If the name cannot be
/// replaced (a file that is a mount point, as in containers, or is in a directory that is not
/// writable), and for a device, it is written in place.
class file_replacement {
 public:
  /// \throws io_error
  explicit file_replacement(const std::string& path, new_file mode = new_file::is_private);
  file_replacement(const file_replacement&) = delete;
  file_replacement& operator=(const file_replacement&) = delete;
  /// Removes what was not committed.
  ~file_replacement();

  /// \throws io_error
  void append(std::string_view bytes) { file_.append(bytes); }
  /// \throws io_error
  void commit();

  /// Where the path leads after following symbolic links.
  static std::string target_of(const std::string& path);

 private:
  buffered_file open(const std::string& path, new_file mode);

  std::string target_;  ///< after following links
  std::string beside_;  ///< empty: written in place, or renamed already
  buffered_file file_;
};

/// Holds a record's place until the run is over and its new contents are there: opened and locked
/// like open_record(), leaving older contents alone. If there is no file, none is created, as a
/// killed run must not leave an empty record: an empty file next to it, .NAME.weir, is locked
/// instead, and removed in the end; one left by a killed run is taken over.
class reserved_record {
 public:
  /// \throws usage_error
  explicit reserved_record(const std::string& path);
  reserved_record(const reserved_record&) = delete;
  reserved_record& operator=(const reserved_record&) = delete;
  ~reserved_record();

 private:
  std::string beside_;  ///< empty: the record existed
  owned_fd file_;
};

/// Before a long run: checks that a file_replacement will be possible.
/// \throws usage_error that begins with the path if not.
void check_replaceable(const std::string& path);

/// Replaces a file with this text.
/// \throws io_error
void replace_file(const std::string& path, std::string_view text);

}  // namespace weir
