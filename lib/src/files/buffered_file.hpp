/// Appends to a file in large pieces.
///
/// A record that grows while the run goes on is one of these: what an earlier run left there is
/// emptied with the first write and not before, so that nothing is lost by a run that never begins.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loop/owned_fd.hpp"

namespace weir {

class buffered_file {
 public:
  /// \param name in errors.
  buffered_file(owned_fd file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

  /// Takes the bytes; they go out when 64 KiB are together, or with flush(). \throws io_error
  void append(std::string_view bytes);
  /// Writes what is buffered. On an error what did not go out is dropped. \throws io_error
  void flush();
  /// The same, of a record, which must be where it was opened, with all that was written to it.
  /// \throws io_error
  void flush_record();

  /// The same while the run goes on: what the reader of a pipe does not take now may go out later.
  /// \throws io_error
  void put_out();

  /// Whether nothing has been written to it yet, now or before.
  bool is_empty() const noexcept;

  int fd() const noexcept { return file_.value(); }
  const std::string& name() const noexcept { return name_; }
  /// To build a piece in place, before append(""): saves a copy.
  std::string& buffer() noexcept { return buffer_; }

 private:
  void flush_now();

  friend buffered_file open_growing(const std::string&, bool);

  owned_fd file_;
  std::string name_;
  std::string path_;        ///< of a record
  bool may_wait_ = false;   ///< a pipe, or another device
  bool to_empty_ = false;   ///< before the first write
  std::uint64_t size_ = 0;  ///< of a record: bytes that are in it
  std::string buffer_;
};

/// Opens a record of lines that grows while a run goes on (record_file.hpp); what is in it goes
/// with the first write.
/// \param keep what is in it, but for a last line that is not whole.
/// \throws usage_error when it cannot be opened.
buffered_file open_growing(const std::string& path, bool keep = false);

}  // namespace weir
