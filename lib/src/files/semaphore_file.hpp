/// A counting semaphore over processes of one user: slots and a queue, in one file.
///
/// All of it are locks of open file descriptions (F_OFD_SETLK, fcntl(2)) on bytes of the file, so
/// that the kernel gives back what a killed process held. A slot is a byte. Whoever waits takes a
/// ticket, which is a byte, too, and waits until no earlier one is locked: only the first of the
/// queue looks for a slot, in the order in which they came, whoever is killed meanwhile.
///
/// A slot belongs to the open file description, which a job is to inherit: when the process that
/// waits for the job is killed and the job lives on, the slot is still taken. leave() gives it
/// back whatever descriptors are open elsewhere, as those of a daemon that the job left.
///
/// What the file contains only tells who holds what; no decision rests on it but the number of the
/// next ticket.
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
  std::string text;  ///< what it said of itself with tell()
};

class semaphore_file {
 public:
  /// How long is waited; none: for ever.
  using patience = std::optional<std::chrono::nanoseconds>;

  /// Opened, or made. \throws io_error; of one that is not this user's own file, too.
  semaphore_file(const private_directory& in, const std::string& name);

  /// Takes a slot as soon as fewer than `limit` are taken and all who came before have one.
  /// \returns false: patience was at its end. \throws io_error
  bool enter(std::size_t limit, patience wait);
  /// Takes a slot beyond all limits and past the queue. \throws io_error
  void enter_at_once();
  /// What holders() shows of this slot. \pre it has one.
  void tell(std::string_view text) const;
  /// \pre it has a slot.
  void leave() noexcept;

  /// Waits until no slot is taken. \returns false: patience was at its end. \throws io_error
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
