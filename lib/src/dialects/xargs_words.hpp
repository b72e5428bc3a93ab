/// xargs' input, taken apart: words with quotes and backslashes, whole lines, or records that end
/// with a given byte.
///
/// POSIX, xargs, INPUT FILES; what that leaves open is as in findutils. Blanks (space and tab)
/// and newlines part words; in quotes or behind a backslash they are like others, but no newline
/// may stand in quotes. A line that ends with a blank goes on in the next one.
///
/// It takes bytes as they come and keeps no more than the word at hand. What a command line is made
/// of words is xargs_jobs' business.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

class xargs_words {
 public:
  struct settings {
    std::optional<char> delimiter;  ///< -0, -d: nothing else is special
    std::string end_word;           ///< -E: the input ends before it; empty: none does that
    bool whole_lines = false;       ///< -I: blanks part no words, but those in front are left out
    std::size_t longest = 0;        ///< bytes of a word
  };

  explicit xargs_words(settings s);

  /// Takes bytes off the front until a word is whole. \returns whether it is: word() then has it.
  bool take(std::string_view& bytes);
  /// At the end of the input, once: whether a last word is there.
  bool take_last();

  /// Valid until the next call of take.
  const std::string& word() const noexcept { return word_; }
  /// Lines that have ended, with words in them; counted for -L.
  std::size_t lines() const noexcept { return lines_; }
  void forget_lines() noexcept { lines_ = 0; }
  /// The input has ended by -E, whatever follows.
  bool is_over() const noexcept { return over_; }
  /// Why nothing more can be taken, in words for people; empty: nothing is wrong.
  const std::string& fault() const noexcept { return fault_; }
  /// A NUL was in some word, which ends there.
  bool saw_nul() const noexcept { return saw_nul_; }

 private:
  enum class state { between, plain, quoted, escaped };

  bool take_record(std::string_view& bytes);
  bool take_byte(char byte);
  bool end_of_line();
  bool end_word();
  void put(std::string_view bytes);
  void fail_in_quotes();

  settings settings_;
  state state_ = state::between;
  char quote_ = 0;
  char before_ = 0;  ///< the byte before this one
  bool whole_ = false;
  bool nul_ = false;  ///< in this word: the rest of it is dropped
  bool saw_nul_ = false;
  bool over_ = false;
  std::size_t lines_ = 0;
  std::string word_;
  std::string fault_;
};

}  // namespace weir
