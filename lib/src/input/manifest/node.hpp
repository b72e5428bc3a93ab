/// A document as a tree in which every key and value knows its position.
///
/// TOML and JSON Lines both become this tree, so that one reader with one set of keys and messages
/// serves both. It does not know what a job is; strings are UTF-8, as both parsers ensure.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace weir::doc {

/// Line and column from 1; columns count code points, as in toml++ and most editors.
struct position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  auto operator<=>(const position&) const = default;
};

struct null {};
/// TOML's dates and times: no key accepts them, so their values are not kept.
struct date {};
/// A whole number that does not fit in a 64-bit integer.
struct huge {};

struct member;

struct node {
  using array = std::vector<node>;
  using table = std::vector<member>;  ///< in the order of the document; duplicates are kept
  std::variant<null, bool, std::int64_t, double, std::string, date, huge, array, table> value;
  position at;

  template <class T>
  const T* as() const noexcept {
    return std::get_if<T>(&value);
  }
};

struct member {
  std::string key;
  position at;  ///< of the key
  node value;
};

/// The value in words, for messages: `the string "abc"`, `the integer -3`, `a table`. Long strings
/// are cut, and control characters escaped.
std::string describe(const node& value);

/// A name or a key as messages show it: escaped, and cut if it is very long.
std::string shown_name(std::string_view name);

/// The value of `key`, or null. The first one if there are duplicates.
const node* find(const node::table& table, std::string_view key) noexcept;

}  // namespace weir::doc
