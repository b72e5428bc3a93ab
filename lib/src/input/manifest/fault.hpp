/// What is wrong with a document: collected while reading, so that up to 20 are reported at once.
///
/// It knows the text only to show the faulty line; it prints nothing itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "input/manifest/node.hpp"

namespace weir::doc {

/// One thing wrong, at one place. `message` says what was found, what was expected, and a similar
/// name.
struct fault {
  position at;
  std::string message;
};

class fault_list {
 public:
  static constexpr std::size_t most = 20;

  /// Keeps the fault, or only counts it if `most` are kept. `message` must be printable.
  void add(position at, std::string message);

  /// Whether a fault at this place is reported already: each combination of a matrix would repeat
  /// it.
  bool is_told(position at) const noexcept;

  bool empty() const noexcept { return faults_.empty(); }
  /// Further reading would find nothing that is reported.
  bool full() const noexcept { return faults_.size() == most; }
  std::size_t size() const noexcept { return faults_.size() + uncounted_; }
  const std::vector<fault>& kept() const noexcept { return faults_; }

 private:
  std::vector<fault> faults_;
  std::size_t uncounted_ = 0;
};

/// The faults in document order, ready to print, without a final newline:
///
///     jobs.toml:12:11: timeout: found the integer -3, expected a duration such as "10s"
///       12 | timeout = -3
///          |           ^
///
/// \param line_of returns a line by its number, from 1; if empty, the line is not shown.
std::string render(const fault_list& faults, std::string_view file,
                   const std::function<std::string_view(std::uint32_t)>& line_of);

/// \throws usage_error with render()'s text if there is a fault.
/// \param text the document.
void throw_if_any(const fault_list& faults, std::string_view file, std::string_view text);

}  // namespace weir::doc
