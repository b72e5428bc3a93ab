/// A counting semaphore for the processes of one user: slots and a queue, in one file.
///
/// It consists of locks of open file descriptions (F_OFD_SETLK, fcntl(2)) on bytes of the file, so
/// that the kernel releases what a killed process held. A slot is a byte. A waiting process takes a
/// ticket, which is also a byte, and waits until no earlier one is locked: only the first in the
/// queue looks for a slot, in order of arrival, even if others are killed meanwhile.
///
/// A slot belongs to the open file description, which a job is to inherit: if the process that
/// waits for the job is killed and the job lives on, the slot is still taken. leave() releases it
/// whatever descriptors are open elsewhere, such as those of a daemon that the job left behind.
///
/// The file's contents only say who holds what; no decision depends on them except the number of
/// the next ticket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "files/private_directory.hpp"
#include "loop/owned_fd.hpp"

namespace weir {

struct semaphore_holder {
  std::size_t slot = 0;
  std::string text;  ///< what the holder passed to tell()
};

class semaphore_file {
 public:
  /// How long to wait; nullopt: forever.
  using patience = std::optional<std::chrono::nanoseconds>;

  /// Opens or creates the file.
  /// \throws io_error, also if it is not this user's own regular file.
  semaphore_file(const private_directory& in, const std::string& name);

  /// Takes a slot once fewer than `limit` are taken and everyone before has got one.
  /// \returns false if `wait` was over first.
  /// \throws io_error
  bool enter(std::size_t limit, patience wait);
  /// Takes a slot regardless of the limit and the queue.
  /// \throws io_error
  void enter_at_once();
  /// Sets what holders() shows for this slot.
  /// \pre it has one.
  void tell(std::string_view text) const;
  /// \pre it has a slot.
  void leave() noexcept;

  /// Waits until no slot is taken.
  /// \returns false if `wait` was over first.
  /// \throws io_error
  bool wait_until_empty(patience wait) const;
  std::vector<semaphore_holder> holders() const;

 private:
  struct header;
  class mutex;
  class deadline;

  int lock(int command, int type, off_t start, off_t length) const noexcept;
  void must_lock(int command, int type, off_t start) const;
  bool is_taken(off_t start, off_t length) const;
  header read_header() const;
  void write_header(const header& value) const;
  std::uint64_t take_ticket() const;
  bool wait_in_queue(std::uint64_t ticket, const deadline& until) const;
  bool try_slot(std::size_t limit);
  std::size_t taken_slots(std::size_t known) const;
  template <typename Fact>
  bool wait_for(const Fact& fact, const deadline& until) const;

  owned_fd file_;
  std::string name_;  ///< for errors, escaped
  std::optional<std::size_t> slot_;
};

}  // namespace weir
