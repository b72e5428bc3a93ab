#include "dialects/option_table.hpp"

#include <algorithm>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

/// Where descriptions begin; longer options break the line before it.
constexpr std::size_t description_column = 32;

/// Calls `each` with every name, until one call returns true.
/// \returns whether one did.
template <typename Each>
bool any_name(std::string_view names, Each each) {
  while (!names.empty()) {
    const auto end = std::min(names.find(' '), names.size());
    if (each(names.substr(0, end))) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

std::string joined(std::string_view name) {
  std::string letters(name);
  std::erase(letters, '-');
  return letters;
}

class reader {
 public:
  reader(std::span<const foreign_option> table, std::span<const std::string> words)
      : table_(table), words_(words) {}

  foreign_command_line read() {
    while (at_ < words_.size() && words_[at_].size() > 1 && words_[at_].front() == '-') {
      const std::string_view word = words_[at_++];
      if (word == "--") break;
      if (word.starts_with("--"))
        take_long(word);
      else
        take_short(word.substr(1));
    }
    taken_.rest = at_;
    return std::move(taken_);
  }

 private:
  void take_long(std::string_view word) {
    const auto equals = word.find('=');
    const auto [option, name] = find_long(word.substr(0, equals));
    if (equals == std::string_view::npos) return take(*option, name, std::nullopt);
    if (!option->takes_value()) throw usage_error(name + ": takes no value");
    take(*option, name, word.substr(equals + 1));
  }

  /// Takes several letters in one word; the value of the last may follow in the same word.
  void take_short(std::string_view letters) {
    while (!letters.empty()) {
      const std::string name{'-', letters.front()};
      const foreign_option& option = find_short(name);
      letters.remove_prefix(1);
      if (!option.takes_value()) {
        take(option, name, std::nullopt);
        continue;
      }
      return take(option, name, letters.empty() ? std::nullopt : std::optional(letters));
    }
  }

  void take(const foreign_option& option, const std::string& name,
            std::optional<std::string_view> value) {
    if (option.how == standing::refused) throw usage_error(name + ": " + std::string(option.word));
    given_foreign_option given{&option, name, std::nullopt};
    if (value) {
      given.value = std::string(*value);
    } else if (option.takes_value() && !option.value_is_optional()) {
      if (at_ == words_.size()) throw usage_error(name + ": needs " + std::string(option.value));
      given.value = words_[at_++];
    } else if (at_ < words_.size() && option.takes(words_[at_])) {
      given.value = words_[at_++];
    }
    taken_.given.push_back(std::move(given));
  }

  const foreign_option& find_short(const std::string& name) const {
    const auto found =
        std::ranges::find_if(table_, [&](const foreign_option& o) { return o.is_called(name); });
    if (found == table_.end()) throw usage_error(escape(name) + ": unknown option");
    return *found;
  }

  struct found_long {
    const foreign_option* option;
    std::string name;
  };

  /// By its full name, or by an abbreviation that fits only one option.
  found_long find_long(std::string_view typed) const {
    std::vector<found_long> near;
    for (const foreign_option& option : table_) {
      if (option.is_called(typed)) return {&option, std::string(typed)};
      any_name(option.names, [&](std::string_view name) {
        if (!name.starts_with(typed)) return false;
        near.push_back({&option, std::string(name)});
        return true;
      });
    }
    if (near.empty()) return find_joined(typed);
    if (near.size() == 1) return near.front();
    std::string names;
    for (const found_long& each : near) names += (names.empty() ? "" : ", ") + each.name;
    throw usage_error(escape(typed) + ": ambiguous, may be " + names);
  }

  /// GNU parallel also accepts names without their inner dashes, such as --blocksize.
  found_long find_joined(std::string_view typed) const {
    for (const foreign_option& option : table_)
      if (any_name(option.names, [&](std::string_view name) {
            return name.starts_with("--") && joined(name) == joined(typed);
          }))
        return {&option, std::string(typed)};
    throw usage_error(escape(typed) + ": unknown option");
  }

  std::span<const foreign_option> table_;
  std::span<const std::string> words_;
  std::size_t at_ = 0;
  foreign_command_line taken_;
};

std::string names_and_value(const foreign_option& option) {
  std::string text;
  any_name(option.names, [&](std::string_view name) {
    text.append(text.empty() ? "" : ", ").append(name);
    return false;
  });
  if (option.value.empty()) return text;
  if (!option.value_is_optional()) return text.append(" ").append(option.value);
  const auto outer = option.value.rfind('[');
  return text.append(option.value.substr(outer, option.value.size() - 2 * outer));
}

}  // namespace

bool foreign_option::is_called(std::string_view name) const noexcept {
  return any_name(names, [&](std::string_view each) { return each == name; });
}

bool foreign_option::takes(std::string_view next) const noexcept {
  if (!value.starts_with("[[") || next.empty()) return false;
  if (value == "[[N]]") return next.find_first_not_of("0123456789") == std::string_view::npos;
  return next.front() != '-';
}

bool foreign_command_line::has(std::string_view option) const noexcept {
  return std::ranges::any_of(given,
                             [&](const auto& each) { return each.option->first_name() == option; });
}

foreign_command_line take_apart(std::span<const foreign_option> table,
                                std::span<const std::string> words) {
  return reader(table, words).read();
}

std::string describe(std::span<const foreign_option> table) {
  std::string text;
  for (const foreign_option& option : table) {
    std::string line = "  " + names_and_value(option);
    if (line.size() + 2 > description_column) line += '\n' + std::string(description_column, ' ');
    const auto start = line.rfind('\n') + 1;
    line.resize(std::max(line.size(), start + description_column), ' ');
    text += line;
    text += option.how == standing::refused ? "not here: " : "";
    text.append(option.word) += '\n';
  }
  return text;
}

}  // namespace weir
