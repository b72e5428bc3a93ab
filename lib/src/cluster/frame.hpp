/// Pieces of the stream between a run and its workers on other machines.
///
/// A worker begins with one line of text, its greeting; whatever a login shell printed before that
/// is skipped, within bounds. After that, there are only frames:
///
///   length of the body (4 bytes, little-endian) | kind (1 byte) | body | newline
///
/// The newline makes srun(1), which buffers lines, pass each frame on at once, and is a cheap check
/// that both sides are in step. The other side may be anybody: a length is checked before anything
/// is stored for it, and anything that is not a frame breaks the reader for good. It knows nothing
/// of what a body says (message.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

enum class frame_kind : std::uint8_t {
  // From a worker.
  hello,     ///< who it is
  ready,     ///< it takes jobs
  refused,   ///< it cannot work, and why; then it ends
  out,       ///< from a job's stdout
  err,       ///< from its stderr
  ended,     ///< how an attempt ended
  returned,  ///< hands back an attempt for others: it takes no more
  draining,  ///< it was told to stop: it takes no more jobs
  shield,    ///< something is shielded in an attempt, or nothing any more
  room,      ///< whether it has room for another process
  told,      ///< a line for people
  stuck,     ///< a process that would not die
  left,      ///< what its jobs have left running: its last word
  // From the run.
  setup,        ///< what all jobs have in common, and where they run
  settings,     ///< of the jobs that follow
  start,        ///< an attempt
  clean,        ///< what an attempt returned has arrived, or is to stay where it is
  drop,         ///< an attempt whose files were on their way is not started
  credit,       ///< how much more of a job's output may be sent
  end,          ///< ends an attempt
  limit,        ///< how long an attempt may take
  end_shields,  ///< ends what is shielded in an attempt
  suspend,      ///< everything stands still
  resume,       ///< and the worker's answer
  finish,       ///< no more jobs come: end what they left running
  hurry,        ///< the same at once
  // From both. Files of an attempt: to a worker before its start, from it before its end.
  enter,  ///< a file, a directory or a link
  piece,  ///< bytes of the file entered last
  leave,  ///< the file or directory entered last is complete
  beat,   ///< only a sign of life
};
constexpr auto last_frame_kind = frame_kind::beat;

struct frame {
  frame_kind kind;
  std::string_view body;
};

/// Begins a frame at the end of `to`, to which its body is then appended.
/// \returns the argument for close_frame.
std::size_t open_frame(std::string& to, frame_kind kind);
void close_frame(std::string& to, std::size_t opened);
void append_frame(std::string& to, frame_kind kind, std::string_view body);

/// Takes bytes as they arrive and returns whole frames.
class frame_reader {
 public:
  /// \param most_body a longer one breaks the reader.
  explicit frame_reader(std::size_t most_body) : most_body_(most_body) {}

  void take(std::string_view bytes);
  /// Valid until the next take. \returns nullopt until more has arrived, or if it is broken.
  std::optional<frame> next();

  /// Why no more frames come; empty while they may.
  const std::string& fault() const noexcept { return fault_; }
  /// Bytes kept, for accounting of memory.
  std::size_t kept() const noexcept { return buffer_.size(); }
  /// Whether it is in the middle of a frame.
  bool is_amid_frame() const noexcept { return done_ < buffer_.size(); }

 private:
  std::size_t most_body_;
  std::string buffer_;
  std::size_t done_ = 0;  ///< bytes of the buffer
  std::string fault_;
};

/// The first line of a worker, and the newest protocol that this program speaks.
struct greeting {
  unsigned protocol = 0;
  std::string version;  ///< of weir
};
constexpr unsigned frame_protocol = 6;
std::string greeting_line();

/// Looks for the greeting in the first text that arrives.
class greeting_reader {
 public:
  /// \returns how many of the bytes it has used; once the greeting has been found, the rest is
  /// frames.
  std::size_t take(std::string_view bytes);

  const std::optional<greeting>& found() const noexcept { return found_; }
  /// Whether more text has come than any login prints.
  bool gives_up() const noexcept { return !found_ && seen_ > most_noise; }
  /// The last line before the greeting, for messages; not escaped.
  const std::string& noise() const noexcept { return noise_; }

 private:
  static constexpr std::size_t most_noise = 64 * 1024;

  void end_line();

  std::optional<greeting> found_;
  std::string line_;
  std::string noise_;
  std::size_t seen_ = 0;
};

}  // namespace weir
