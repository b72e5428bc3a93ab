/// The jobs that have ended, and whose rows are not in a record's file yet: they are being put
/// together, or wait for the reader of a pipe.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_set>
#include <utility>

#include "files/buffered_file.hpp"

namespace weir {

class rows_on_the_way {
 public:
  bool has(std::uint64_t seq) const noexcept { return jobs_.contains(seq); }

  void begin(std::uint64_t seq) { jobs_.insert(seq); }
  /// The file has taken all of the row. One on a disk has it when it is asked to write.
  void is_whole(std::uint64_t seq, const buffered_file& in) {
    if (!in.may_wait())
      jobs_.erase(seq);
    else
      whole_.emplace_back(seq, in.taken());
  }
  /// Forgets those that have been written.
  void look_at(const buffered_file& file) {
    for (; !whole_.empty() && whole_.front().second <= file.written(); whole_.pop_front())
      jobs_.erase(whole_.front().first);
  }

 private:
  std::unordered_set<std::uint64_t> jobs_;
  /// Those that are whole, with where they end; in order.
  std::deque<std::pair<std::uint64_t, std::uint64_t>> whole_;
};

}  // namespace weir
