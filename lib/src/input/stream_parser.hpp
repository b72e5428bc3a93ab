/// Turns a stream of bytes into jobs if neither lines nor items do that: for dialects.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <weir/job_spec.hpp>

namespace weir {

class stream_parser {
 public:
  virtual ~stream_parser() = default;

  /// The next bytes, which must stay valid until next() returns no job.
  /// \pre next() returned no job.
  virtual void feed(std::string_view bytes) = 0;
  /// There are no more bytes.
  /// \pre as for feed().
  virtual void finish() = 0;
  /// A job made from the bytes so far; nullopt: more bytes are needed, or there are no more jobs.
  /// \throws usage_error for bytes that make no job, after all jobs before them were returned.
  virtual std::optional<job_spec> next() = 0;
  /// Called after next() returned no job: how many bytes of the last feed() come after an end that
  /// stood in the input itself, where reading has to stop; nullopt: there was no such end.
  virtual std::optional<std::size_t> left_over() const { return std::nullopt; }

  /// Called with a warning for people if something about the input is odd.
  std::function<void(const std::string&)> on_warning;
};

}  // namespace weir
