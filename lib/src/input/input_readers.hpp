/// Which variables receive the text of a script's here-strings and here-documents: `read n <<< {}`,
/// `mapfile lines <<E`, `while read n; do ...; done <<E`.
///
/// Any command inside a compound command may read its redirected input, so all of the script's
/// readers are assumed to do so. Pipes and files are ignored: SECURITY.md lists what is not guarded
/// against.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

struct command_word;

class input_readers {
 public:
  /// Stands for all readers of the script.
  static constexpr std::size_t every = std::numeric_limits<std::size_t>::max();

  /// A simple command, or the end of a compound one: `done`.
  /// \returns the number of the reader of its input; nullopt if it has no known one.
  std::optional<std::size_t> add(std::span<const command_word> command);

  /// A placeholder in the input of that reader.
  void add_input(std::size_t reader, std::size_t part) { inputs_.emplace_back(reader, part); }

  /// The placeholders that end up in a variable for which `is_meant` holds.
  std::vector<std::size_t> parts_read_into(
      const std::function<bool(std::string_view)>& is_meant) const;

 private:
  std::vector<std::set<std::string, std::less<>>> variables_;  ///< of each reader
  std::vector<std::pair<std::size_t, std::size_t>> inputs_;    ///< reader, part
};

}  // namespace weir
