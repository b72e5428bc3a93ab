/// What is wrong with a document: collected while reading, so that up to 20 are told at once.
///
/// It knows the text only to show the line in question; it prints nothing itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "input/manifest/node.hpp"

namespace weir::doc {

/// One thing wrong, at one place. `message` says what was found, what was expected, and a near
/// name.
struct fault {
  position at;
  std::string message;
};

class fault_list {
 public:
  static constexpr std::size_t most = 20;

  /// Keeps the fault, or only counts it when `most` are kept. `message` must be printable.
  void add(position at, std::string message);

  /// Whether something is told of this place already: each combination of a matrix would say the
  /// same again.
  bool is_told(position at) const noexcept;

  bool empty() const noexcept { return faults_.empty(); }
  /// Further reading would find nothing that is told.
  bool full() const noexcept { return faults_.size() == most; }
  std::size_t size() const noexcept { return faults_.size() + uncounted_; }
  const std::vector<fault>& kept() const noexcept { return faults_; }

 private:
  std::vector<fault> faults_;
  std::size_t uncounted_ = 0;
};

/// The faults in the order of the document, ready to print, without a last newline:
///
///     jobs.toml:12:11: timeout: found the integer -3, expected a duration such as "10s"
///       12 | timeout = -3
///          |           ^
///
/// \param line_of the line with a number, from 1; empty: that one is not shown.
std::string render(const fault_list& faults, std::string_view file,
                   const std::function<std::string_view(std::uint32_t)>& line_of);

/// \throws usage_error with render()'s text when there is a fault. \param text the document.
void throw_if_any(const fault_list& faults, std::string_view file, std::string_view text);

}  // namespace weir::doc
