/// The file of a record: what it may be, and that one run at a time writes it.
///
/// One rule for all formats: symbolic links are followed, and what they lead to is a regular file,
/// or takes bytes as /dev/null, a terminal and a pipe with a reader do. A directory, a socket, a
/// disk and a FIFO that nobody reads are refused. It knows nothing of what is written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <weir/error.hpp>

#include "loop/owned_fd.hpp"

namespace weir {

/// Before a run: what is at the path, if anything is, can hold a record.
/// \throws usage_error that begins with the path; the caller says which option named it.
void check_record_place(const std::string& path);

/// Opens a record for appending, or makes it with mode 0600, and locks it with flock(2) for as long
/// as the descriptor is open. Its content is not touched. Devices are not locked, nor is what lies
/// on a file system without locks.
/// \param named in errors, if not the path.
/// \throws usage_error, also when another run has it.
owned_fd open_record(const std::string& path, const std::string& named = {});

/// Locks a directory or file that is open. \throws usage_error when another run has it, or another
/// record of this one.
void lock_record(int fd, const std::string& path);

/// Somebody took a record away while it was written. No system call failed: there is no errno to
/// tell.
class record_lost final : public io_error {
 public:
  explicit record_lost(const std::string& what);
  const char* what() const noexcept override { return text_.what(); }

 private:
  std::runtime_error text_;
};

/// In mid-run: whether the path still leads to what is open there, a file or a directory, and what
/// was written is in it.
/// \param size of the file: bytes that were written to it, or kept.
/// \throws record_lost when it was removed, replaced or truncated.
void check_still_there(int fd, const std::string& path, std::uint64_t size = 0);

}  // namespace weir
