/// Which words of simple commands a shell evaluates: as a number, as the name of a variable, or as
/// a script.
///
/// It knows the builtins of bash, ksh and zsh that do so, and which variables are used in
/// arithmetic expressions, so that values assigned to those count as numbers, too. It does not know
/// quoting (script_scanner has dealt with that), nor what a value becomes on its way through
/// several variables, `set --`, `read` and `eval`: SECURITY.md lists what is not guarded against.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input/input_readers.hpp"
#include "input/script.hpp"

namespace weir {

struct command_word {
  struct place {
    std::size_t part;         ///< index into the script's parts
    std::string_view before;  ///< the part of the word before it
    std::size_t length = 0;   ///< as written
  };
  std::string text;  ///< without quotes; placeholders as written
  std::vector<place> placeholders{};
  std::string_view raw{};  ///< with quotes
};

class evaluated_words {
 public:
  /// Adds a simple command.
  /// \param in_test whether its words are those between [[ and ]].
  void add(std::span<const command_word> words, bool in_test);

  /// The reader of that command's input, for add_input(); nullopt if no known one reads it.
  std::optional<std::size_t> add_reader(std::span<const command_word> words);

  /// A placeholder in a here-string or a here-document.
  void add_input(std::size_t reader, std::size_t part) { readers_.add_input(reader, part); }

  /// Each of these variables may get any of these placeholders.
  /// \param whole whether the placeholder is the entire value.
  void add_shared(std::vector<std::string> names, std::vector<std::size_t> parts, bool whole) {
    shared_.push_back({std::move(names), std::move(parts), whole});
  }

  /// The words of NAME=(...).
  void add_elements(std::string_view array, std::span<const command_word> words) {
    add_values(std::string(array), words);
  }

  /// Whether a shell among the words reads its script from the standard input.
  static bool is_fed_to_shell(std::span<const command_word> words);

  /// Whether a further word would be the name of a command: after nothing, X=1, or exec.
  static bool awaits_command(std::span<const command_word> words);
  /// The last word, if it ends a compound command, so that no word may follow; else empty.
  static std::string_view closing_word(std::span<const command_word> words);

  /// A placeholder in a script for another shell.
  void add_in_script(std::size_t part) { in_scripts_.push_back(part); }

  /// Variables that are expanded in such a script.
  /// \param quoted whether single quotes do not quote there.
  void add_pasted(std::string_view text, bool quoted);

  /// A variable that is an array.
  void add_array(std::string_view name) { arrays_.emplace(name); }

  /// Text that a shell evaluates as a number.
  void add_expression(std::string_view text);

  /// Marks the parts, once the whole script has been read.
  /// \param numbers whether the shell evaluates numbers and names; scripts for a shell are always
  /// marked.
  void mark(std::vector<script_part>& parts, bool numbers) const;

 private:
  struct found {
    std::size_t part;
    evaluation as;
  };
  struct assigned {
    std::string name;
    std::size_t part;
    bool whole;  ///< the value is the item and nothing else
  };

  struct shared {
    std::vector<std::string> names;
    std::vector<std::size_t> parts;
    bool whole;
  };

  void mark_numbers(std::vector<script_part>& parts) const;
  void mark_arrays(std::vector<script_part>& parts) const;
  void add_scripts(std::span<const command_word> command);
  void add_all(std::span<const command_word> words, evaluation as);
  void add_word(const command_word& word, evaluation as);
  void add_naming(const command_word& word);
  void add_assignments(std::span<const command_word> words);
  void add_assignment(const command_word& word, bool integer);
  void add_declaration(std::span<const command_word> words);
  void add_declared_value(const command_word& word);
  void add_after(std::span<const command_word> words, std::string_view option, evaluation as);
  void add_arrays(std::span<const command_word> command);
  void add_test(std::span<const command_word> words);
  void add_printf(std::span<const command_word> words);
  void add_loop(std::span<const command_word> words);
  void add_values(const std::string& name, std::span<const command_word> values);

  std::vector<found> found_;
  std::vector<std::size_t> in_scripts_;  ///< parts
  std::vector<assigned> assigned_;
  std::vector<shared> shared_;
  input_readers readers_;
  std::vector<assigned> declared_;  ///< by declare and the like
  std::vector<std::pair<std::string, std::string>>
      declared_from_;  ///< and variables expanded in it
  std::set<std::string, std::less<>> arrays_;
  std::set<std::string, std::less<>> numbers_;  ///< variables that are evaluated somewhere
  std::set<std::string, std::less<>> pasted_;   ///< variables that become part of a script
  std::set<std::string, std::less<>> run_;      ///< variables that are a whole script
  std::map<std::string, evaluation, std::less<>> naming_;  ///< those that name other variables
};

/// Whether the value may stand where it is evaluated in that way; see harmless_value.cpp.
bool is_harmless(std::string_view value, evaluation as);

}  // namespace weir
