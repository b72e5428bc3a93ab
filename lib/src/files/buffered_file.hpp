/// Appends to a file in large pieces.
///
/// A record that grows during the run is one of these: what an earlier run left in the file is
/// dropped with the first write and not before, so that a run that never begins loses nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "files/row_ends.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

class buffered_file {
 public:
  /// \param name for errors.
  buffered_file(owned_fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  /// Takes the bytes; they are written once there are 64 KiB of them, or by flush().
  /// \throws io_error
  void append(std::string_view bytes);
  /// Writes what is buffered. After an error, what was not written is dropped.
  /// \throws io_error
  void flush();
  /// The same for a record, which must still be where it was opened, with everything written to it.
  /// \throws io_error
  void flush_record();

  /// The same during the run: what the reader of a pipe does not take now may be written later.
  /// \throws io_error
  void put_out();

  /// Whether nothing has been written to it yet, now or before.
  bool is_empty() const noexcept;

  /// Whether it is a pipe, or another device: its reader decides when it takes what is put_out().
  bool may_wait() const noexcept { return may_wait_; }
  /// Whether something is left that the reader of a pipe has not taken.
  bool is_waiting() const noexcept { return may_wait_ && !buffer_.empty(); }
  /// How many bytes have been appended by now, and how many of them have been written.
  std::uint64_t taken() const noexcept { return written_ + buffer_.size(); }
  std::uint64_t written() const noexcept { return written_; }

  int fd() const noexcept { return file_.value(); }
  const std::string& name() const noexcept { return name_; }
  /// For building a piece in place, before append(""): saves a copy.
  std::string& buffer() noexcept { return buffer_; }

 private:
  void flush_now();

  friend buffered_file open_growing(const std::string&, bool, row_end, const row_test&);

  owned_fd file_;
  std::string name_;
  std::string path_;  ///< of a record
  row_end ends_ = row_end::newline;
  bool may_wait_ = false;   ///< a pipe, or another device
  bool to_empty_ = false;   ///< at the first write
  std::uint64_t size_ = 0;  ///< of a record: its size in bytes
  std::uint64_t written_ = 0;
  std::string buffer_;
};

/// Opens a record of rows that grows during a run (record_file.hpp); its contents are dropped with
/// the first write.
/// \param keep keeps them instead, except for an incomplete last row.
/// \param stays if not empty: of what is kept, rows at the end that do not stay are cut off.
/// \throws usage_error if it cannot be opened.
buffered_file open_growing(const std::string& path, bool keep = false,
                           row_end ends = row_end::newline, const row_test& stays = {});

}  // namespace weir
