#include "report/log_guard.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "text/ci_command.hpp"

namespace weir {

namespace {

constexpr std::size_t longest_word = 40;
constexpr std::string_view mask = "add-mask";

enum class kind { text, undecided, command, annotation };

bool is_annotation(std::string_view word) {
  constexpr std::array<std::string_view, 4> harmless{"error", "warning", "notice", "debug"};
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::ranges::any_of(
      harmless, [&](std::string_view each) { return std::ranges::equal(word, each, same); });
}

std::string_view word_at(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_command_letter);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

/// What comes after the two characters that begin a command.
struct beginning {
  kind what = kind::text;
  std::string_view word;
};

/// \param text begins with the first colon in a line.
beginning colons_at(std::string_view text) {
  if (text.size() < 2) return {kind::undecided, {}};
  if (text[1] != ':') return {};
  const std::string_view word = word_at(text.substr(2));
  const std::string_view rest = text.substr(2 + word.size());
  if (word.size() > longest_word || (!rest.empty() && rest[0] != ' ' && rest[0] != ':')) return {};
  if (rest.empty() || rest == ":") return {kind::undecided, {}};
  if (word.empty() || (rest[0] == ':' && rest[1] != ':')) return {};
  return {is_annotation(word) ? kind::annotation : kind::command, word};
}

/// \param text begins with a hash.
kind hashes_at(std::string_view text) {
  if (text.size() < 2) return kind::undecided;
  if (text[1] != '#') return kind::text;
  const std::string_view word = word_at(text.substr(2));
  if (word.size() > longest_word) return kind::text;
  if (2 + word.size() == text.size()) return kind::undecided;
  return text[2 + word.size()] == '[' ? kind::command : kind::text;
}

/// Processes text step by step, and holds what cannot be understood until more arrives.
class stepwise_guard : public log_guard {
 public:
  void pass(std::span<const char> bytes, std::string& into) override {
    std::string joined;
    std::string_view text(bytes.data(), bytes.size());
    if (!held_.empty()) text = joined = std::exchange(held_, {}).append(text);
    while (!text.empty()) {
      const std::size_t taken = step(text, into);
      if (taken == 0) {
        held_ = text;
        return;
      }
      text.remove_prefix(taken);
    }
  }

  void end(std::string& into) override { into += std::exchange(held_, {}); }

 private:
  /// \param text not empty. \returns the number of bytes processed; 0: more are needed.
  virtual std::size_t step(std::string_view text, std::string& into) = 0;

  std::string held_;
};

class github final : public stepwise_guard {
  std::size_t step(std::string_view text, std::string& into) override {
    if (hidden_) return skip_value(text, into);
    if (at_front_ && text.front() == ':') return colons(text, into);
    if (text.front() == '#') return hashes(text, into);
    return plain(text, into);
  }

  std::size_t skip_value(std::string_view text, std::string& into) {
    const std::size_t end = text.find_first_of("\r\n");
    hidden_ = end == std::string_view::npos;
    if (hidden_) return text.size();
    return end > 0 ? end : plain(text, into);
  }

  std::size_t colons(std::string_view text, std::string& into) {
    const beginning found = colons_at(text);
    if (found.what == kind::undecided) return 0;
    at_front_ = false;
    if (found.what != kind::command) {
      into += ':';
      return 1;
    }
    into += broken_colon;
    if (found.word != mask) return 1;
    (into += text.substr(1, mask.size() + 3)) += "***";
    hidden_ = true;
    return mask.size() + 4;
  }

  std::size_t hashes(std::string_view text, std::string& into) {
    const kind found = hashes_at(text);
    if (found == kind::undecided) return 0;
    at_front_ = false;
    into += '#';
    if (found == kind::text) return 1;
    into += broken_hash;
    return 2;
  }

  std::size_t plain(std::string_view text, std::string& into) {
    std::size_t length = 1;
    if (!at_front_) length = std::min(text.find_first_of("#\r\n"), text.size());
    length = std::max<std::size_t>(length, 1);
    into += text.substr(0, length);
    const char last = text[length - 1];
    at_front_ = last == '\n' || last == '\r' || (at_front_ && may_lead_to_command(last));
    return length;
  }

  bool at_front_ = true;  ///< nothing visible precedes it in the line
  bool hidden_ = false;   ///< the rest of the line is a secret
};

class gitlab final : public stepwise_guard {
  std::size_t step(std::string_view text, std::string& into) override {
    const std::size_t plain = std::min(text.find('s'), text.size());
    into += text.substr(0, plain);
    if (plain > 0) return plain;
    return is_undecided(text) ? 0 : take_mark(text, into);
  }

  static constexpr std::array<std::string_view, 2> marks{"section_start:", "section_end:"};

  static bool is_undecided(std::string_view text) {
    return std::ranges::any_of(marks, [&](std::string_view mark) {
      return text.size() < mark.size() && mark.starts_with(text);
    });
  }

  static std::size_t take_mark(std::string_view text, std::string& into) {
    for (const std::string_view mark : marks) {
      if (!text.starts_with(mark)) continue;
      (into += mark.substr(0, mark.size() - 1)) += broken_colon;
      return mark.size();
    }
    into += text.front();
    return 1;
  }
};

}  // namespace

std::unique_ptr<log_guard> github_guard() {
  return std::make_unique<github>();
}

std::unique_ptr<log_guard> gitlab_guard() {
  return std::make_unique<gitlab>();
}

}  // namespace weir
