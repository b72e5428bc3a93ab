#include "input/manifest/field_checker.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <weir/error.hpp>

#include "input/manifest/did_you_mean.hpp"
#include "input/manifest/usual_key.hpp"
#include "text/duration.hpp"
#include "text/near_name.hpp"
#include "text/size.hpp"

namespace weir::doc {

namespace {

// Few words are all listed in a message; of many, only a similar one helps.
constexpr std::size_t few = 11;

std::string one_of(const std::vector<std::string_view>& words) {
  return fmt::format("\"{}\"", fmt::join(words, "\", \""));
}

}  // namespace

void field_checker::wrong(const node& value, std::string_view key, std::string_view expected) {
  fault(value.at, fmt::format("{}: found {}, expected {}", key, describe(value), expected));
}

std::optional<std::string> field_checker::text(const node& value, std::string_view key) {
  const auto* found = value.as<std::string>();
  if (!found) {
    const bool scalar = value.as<std::int64_t>() || value.as<double>() || value.as<bool>();
    wrong(value, key, scalar ? "a string: put it in quotes" : "a string");
    return std::nullopt;
  }
  if (found->find('\0') != std::string::npos) {
    wrong(value, key, "a string without NUL");
    return std::nullopt;
  }
  return *found;
}

std::optional<std::string> field_checker::filled_text(const node& value, std::string_view key) {
  auto found = text(value, key);
  if (found && found->empty()) {
    wrong(value, key, "some text");
    return std::nullopt;
  }
  return found;
}

std::optional<bool> field_checker::flag(const node& value, std::string_view key) {
  if (const bool* found = value.as<bool>()) return *found;
  wrong(value, key, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> field_checker::whole(const node& value, std::string_view key,
                                                 std::int64_t least, std::int64_t most) {
  const auto* found = value.as<std::int64_t>();
  if (found && *found >= least && *found <= most) return *found;
  wrong(value, key, fmt::format("an integer from {} to {}", least, most));
  return std::nullopt;
}

std::optional<duration> field_checker::span(const node& value, std::string_view key) {
  std::string text;
  if (const auto* found = value.as<std::string>())
    text = *found;
  else if (const auto* seconds = value.as<std::int64_t>())
    text = fmt::to_string(*seconds);
  else if (const auto* parts = value.as<double>(); parts && std::isfinite(*parts))
    text = fmt::format("{:.9f}", *parts);
  else {
    wrong(value, key, R"(a duration such as "10s" or "1m30s")");
    return std::nullopt;
  }
  try {
    const bool negative = text.starts_with('-');
    const duration span = parse_duration(key, std::string_view(text).substr(negative ? 1 : 0));
    if (span > duration::zero() && !negative) return span;
    wrong(value, key, "a duration longer than 0");
  } catch (const usage_error& error) {
    fault(value.at, error.what());
  }
  return std::nullopt;
}

std::optional<std::uint64_t> field_checker::size(const node& value, std::string_view key) {
  if (const auto* bytes = value.as<std::int64_t>(); bytes && *bytes > 0)
    return static_cast<std::uint64_t>(*bytes);
  const auto* text = value.as<std::string>();
  if (!text) {
    wrong(value, key, R"(a size above 0, such as "2G")");
    return std::nullopt;
  }
  try {
    if (const std::uint64_t bytes = parse_size(key, *text); bytes > 0) return bytes;
    wrong(value, key, "a size above 0");
  } catch (const usage_error& error) {
    fault(value.at, error.what());
  }
  return std::nullopt;
}

std::optional<double> field_checker::positive(const node& value, std::string_view key,
                                              std::int64_t most) {
  const auto* whole = value.as<std::int64_t>();
  const auto* parts = value.as<double>();
  const double number = whole ? static_cast<double>(*whole) : parts ? *parts : 0;
  if (number > 0 && number <= static_cast<double>(most)) return number;
  wrong(value, key, fmt::format("a number above 0, up to {}", most));
  return std::nullopt;
}

std::optional<std::size_t> field_checker::word(const node& value, std::string_view key,
                                               const std::vector<std::string_view>& words) {
  const auto* found = value.as<std::string>();
  const auto same = found ? std::ranges::find(words, *found) : words.end();
  if (same != words.end()) return static_cast<std::size_t>(same - words.begin());
  wrong(value, key, fmt::format("one of {}", one_of(words)));
  return std::nullopt;
}

const node::table* field_checker::table(const node& value, std::string_view key,
                                        std::string_view expected) {
  const auto* found = value.as<node::table>();
  if (!found) wrong(value, key, expected);
  return found;
}

const node::array* field_checker::array(const node& value, std::string_view key,
                                        std::string_view expected) {
  const auto* found = value.as<node::array>();
  if (!found) wrong(value, key, expected);
  return found;
}

void field_checker::unknown_key(const member& m, std::string_view where,
                                const std::vector<std::string_view>& known,
                                const std::vector<other_table>& others) {
  std::string hint;
  for (const other_table& other : others)
    if (hint.empty() && std::ranges::count(other.keys, m.key) > 0)
      hint = fmt::format(", expected it in {}", other.name);
  const auto usual = usual_key(m.key, known);
  if (hint.empty())
    hint = usual ? fmt::format(", did you mean \"{}\"?", *usual)
                 : std::string(did_you_mean(m.key, known));
  for (const other_table& other : others)
    if (const auto near = near_name(m.key, other.keys); hint.empty() && near)
      hint = fmt::format(", did you mean \"{}\" in {}?", *near, other.name);
  // The command line's option counts all attempts.
  if (m.key == "retries" && std::ranges::count(known, "retry") > 0)
    hint = ", expected \"retry\", the number of further attempts: one less than --retries";
  if (hint.empty() && known.size() <= few) hint = fmt::format(", expected {}", one_of(known));
  fault(m.at, fmt::format("unknown key \"{}\" in {}{}", shown_name(m.key), where, hint));
}

void field_checker::duplicate_key(const member& m, std::string_view where, position first) {
  const std::string place = first.line == m.at.line ? fmt::format("column {}", first.column)
                                                    : fmt::format("line {}", first.line);
  fault(m.at, fmt::format("duplicate key \"{}\" in {}, already given at {}", shown_name(m.key),
                          where, place));
}

std::vector<const member*> free_keys(const node::table& table, std::string_view where,
                                     field_checker& check) {
  std::vector<const member*> members;
  std::unordered_map<std::string_view, position> seen;
  for (const member& m : table) {
    const auto [first, is_new] = seen.emplace(m.key, m.at);
    if (is_new)
      members.push_back(&m);
    else
      check.duplicate_key(m, where, first->second);
  }
  return members;
}

}  // namespace weir::doc
