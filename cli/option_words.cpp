#include "option_words.hpp"

#include <utility>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir::cli {

namespace {

class word_reader {
 public:
  word_reader(std::span<const std::string> words, const value_name& value_of,
              const std::function<void(std::string_view)>& refuse_unknown)
      : words_(words), value_of_(value_of), refuse_unknown_(refuse_unknown) {}

  option_words read() {
    while (at_ < words_.size() && is_option(words_[at_])) {
      const std::string_view word = words_[at_++];
      taken_.dashes = word == "--";
      if (taken_.dashes) break;
      if (word.starts_with("--"))
        take_long(word);
      else
        take_short(word);
    }
    taken_.rest = at_;
    return std::move(taken_);
  }

 private:
  static bool is_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

  void take_long(std::string_view word) {
    const auto equals = word.find('=');
    const std::string name(word.substr(0, equals));
    const std::string kind = kind_of(name);
    if (equals == std::string_view::npos)
      return kind.empty() || is_optional(kind) ? add(name) : take_next(name, kind);
    const std::string_view value = word.substr(equals + 1);
    if (kind.empty()) refuse_value(name, value);
    add(name, kind, value, false);
  }

  /// Several options in one word, the last of which may be followed by its value.
  void take_short(std::string_view word) {
    // -tag would be -t -a g, and -raw read the items of a file w.
    if (word.size() > 2 && value_of_('-' + std::string(word.substr(0, word.find('=')))))
      refuse_unknown_(word);
    for (std::size_t i = 1; i < word.size(); ++i) {
      const std::string name{'-', word[i]};
      if (!value_of_(name)) refuse_unknown_(i == 1 ? word : std::string_view(name));
      const std::string kind = kind_of(name);
      const std::string_view behind = word.substr(i + 1);
      if (kind.empty()) {
        add(name);
        if (behind.starts_with('=')) refuse_value(name, behind.substr(1));
        continue;
      }
      if (behind.empty()) return is_optional(kind) ? add(name) : take_next(name, kind);
      if (kind == "N" && behind.starts_with('='))
        throw usage_error(name + ": expected N, found " + escape(behind) + "; write " + name +
                          escape(behind.substr(1)));
      return add(name, kind, behind, false);
    }
  }

  /// The value may be left out: if given, it is in the same word.
  static bool is_optional(const std::string& kind) { return kind.starts_with('['); }

  [[noreturn]] static void refuse_value(const std::string& name, std::string_view value) {
    throw usage_error(name + ": takes no value, found \"" + escape(value) + "\"");
  }

  std::string kind_of(const std::string& name) {
    auto kind = value_of_(name);
    if (!kind) refuse_unknown_(name);
    return kind.value_or("");
  }

  /// How a sentence refers to the value.
  static std::string named(const std::string& kind) {
    if (kind == ":") return "the value \":\"";
    return (kind == "N" ? "a number " : "a ") + kind;
  }

  void take_next(const std::string& name, const std::string& kind) {
    if (at_ == words_.size()) throw usage_error(name + ": needs " + named(kind));
    const std::string& value = words_[at_++];
    refuse_option(name, kind, value);
    refuse_separator(name, kind, value);
    add(name, kind, value, true);
  }

  /// The value was forgotten, and the option after it stands in its place.
  void refuse_option(const std::string& name, const std::string& kind, const std::string& value) {
    const bool file = kind.find("FILE") != std::string::npos;
    const bool taken = value.size() > 1 && value.front() == '-' &&
                       (file || (value.starts_with("--") &&
                                 value_of_(value.substr(0, value.find('='))).has_value()));
    if (!taken) return;
    const std::string meant = file ? "./" + value : name + (name[1] == '-' ? "=" : "") + value;
    throw usage_error(
        name + ": expected " + kind + ", found the option " + escape(value) +
        (file ? "; for a file of that name, write " : "; to use it as the value, write ") +
        escape(meant));
  }

  /// The value was forgotten, and the first item would be taken for the command.
  static void refuse_separator(const std::string& name, const std::string& kind,
                               const std::string& value) {
    for (const std::string_view separator : {":::", ":::+", "::::", "::::+"})
      if (value == separator) throw usage_error(name + ": expected " + kind + ", found " + value);
  }

  void add(const std::string& name) { taken_.given.push_back({name, {}, false}); }

  void add(const std::string& name, const std::string& kind, std::string_view value, bool apart) {
    // A TEXT may be empty.
    if (value.empty() && kind != "TEXT")
      throw usage_error(name + ": " + (kind == ":" ? "the value" : kind) + " must not be empty");
    taken_.given.push_back({name, std::string(value), apart});
  }

  std::span<const std::string> words_;
  const value_name& value_of_;
  const std::function<void(std::string_view)>& refuse_unknown_;
  std::size_t at_ = 0;
  option_words taken_;
};

}  // namespace

option_words take_apart(std::span<const std::string> words, const value_name& value_of,
                        const std::function<void(std::string_view)>& refuse_unknown) {
  return word_reader(words, value_of, refuse_unknown).read();
}

}  // namespace weir::cli
