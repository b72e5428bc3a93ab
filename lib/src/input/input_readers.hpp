/// Which variables get what stands in a script's here-strings and here-documents: `read n <<< {}`,
/// `mapfile lines <<E`, `while read n; do ...; done <<E`.
///
/// A redirection of a compound command is read by whatever reads in it: all of the script's readers
/// are taken for that. Pipes and files are not looked at: SECURITY.md lists what is not guarded.
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
  /// Stands for all of the script.
  static constexpr std::size_t every = std::numeric_limits<std::size_t>::max();

  /// A simple command, or the end of a compound one: `done`.
  /// \returns the number of what reads its input; none if nothing that is known here does.
  std::optional<std::size_t> add(std::span<const command_word> command);

  /// A placeholder in the input of that reader.
  void add_input(std::size_t reader, std::size_t part) { inputs_.emplace_back(reader, part); }

  /// The placeholders that get into a variable of which `is_meant` holds.
  std::vector<std::size_t> parts_read_into(
      const std::function<bool(std::string_view)>& is_meant) const;

 private:
  std::vector<std::set<std::string, std::less<>>> variables_;  ///< of each reader
  std::vector<std::pair<std::size_t, std::size_t>> inputs_;    ///< reader, part
};

}  // namespace weir
