/// The file of a record: what it may be, and that only one run at a time writes it.
///
/// One rule for all formats: symbolic links are followed, and they must lead to a regular file, or
/// to something that takes bytes, like /dev/null, a terminal or a pipe with a reader. A directory,
/// a socket, a disk and a FIFO without a reader are refused. It does not know what is written.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include <weir/error.hpp>

#include "loop/owned_fd.hpp"

namespace weir {

/// Before a run: checks that whatever is at the path, if anything, can hold a record.
/// \throws usage_error that begins with the path; the caller says which option named it.
void check_record_place(const std::string& path);

/// Opens a record for appending, or creates it with mode 0600, and locks it with flock(2) as long
/// as the descriptor is open. Its contents are not touched. Devices are not locked, nor are files
/// on file systems without locks.
/// \param named for errors, if not the path.
/// \throws usage_error, also if another run has it.
owned_fd open_record(const std::string& path, const std::string& named = {});

/// Locks an open directory or file.
/// \throws usage_error if another run has it, or another record of this one.
void lock_record(int fd, const std::string& path);

/// A record was removed while it was being written, or its reader takes nothing. No errno says so.
class record_lost final : public io_error {
 public:
  /// \param error as near as errno comes to it.
  explicit record_lost(const std::string& what, int error = ESTALE);
  const char* what() const noexcept override { return text_.what(); }

 private:
  std::runtime_error text_;
};

/// During the run: checks that the path still leads to the open file or directory, and that the
/// file still contains what was written.
/// \param size of the file: bytes written to it, or kept.
/// \throws record_lost if it was removed, replaced or truncated.
void check_still_there(int fd, const std::string& path, std::uint64_t size = 0);

}  // namespace weir
