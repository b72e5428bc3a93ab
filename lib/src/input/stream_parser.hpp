/// What makes jobs of a stream of bytes where neither lines nor items do: a dialect has one.
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

  /// The next bytes, which stay where they are until next() gives no job. \pre it gave none.
  virtual void feed(std::string_view bytes) = 0;
  /// There are no more. \pre as feed.
  virtual void finish() = 0;
  /// A job that the bytes so far make; none: more are wanted, or at the end there is no further.
  /// \throws usage_error for bytes that make none; jobs before it were given.
  virtual std::optional<job_spec> next() = 0;
  /// Asked when next() gave none: bytes of the last feed behind an end that stood in the input
  /// itself, after which nothing is to be read; none: there was no such end.
  virtual std::optional<std::size_t> left_over() const { return std::nullopt; }

  /// Told what is odd about the input, in words for people.
  std::function<void(const std::string&)> on_warning;
};

}  // namespace weir
