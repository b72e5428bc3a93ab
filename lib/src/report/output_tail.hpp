/// The end of a job's output, for the summary of failures. It knows only bytes and newlines.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace weir {

/// Bounds of a tail.
inline constexpr std::size_t tail_bytes = 4096;
inline constexpr std::size_t tail_lines = 10;

/// The last whole lines of `bytes`, at most tail_lines.
/// \param cut whether something preceded `bytes`: then a first line that may be torn is left out,
/// unless it is the only one.
std::string last_lines(std::string_view bytes, bool cut);

/// Keeps the last of the bytes that pass through.
class output_tail {
 public:
  void append(std::span<const char> bytes);
  std::string_view bytes() const noexcept { return bytes_; }
  bool cut() const noexcept { return cut_; }

 private:
  std::string bytes_;
  bool cut_ = false;
};

}  // namespace weir
