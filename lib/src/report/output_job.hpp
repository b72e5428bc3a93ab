/// One job's output on its way: held in spools, or passed straight to the writers.
///
/// It processes the bytes (tags, whole lines, a missing last newline) and knows neither other jobs
/// nor the order; output.hpp says when a job goes live and when it is printed.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <weir/error.hpp>
#include <weir/job_spec.hpp>
#include <weir/output_sink.hpp>

#include "files/spool.hpp"
#include "files/writer.hpp"
#include "report/group_marks.hpp"
#include "report/output_options.hpp"
#include "report/output_tag.hpp"
#include "report/output_tail.hpp"
#include "report/unwritten.hpp"

namespace weir {

class output_job;

/// Where the backlog keeps the output of a job that waits for its turn: stdout, then stderr.
struct stored_output {
  std::uint64_t offset = 0;
  std::array<std::uint64_t, 2> lengths{};  ///< bytes
};

/// What the sinks of one run share.
struct output_shared {
  std::array<writer*, 2> to{};  ///< of output_stream::out and err
  std::array<waiting_bytes, 2>
      waits{};  ///< what waits for each writer; the first serves both if they are one
  spool_space* space = nullptr;
  output_options options;
  const group_marks* marks = nullptr;
  const group_marks* guards = nullptr;  ///< for the streams that are guarded
  std::array<bool, 2> guarded{};
  std::string tagged;                           ///< scratch
  std::string passed;                           ///< scratch
  std::deque<output_job*> waiting;              ///< jobs made to wait, first come first
  std::function<void(const io_error&)> failed;  ///< called when a spool could not be written
  bool spools_failed = false;                   ///< everything held from then on is dropped
  unwritten_bytes lost;                         ///< dropped, but for what waited for a writer

  void lose(std::uint64_t seq, std::uint64_t bytes) {
    if (bytes > 0) lost[seq] += bytes;
  }

  /// Passes bytes of a job to one of the writers, and remembers whose they are.
  template <typename Action>
  void hand_over(std::uint64_t seq, writer& writer, Action action) {
    const std::uint64_t begin = writer.taken();
    const bool works = writer.error() == 0;
    action();
    if (works)
      waits[&writer == to[0] ? 0 : 1].add(seq, begin, writer.taken(), writer.sent());
    else if (has_lost(writer))
      lose(seq, writer.taken() - begin);
  }
  /// What it has dropped is missed: if its reader has gone, nobody does.
  static bool has_lost(const writer& to) { return to.error() != 0 && to.error() != EPIPE; }
};

class output_job final : public output_sink {
 public:
  /// \param shared must outlive this. \param live passes output straight through from the start.
  output_job(output_shared& shared, const job_spec& job, unsigned slot, output_mode mode,
             bool live);
  ~output_job() override;

  flow write(output_stream which, std::span<const char> bytes) override;
  int splice_file(output_stream which) override;
  flow spliced(output_stream which, std::size_t count) override;
  bool is_live() const noexcept override { return live_; }

  /// Prints what is held; from then on bytes go straight through.
  void go_live();
  /// The job has ended and writes nothing more. Completes the last lines and marks the group where
  /// that is wanted.
  void end(verdict judged);
  /// The job has ended, but others come first.
  void wait_for_turn();
  /// The same when many wait: all of its output goes to the backlog, and this can be destroyed.
  stored_output store();
  /// Prints what is held.
  void print();
  /// The last lines of the last attempt that ran, from stderr if it wrote there, otherwise from
  /// stdout. To be called before print and store.
  std::string tail();
  /// Writes the line that precedes the job's output.
  void show(std::string line);
  /// As tail(), at the end of an attempt: what comes next belongs to another.
  std::string attempt_ended();

  std::uint64_t held_bytes() const noexcept {
    return streams_[0].held.size() + streams_[1].held.size();
  }
  bool holds_nothing() const noexcept {
    return streams_[0].held.empty() && streams_[1].held.empty();
  }
  bool may_go_live() const noexcept { return !live_ && !is_marked() && !shows_last_attempt(); }
  std::uint64_t seq() const noexcept { return seq_; }
  /// Whether it still has to wait.
  bool is_held_back() const noexcept { return waits_for_ != nullptr && holds_back(*waits_for_); }
  /// Its wait is over.
  void go_on();

 private:
  struct stream {
    stream(output_shared& shared, std::size_t which);
    spool held;
    writer* to;
    output_tail tail;  ///< of what passed through; held output has its own
    bool wrote = false;
    bool attempt_wrote = false;  ///< the same for this attempt
    std::uint64_t before = 0;    ///< held bytes of earlier attempts
    bool ends_line = true;       ///< the last byte was a newline, as far as is known
    bool tag_due = true;         ///< the next byte begins a line
    std::unique_ptr<log_guard> guard;
    group_frame frame;  ///< around the output, once the job has ended

    /// Of this attempt, at most `most` bytes. \throws io_error
    std::string last_bytes(std::size_t most) const;
  };

  stream& of(output_stream which) noexcept { return streams_[static_cast<std::size_t>(which)]; }
  /// Its bytes are inspected or changed here, so they cannot go from pipe to file.
  bool passes_through(const stream& s) const noexcept {
    return live_ || is_tagged() || s.guard != nullptr;
  }
  /// For an empty item the tag is a lone tab, so that what follows stays in its column.
  bool is_tagged() const noexcept { return shared_.options.tags || !tag_.empty(); }
  template <typename Action>
  bool guarded(Action action);
  void lose_held();
  template <typename Action>
  void hand_over(stream& s, Action action);
  void put(stream& s, std::span<const char> bytes);
  void emit(stream& s, std::span<const char> bytes);
  void emit_lines(stream& s, std::span<const char> bytes);
  void end_guard(stream& s);
  bool ends_last_line(const stream& s) const;
  void complete_last_line(stream& s);
  void follow(stream& s);
  /// Whether what goes straight through from one stream may follow an unfinished line of the other.
  bool streams_share_lines() const noexcept {
    return live_ && mode_ != output_mode::line && streams_[0].to == streams_[1].to;
  }
  bool is_marked() const noexcept {
    return shared_.marks != nullptr && mode_ == output_mode::group;
  }
  bool shows_last_attempt() const noexcept {
    return shared_.options.last_attempt && mode_ == output_mode::group;
  }
  void drop_attempt();
  void mark_group(verdict judged);
  void print(stream& s);
  std::uint64_t store(stream& s);
  flow answer(stream& s);
  bool holds_back(const writer& to) const noexcept;

  output_shared& shared_;
  std::uint64_t seq_;
  std::string tag_;
  output_mode mode_;
  bool live_;
  bool lost_ = false;   ///< part of its output could not be held
  std::string result_;  ///< where its stdout is kept, if that is to be printed
  std::string shown_;   ///< the line before the output, kept if it may have to be written again
  std::string title_;   ///< if its group is marked
  std::chrono::system_clock::time_point opened_;
  writer* waits_for_ = nullptr;  ///< the congested writer
  std::array<stream, 2> streams_;
  stream* last_ = nullptr;  ///< whose bytes went straight through last
};

}  // namespace weir
