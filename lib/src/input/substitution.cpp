#include "input/substitution.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <re2/re2.h>

#include "input/shell_syntax.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using statement = item_expression::statement;

struct substitution_flags {
  bool global = false, ignores_case = false, evaluates = false;
};

substitution_flags read_flags(expression_reader& from) {
  substitution_flags flags;
  for (; is_name_byte(from.next()); from.take()) {
    switch (from.next()) {
      case 'g':
        flags.global = true;
        break;
      case 'i':
        flags.ignores_case = true;
        break;
      case 'e':
        flags.evaluates = true;
        break;
      default:
        from.refuse();
    }
  }
  return flags;
}

/// Items are bytes.
std::shared_ptr<const RE2> compiled(const std::string& pattern, bool ignores_case) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_case_sensitive(!ignores_case);
  auto expression = std::make_shared<const RE2>(pattern, options);
  if (!expression->ok())
    expression_reader::refuse(
        "the pattern \"" + escape_and_clip(pattern, 60) +
        "\" is not a regular expression of RE2: " + escape(expression->error()));
  return expression;
}

/// Replaces one match after the other like Perl: after an empty one it moves on by a character.
class substitution {
 public:
  substitution(std::shared_ptr<const RE2> pattern, expression_value with, bool global,
               std::shared_ptr<last_match> match)
      : pattern_(std::move(pattern)),
        with_(std::move(with)),
        global_(global),
        match_(std::move(match)),
        groups_(1 + pattern_->NumberOfCapturingGroups()) {}

  bool operator()(perl_value& value, std::uint64_t seq) const {
    const std::string& text = value.text();
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups_));
    std::vector<std::string_view> groups(found.size());
    std::string changed;
    std::size_t copied = 0;
    bool any = false;
    for (std::size_t at = 0; at <= text.size();) {
      if (!pattern_->Match(text, at, text.size(), RE2::UNANCHORED, found.data(), groups_)) break;
      any = true;
      for (std::size_t i = 0; i < found.size(); ++i) groups[i] = {found[i].data(), found[i].size()};
      const auto begin = static_cast<std::size_t>(found[0].data() - text.data());
      changed.append(text, copied, begin - copied);
      changed += with_({text, seq, groups, &value}).text();
      match_->set(groups);
      copied = begin + found[0].size();
      at = found[0].empty() ? begin + 1 : copied;
      if (!global_) break;
    }
    if (any) value = changed.append(text, std::min(copied, text.size()));
    return any;
  }

 private:
  std::shared_ptr<const RE2> pattern_;
  expression_value with_;
  bool global_;
  std::shared_ptr<last_match> match_;
  int groups_;
};

expression_value evaluated(std::string_view text, const std::shared_ptr<job_facts>& facts) {
  expression_reader from(text, {}, facts);
  expression_value value = read_value(from);
  if (!from.at_end()) from.refuse();
  return value;
}

/// If the first part was in brackets, the second has brackets of its own.
std::string second_part(expression_reader& from, char open) {
  const bool brackets = std::string_view("({[<").find(open) != std::string_view::npos;
  if (!brackets) return from.delimited(open);
  from.skip_blanks();
  return from.delimited(from.take());
}

statement read_s(expression_reader& from) {
  const char open = from.take();
  const std::string pattern = from.delimited(open);
  const std::string with = second_part(from, open);
  const substitution_flags flags = read_flags(from);
  return substitution(compiled(pattern, flags.ignores_case),
                      flags.evaluates ? evaluated(with, from.facts()) : interpolated(with),
                      flags.global, from.match());
}

/// Spells out a-z and \n of tr.
std::string characters_of(std::string_view list) {
  std::string all;
  for (std::size_t i = 0; i < list.size(); ++i) {
    char c = list[i];
    if (c == '\\' && i + 1 < list.size()) {
      c = list[++i];
      c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
      if (is_name_byte(c))
        expression_reader::refuse(std::string("\"\\") + c + "\": an escape that is not known here");
    } else if (c == '-' && !all.empty() && i + 1 < list.size()) {
      const auto last = static_cast<unsigned char>(list[++i]);
      if (last == '\\' || last < static_cast<unsigned char>(all.back()))
        expression_reader::refuse("tr: \"" + escape_and_clip(list, 40) + "\" is not understood");
      for (unsigned next = static_cast<unsigned char>(all.back()) + 1U; next <= last; ++next)
        all += static_cast<char>(next);
      continue;
    }
    all += c;
  }
  return all;
}

/// What each byte becomes; nullopt: it is deleted.
using byte_map = std::array<std::optional<char>, 256>;

byte_map map_of(const std::string& from, std::string to, bool drops) {
  byte_map map;
  for (unsigned i = 0; i < map.size(); ++i) map[i] = static_cast<char>(i);
  if (to.empty() && !drops) to = from;
  std::array<bool, 256> known{};
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto c = static_cast<unsigned char>(from[i]);
    if (std::exchange(known[c], true)) continue;
    if (i < to.size())
      map[c] = to[i];
    else if (drops)
      map[c].reset();
    else
      map[c] = to.back();
  }
  return map;
}

statement read_tr(expression_reader& from) {
  const char open = from.take();
  const std::string what = characters_of(from.delimited(open));
  const std::string with = characters_of(second_part(from, open));
  const bool drops = from.next() == 'd';
  if (drops) from.take();
  if (is_name_byte(from.next())) from.refuse();
  return [map = map_of(what, with, drops), what](perl_value& value, std::uint64_t) {
    const std::string& text = value.text();
    const bool any = text.find_first_of(what) != std::string::npos;
    std::string changed;
    for (const char c : text)
      if (const auto to = map[static_cast<unsigned char>(c)]) changed += *to;
    if (any) value = std::move(changed);
    return any;
  };
}

}  // namespace

/// Any sign.
bool opens_text(expression_reader& from) {
  const char c = from.next();
  return c != '\0' && c != ',' && c != ';' && c != '=' && !is_blank(c) && !is_name_byte(c);
}

std::optional<std::function<bool(const std::string&)>> read_match(expression_reader& from) {
  const expression_reader before = from;
  const bool bare = from.next_is("/");
  if (!bare && !(from.accept_word("m") && opens_text(from))) {
    from = before;
    return std::nullopt;
  }
  const std::string pattern = from.delimited(from.take());
  // Perl takes the last pattern again.
  if (pattern.empty()) expression_reader::refuse("a match needs a pattern");
  const bool ignores_case = from.next() == 'i';
  if (ignores_case) from.take();
  if (is_name_byte(from.next())) from.refuse();
  return [expression = compiled(pattern, ignores_case),
          match = from.match()](const std::string& text) {
    const int count = 1 + expression->NumberOfCapturingGroups();
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(count));
    if (!expression->Match(text, 0, text.size(), RE2::UNANCHORED, found.data(), count))
      return false;
    std::vector<std::string_view> groups;
    for (const re2::StringPiece& each : found) groups.emplace_back(each.data(), each.size());
    match->set(groups);
    return true;
  };
}

std::optional<statement> read_substitution(expression_reader& from) {
  const expression_reader before = from;
  for (const std::string_view name : {"s", "tr", "y"}) {
    if (!from.accept_word(name)) continue;
    if (opens_text(from)) return name == "s" ? read_s(from) : read_tr(from);
    from = before;
  }
  return std::nullopt;
}

}  // namespace weir
