/// Where the output of jobs goes, as seen by the executor that produces it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include <weir/event.hpp>
#include <weir/job_spec.hpp>

namespace weir {

/// What the producer may do next: read more, or wait until resume is called.
enum class flow { more, wait };

/// Takes one job's output, from all its attempts.
class output_sink {
 public:
  virtual ~output_sink() = default;

  /// Takes all of these bytes, even if it returns `wait`. They are valid only during the call.
  virtual flow write(output_stream which, std::span<const char> bytes) = 0;

  /// A descriptor that the producer may splice(2) into at the current file offset instead of
  /// reading and calling write; -1 if there is none now. Ask again before each transfer.
  virtual int splice_file(output_stream which) = 0;

  /// Whether output appears as soon as it is taken. If not, it is held until the job has ended, and
  /// the producer may leave it in the pipe while there is room.
  virtual bool is_live() const noexcept { return true; }

  /// Whether people see what is taken before the job has ended. If not, a producer that may yet
  /// have to begin anew, as when the job's machine is lost, keeps what it can of an attempt until
  /// then.
  virtual bool is_shown_at_once() const noexcept { return is_live(); }

  /// `count` bytes were spliced into splice_file(which).
  virtual flow spliced(output_stream which, std::size_t count) = 0;

  /// Called once whenever a `wait` is over. Set by the producer; may be called from any later event
  /// of the loop, but never from within write or spliced.
  std::function<void()> resume;
};

/// Opens a sink for every job that starts, and puts their output in order.
class output_router {
 public:
  virtual ~output_router() = default;

  /// A sink for the job; null if jobs inherit weir's own stdout and stderr (raw output). It is
  /// valid until close.
  virtual output_sink* open(const job_spec& job, unsigned slot) = 0;

  /// The job has ended as `judged`, and its sink is no longer used. \returns the last lines of the
  /// job's output if `want_tail` is set: of stderr if it wrote there, else of stdout.
  virtual std::string close(output_sink& sink, verdict judged, bool want_tail) = 0;
  /// The job will be retried. \returns the last lines of the attempt that has ended.
  virtual std::string attempt_ended(output_sink&) { return {}; }

  /// The job with this number has not opened a sink and never will: keep-order must not wait for
  /// it.
  virtual void absent(std::uint64_t seq) = 0;
};

}  // namespace weir
