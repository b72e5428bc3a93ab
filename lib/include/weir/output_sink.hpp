/// Where the output of jobs goes, seen from the executor that produces it.
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

/// Takes one job's output, of all its attempts.
class output_sink {
 public:
  virtual ~output_sink() = default;

  /// Takes bytes of one stream; all of them are taken, even when the answer is `wait`. The bytes
  /// are valid during the call only.
  virtual flow write(output_stream which, std::span<const char> bytes) = 0;

  /// The descriptor of a file that the producer may splice(2) into at the current file offset
  /// instead of reading and calling write; -1 when there is none now. Ask anew before each
  /// transfer.
  virtual int splice_file(output_stream which) = 0;

  /// Whether it shows when bytes are taken. Otherwise they are held until the job has ended, and
  /// the producer may leave them in the pipe as long as there is room.
  virtual bool is_live() const noexcept { return true; }

  /// `count` bytes were spliced into splice_file(which).
  virtual flow spliced(output_stream which, std::size_t count) = 0;

  /// Called once each time that a `wait` is over. Set by the producer; may be called from within
  /// any later event of the loop, never from within write or spliced.
  std::function<void()> resume;
};

/// Opens a sink for every job that starts, and orders what they took.
class output_router {
 public:
  virtual ~output_router() = default;

  /// A sink for the job; null when jobs inherit weir's own stdout and stderr (raw output). It stays
  /// valid until close.
  virtual output_sink* open(const job_spec& job, unsigned slot) = 0;

  /// The job has ended as `judged` and its sink is not used any more. \returns the last lines of
  /// the job's output when `want_tail` is set: of stderr if it wrote there, else of stdout.
  virtual std::string close(output_sink& sink, verdict judged, bool want_tail) = 0;
  /// The job is tried again. \returns the last lines of the attempt that has ended.
  virtual std::string attempt_ended(output_sink&) { return {}; }

  /// The job with this number never opened a sink and never will; keep-order need not wait for it.
  virtual void absent(std::uint64_t seq) = 0;
};

}  // namespace weir
