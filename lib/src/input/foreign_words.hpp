/// Which placeholders of a script for fish or csh stand where that shell, or one that it runs,
/// parses data once more: the arguments of eval, alias, trap, bind and others.
///
/// The script's scanner reports words and the ends of commands; this knows the names of commands,
/// and nothing about quotes. It does not follow values through files, functions and `read`:
/// SECURITY.md lists what is not guarded against.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "input/evaluated_words.hpp"
#include "input/script.hpp"
#include "input/shell_dialect.hpp"

namespace weir {

class foreign_words {
 public:
  /// \param script must outlive this.
  foreign_words(std::string_view script, shell_dialect dialect)
      : script_(script), dialect_(dialect) {}

  /// A byte of a word at `at`, whatever quotes it is in.
  void go_on(std::size_t at) { now_.go_on(at); }

  /// A placeholder of `length` bytes at `at`, which became part number `part` of the script.
  void add_placeholder(std::size_t part, std::size_t at, std::size_t length);

  void end_word(std::size_t at);
  void end_command(std::size_t at, bool piped = false);

  /// A substitution, and thus a command, begins within a word.
  void open() { outer_.push_back(std::exchange(now_, {})); }

  /// \pre open() was called as often.
  void close(std::size_t at);

  /// \pre the whole script has been read.
  void mark(std::vector<script_part>& parts) const { evaluated_.mark(parts, false); }

  /// Whether a further word at `at` would be the name of a command.
  bool awaits_command(std::size_t at);
  /// The word that ends a compound command there, so that no word may follow; else empty.
  std::string_view closing_word() const;

  /// The name of the command being read; empty if it has none yet.
  std::string_view name() const {
    return now_.words.empty() ? std::string_view() : now_.words.front().text;
  }

 private:
  using words = std::span<const command_word>;

  /// A simple command that is being read.
  struct command {
    std::vector<command_word> words{};
    std::size_t begin = std::string_view::npos;  ///< of the word that is being read
    std::vector<command_word::place> placeholders{};
    bool piped = false;  ///< reads the output of the command before it

    void go_on(std::size_t at) {
      if (begin == std::string_view::npos) begin = at;
    }
  };

  bool is_fish() const { return dialect_ == shell_dialect::fish; }
  words without_prefixes(words all) const;
  void add(words all, bool piped);
  void add_as_script(const command_word& word);
  void add_sourced(words command, bool piped);
  void add_assignment(words command);

  std::string_view script_;
  shell_dialect dialect_;
  command now_;
  std::vector<command> outer_;
  std::size_t parts_ = 0;
  evaluated_words evaluated_;
};

}  // namespace weir
