/// The file of a journal: lines appended by one process at a time, never torn for a reader.
///
/// It knows lines and bytes, not what they mean. It is locked with flock(2) as long as any process
/// that inherited it lives.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "loop/owned_fd.hpp"

namespace weir {

class journal_file {
 public:
  /// read: nothing is changed, created or locked; a missing file counts as empty.
  enum class access { read, append };

  /// Opens the file, or creates it with mode 0600, and locks it. Only regular files are locked:
  /// others cannot be journals.
  /// \throws io_error.
  explicit journal_file(const std::string& path, access wanted = access::append);
  journal_file(const journal_file&) = delete;
  journal_file& operator=(const journal_file&) = delete;
  ~journal_file();

  /// If not, do not call anything else: there is nothing to resume from, and a FIFO would block.
  bool is_regular() const noexcept { return regular_; }
  /// Another process has it: only read() may be called.
  bool is_taken() const noexcept { return taken_; }

  /// Reads from the beginning: every line without its newline, of at most 64 MiB (the rest of a
  /// longer one is left out), and finally anything after the last newline.
  /// \param line receives the bytes, which are valid only during the call, and the offset after
  /// them.
  /// \throws io_error
  void read(const std::function<void(std::string_view line, std::uint64_t next, bool whole)>& line);
  /// Cuts off what a crash left behind.
  /// \throws io_error
  void truncate(std::uint64_t size);

  /// Checks that lines still go to where the path leads.
  /// \throws io_error if the file was removed, replaced or truncated meanwhile: no run could be
  /// resumed from it.
  void check_still_there() const;
  /// Appends whole lines with one write. If the disk is full, none of them stays.
  /// \throws io_error; also for an error in sync_soon().
  void append(std::string_view lines);
  /// fdatasync(2), now.
  /// \throws io_error; also for an error in sync_soon().
  void sync();
  /// The same in the background: fdatasync may take seconds on a busy disk.
  void sync_soon();

 private:
  void sync_in_background();
  void end_background();

  std::string raw_path_;
  std::string path_;  ///< escaped
  owned_fd file_;
  bool regular_ = true;
  bool taken_ = false;
  std::uint64_t size_ = 0;

  std::mutex mutex_;  ///< for the members below, shared with the only thread besides the main one
  std::condition_variable wake_;
  bool wanted_ = false;
  bool ending_ = false;
  int error_ = 0;
  std::thread syncing_;
};

}  // namespace weir
