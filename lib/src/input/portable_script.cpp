#include "input/portable_script.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "input/shell_dialect.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// Builtins, reserved words and usual aliases of ksh and zsh, sorted.
constexpr std::array<std::string_view, 45> foreign_words{
    "-",      "autoload",   "bye",      "compound",  "disable",  "emulate",    "end",
    "enum",   "float",      "foreach",  "functions", "getln",    "hist",       "integer",
    "limit",  "log",        "nameref",  "nocorrect", "noglob",   "print",      "pushln",
    "r",      "redirect",   "rehash",   "repeat",    "sched",    "setopt",     "stop",
    "ttyctl", "unfunction", "unhash",   "unlimit",   "unsetopt", "vared",      "whence",
    "where",  "which",      "zcompile", "zle",       "zmodload", "zparseopts", "zprof",
    "zpty",   "zstyle",     "ztcp"};

bool runs_alike(std::string_view command) {
  constexpr std::array<std::string_view, 4> alike{":", "echo", "false", "true"};
  if (std::find(alike.begin(), alike.end(), command) != alike.end()) return true;
  return !is_shells_own(command) && command.find('=') == std::string_view::npos &&
         !std::binary_search(foreign_words.begin(), foreign_words.end(), command);
}

/// One pass over the text, until something is doubtful.
class portable_reader {
 public:
  explicit portable_reader(std::string_view text) : text_(text) {}

  bool read() {
    while (at_ < text_.size())
      if (!step()) return false;
    return end_word() && !awaits_target_ && !command_.empty();
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  bool step() {
    const char c = peek();
    if (c == '\'') return quotes({});
    if (c == '"') return quotes("$`\\!");
    if (c == '<' || c == '>') return redirection();
    if (c == '|' || c == '&' || c == ';') return end_word() && separator(c);
    if (is_blank(c)) return ++at_, end_word();
    if (!is_plain_byte(c) && (c != '=' || !in_word_)) return false;
    put(c);
    ++at_;
    return true;
  }

  void put(char c) {
    word_ += c;
    in_word_ = true;
  }

  /// \param doubtful bytes that are special within the quotes.
  bool quotes(std::string_view doubtful) {
    const char quote = text_[at_++];
    in_word_ = quoted_ = true;
    for (; peek() != quote; ++at_) {
      if (at_ == text_.size() || doubtful.find(peek()) != std::string_view::npos) return false;
      put(peek());
    }
    ++at_;
    return true;
  }

  bool end_word() {
    if (!std::exchange(in_word_, false)) return true;
    const std::string word = std::exchange(word_, {});
    quoted_ = false;
    if (std::exchange(awaits_target_, false)) return true;
    if (command_.empty()) {
      command_ = word;
      return !word.empty() && runs_alike(word);
    }
    return command_ != "echo" || (!word.starts_with('-') && word.find('\\') == std::string::npos);
  }

  /// zsh sends output to both a file and a pipe; other shells send it to the file alone.
  bool separator(char c) {
    const bool twice = peek(1) == c;
    if (command_.empty() || awaits_target_ || (c == '&' && !twice) || (c == ';' && twice))
      return false;
    at_ += twice ? 2 : 1;
    const bool piped = c == '|' && !twice;
    if (piped && redirected_.find('1') != std::string::npos) return false;
    redirected_ = piped ? "0" : "";
    command_.clear();
    return true;
  }

  bool redirection() {
    const char direction = peek();
    std::string descriptor(1, direction == '<' ? '0' : '1');
    if (in_word_ && !quoted_ && word_.size() == 1 && word_[0] >= '0' && word_[0] <= '9') {
      descriptor = std::exchange(word_, {});
      in_word_ = false;
    }
    if (!end_word() || awaits_target_) return false;
    if (redirected_.find(descriptor) != std::string::npos) return false;
    redirected_ += descriptor;
    ++at_;
    if (direction == '>' && peek() == '>') ++at_;
    if (peek() == '&') ++at_;
    awaits_target_ = true;
    return peek() != '<' && peek() != '>' && peek() != '|' && peek() != '&';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string word_;
  bool in_word_ = false;
  bool quoted_ = false;
  bool awaits_target_ = false;  ///< the next word is the target of a redirection
  std::string command_;         ///< its first word
  std::string redirected_;      ///< digits: descriptors taken by a redirection or a pipe
};

}  // namespace

bool is_portable_script(std::string_view text) {
  return portable_reader(text).read();
}

bool text_repeats(const job_spec& job) {
  if (job.text.empty() || job.argv.size() < 3 || job.argv.at(1) != "-c") return false;
  const auto dialect = dialect_of(job.argv.at(0));
  const bool is_sh = dialect == shell_dialect::sh || dialect == shell_dialect::posix;
  return is_sh && is_portable_script(job.text);
}

}  // namespace weir
