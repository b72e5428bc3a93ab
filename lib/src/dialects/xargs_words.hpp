/// Splits xargs' input: words with quotes and backslashes, whole lines, or records that end with a
/// given byte.
///
/// POSIX, xargs, INPUT FILES; what that leaves open is as in findutils. Blanks (space and tab) and
/// newlines separate words; in quotes or after a backslash they are ordinary, but quotes must not
/// contain a newline. A line that ends with a blank continues on the next one.
///
/// It takes bytes as they come and keeps only the current word. Making command lines of words is up
/// to xargs_jobs.
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
    std::string end_word;           ///< -E: the input ends before this word; empty: none
    bool whole_lines = false;       ///< -I: blanks do not separate; leading ones are dropped
    std::size_t longest = 0;        ///< the most bytes in a word
  };

  explicit xargs_words(settings s);

  /// Takes bytes from the front until a word is complete.
  /// \returns whether it is: word() then returns it.
  bool take(std::string_view& bytes);
  /// Call once at the end of the input: whether there is a last word.
  bool take_last();

  /// From now on, a word has this many bytes at most.
  void limit(std::size_t longest) noexcept { settings_.longest = longest; }

  /// Valid until the next call of take.
  const std::string& word() const noexcept { return word_; }
  /// Lines with words in them that have ended; counted for -L.
  std::size_t lines() const noexcept { return lines_; }
  void forget_lines() noexcept { lines_ = 0; }
  /// The input has ended by -E, whatever comes after it.
  bool is_over() const noexcept { return over_; }
  /// Why nothing more can be taken, in words for people; empty: no fault.
  const std::string& fault() const noexcept { return fault_; }
  /// A word contained a NUL, and was cut there.
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
  bool nul_ = false;         ///< in this word: the rest of it is dropped
  std::size_t dropped_ = 0;  ///< bytes of it, which count in its length
  bool saw_nul_ = false;
  bool over_ = false;
  std::size_t lines_ = 0;
  std::string word_;
  std::string fault_;
};

}  // namespace weir
