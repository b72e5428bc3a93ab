/// Unnamed files that hold output until its turn comes: one per job, and the backlog shared by all
/// finished jobs.
///
/// They are unlinked from the start (O_TMPFILE), so nothing is left after kill -9, and nobody else
/// can read them. If neither directory accepts one, it is in kernel memory (memfd), up to a limit
/// that counts as a full disk. They know nothing of jobs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <sys/types.h>

#include "loop/owned_fd.hpp"

namespace weir {

/// $TMPDIR if it is set and absolute, else /tmp.
std::string temporary_directory();
/// The same, but /tmp if that is not a directory that we may write to. It is never created.
std::string usable_temporary_directory();

/// Where temporary files belong.
struct temporary_place {
  temporary_place(std::string wanted = temporary_directory(), std::string second = "/tmp")
      : directory(std::move(wanted)), otherwise(std::move(second)) {}
  temporary_place(const char* wanted) : temporary_place(std::string(wanted)) {}

  std::string directory;
  std::string otherwise;                                    ///< used if that does not accept them
  std::uint64_t most_in_memory = std::uint64_t{256} << 20;  ///< bytes; if neither accepts them
};

/// An open file without a name, with mode 0600.
struct unlinked_file {
  owned_fd fd;
  std::string place;  ///< the directory, or "memory": for messages
  int refused = 0;    ///< errno: why it is not in the preferred directory; 0: it is
  bool in_memory = false;
};

/// \throws io_error if not even memory could hold one (EMFILE, ENFILE).
unlinked_file open_unlinked(const temporary_place& where);

class temporary_file {
 public:
  /// \param waiting kept up to date with the bytes written but not yet released, of all files that
  /// share it; null: not counted.
  /// \throws io_error, see open_unlinked.
  explicit temporary_file(const temporary_place& where,
                          std::shared_ptr<std::uint64_t> waiting = nullptr);
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  virtual ~temporary_file();

  int fd() const noexcept { return file_.fd.value(); }
  /// The directory: it is full if writing fails.
  const std::string& place() const noexcept { return file_.place; }
  /// errno: why it is not in the preferred directory; 0: it is.
  int refused() const noexcept { return file_.refused; }
  /// Its bytes count towards a limit, which append() enforces.
  bool in_memory() const noexcept { return file_.in_memory; }

  /// Appends at the current file offset.
  /// \throws io_error (ENOSPC, EDQUOT, EIO) with the place.
  void append(std::span<const char> bytes);
  /// `count` bytes were spliced to its end.
  void appended(std::uint64_t count) noexcept;
  /// Like pread(2), but repeated after short reads.
  /// \returns bytes read; fewer than requested at the end.
  /// \throws io_error
  std::size_t read(std::uint64_t offset, std::span<char> into) const;

  /// Whether its pages may be lent to a pipe (splice): not if they are freed or reused while a slow
  /// reader has not seen them.
  virtual bool may_splice() const noexcept { return true; }
  /// The range is no longer needed.
  virtual void release(std::uint64_t offset, std::uint64_t length) noexcept;

  /// Bytes written and not yet released.
  std::uint64_t live() const noexcept { return live_; }

 private:
  unlinked_file file_;
  std::uint64_t most_in_memory_;
  std::uint64_t live_ = 0;
  std::shared_ptr<std::uint64_t> waiting_;
};

/// Bytes of a temporary file; destroying it does not release them.
struct file_range {
  std::shared_ptr<temporary_file> file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< bytes
};

/// The single file in which finished jobs wait for their turn: it saves a descriptor for each, and
/// keeps memory flat however long the first in line takes. Released ranges give their space back.
class backlog final : public temporary_file {
 public:
  using temporary_file::temporary_file;

  /// Appends bytes.
  /// \returns where they are.
  /// \throws io_error
  std::uint64_t put(std::span<const char> bytes);
  /// Appends part of another file.
  /// \throws io_error
  std::uint64_t put(const temporary_file& from, std::uint64_t offset, std::uint64_t length);

  bool may_splice() const noexcept override { return false; }
  void release(std::uint64_t offset, std::uint64_t length) noexcept override;

  /// Where the next byte will be.
  std::uint64_t end() const noexcept { return end_; }

 private:
  void punch() noexcept;

  std::uint64_t end_ = 0;
  std::uint64_t freed_at_ = 0;  ///< released bytes that still take up space
  std::uint64_t freed_length_ = 0;
};

}  // namespace weir
