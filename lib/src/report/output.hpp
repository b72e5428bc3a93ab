/// The order in which the output of jobs reaches stdout and stderr.
///
/// - group: a job's stdout, then its stderr, contiguous, when it ends, byte for byte.
/// - line: whole lines of all running jobs as they come, each stream to its own.
/// - raw: jobs inherit weir's stdout and stderr; nothing passes through here.
/// With keep_order, the first job in order streams as it writes, and the others are held until they
/// are first. Streaming jobs are made to wait while the reader of the output is slow; held ones go
/// on into their spools, until much is waiting there for that reader. Memory stays bounded however
/// much is written and however long the first job takes.
///
/// It knows jobs by number only and decides nothing about them. A failure of an output or of the
/// temporary files is reported once; everything after it is dropped.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/error.hpp>
#include <weir/notice.hpp>
#include <weir/output_sink.hpp>

#include "files/spool.hpp"
#include "files/writer.hpp"
#include "report/output_job.hpp"

namespace weir {

class output final : public output_router {
 public:
  /// \param out, err the same writer twice if both lead to one place (same_output). They and
  /// `space` must outlive this, which sets their callbacks `advanced` and `failed`.
  output(writer& out, writer& err, spool_space& space, output_options options);
  ~output() override;
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  output_sink* open(const job_spec& job, unsigned slot) override;
  std::string close(output_sink& sink, verdict judged, bool want_tail) override;
  std::string attempt_ended(output_sink& sink) override;
  void absent(std::uint64_t seq) override;

  /// Prints everything left by jobs that have ended, including those that still wait for an earlier
  /// one, and suspends until it has been written or has failed. Called when no job runs any more.
  awaitable<void> finish();

  /// The jobs' output that has not been written, wherever it waits.
  unwritten_bytes unwritten() const;
  /// The jobs' output that was dropped because an output, or the temporary files, failed; nothing
  /// if the reader has gone.
  unwritten_bytes lost() const;
  /// Drops that output: nobody reads it. finish() then completes.
  void drop();

  /// Where a failure is reported, once, from the loop, as is output kept in another place than
  /// intended. `to` must outlive this.
  void report_to(inbox& to);

  /// Sets the marks around the output of each job in group mode, which then is never live: how the
  /// job ended is only known at the end. \param marks must outlive this.
  void mark_groups(const group_marks& marks);

  /// Keeps the reader of the log from taking what jobs write for commands, in every mode in which
  /// output is captured. \param from must outlive this. \param streams those that lead to a log.
  void guard(const group_marks& from, std::array<bool, 2> streams);

  /// Sets what steps aside for bytes that go to a terminal. \param shown must outlive this.
  void show_below(footer* shown);
  /// Whether the footer below the output is on its way to a terminal: nobody else may write there.
  bool is_amid_footer() const noexcept;

 private:
  /// A place in the order: unknown until its job opens or is absent; over when the job has ended.
  struct turn {
    std::unique_ptr<output_job>
        job;  ///< null if unknown, or if over and stored or with nothing to print
    stored_output stored;
    bool over = false;
  };

  bool is_ordered() const noexcept { return shared_.options.keep_order; }
  bool is_marked(output_mode mode) const noexcept {
    return shared_.marks != nullptr && mode == output_mode::group;
  }
  turn* turn_of(std::uint64_t seq);
  void show_line(const job_spec& job, unsigned slot, output_job* into);
  void hold(turn& ended);
  void print(turn& ended, std::uint64_t seq);
  void advance();
  bool congested() const noexcept;
  std::size_t writers() const noexcept { return shared_.to[0] == shared_.to[1] ? 1 : 2; }
  void on_advanced();
  void on_failed(const io_error& error);

  output_shared shared_;
  inbox* inbox_ = nullptr;
  bool told_failure_ = false;
  std::uint64_t head_ = 1;                                      ///< seq of turns_.front()
  std::deque<turn> turns_;                                      ///< with keep_order
  std::vector<std::unique_ptr<output_job>> running_;            ///< without keep_order
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for posted callbacks
};

}  // namespace weir
