/// --journal: what happened, in lines from which a resumed run continues.
///
/// Every start is in the file before its process exists, and every end as soon as it is known: a
/// kill -9 at any point loses nothing. Ends wait for the next start, or for the end of the loop's
/// turn, so that a job costs one write.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <weir/awaitable.hpp>

#include "files/journal_file.hpp"
#include "input/journal/journal_line.hpp"
#include "report/records/held_spans.hpp"
#include "report/records/record.hpp"

namespace weir {

/// When lines are safe from a crash of the machine, not just of weir.
enum class journal_sync {
  each,   ///< before the job that they announce starts
  batch,  ///< within a fifth of a second
  none,   ///< whenever the kernel likes
};

class journal final : public record {
 public:
  /// Writes the run's beginning. \param file must outlive this. \param pid of weir, as its user
  /// knows it. \param dir in which it runs; empty if not known. \throws io_error
  journal(loop_executor loop, journal_file& file, journal_sync sync,
          const record_settings& settings, pid_t pid, std::string_view dir);
  ~journal() override;

  end_turn turn() const noexcept override { return end_turn::journal; }
  bool has_work() const noexcept override {
    return !waiting_.empty() && !others.put_off(waiting_.front().seq);
  }

 private:
  /// A job's end, as a line.
  struct end_in_buffer {
    std::uint64_t seq;
    std::size_t at;  ///< in buffer_
    std::size_t size;
  };
  struct end_waiting {
    std::uint64_t seq;
    std::string line;
  };

  void take(const event& e) override;
  void put_out() override;
  void go_on() override { write(); }
  void complete() override;

  void write();
  void let_ends_wait();
  void write_at_end_of_turn();

  loop_executor loop_;
  journal_file& file_;
  journal_sync sync_;
  record_settings settings_;
  journal_lines lines_;
  std::string buffer_;
  tally jobs_;
  std::string stopped_;
  held_times held_;
  std::vector<end_in_buffer> ends_;  ///< in order
  std::deque<end_waiting> waiting_;  ///< in order; all earlier than those in the buffer
  bool write_posted_ = false;
  bool unsynced_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for posted callbacks
};

}  // namespace weir
