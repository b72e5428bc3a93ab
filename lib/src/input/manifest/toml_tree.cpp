#include "input/manifest/toml_tree.hpp"

#include <algorithm>
#include <string>
#include <utility>

#define TOML_EXCEPTIONS 0
#define TOML_MAX_NESTED_VALUES 64
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <fmt/format.h>

#include "input/escape.hpp"
#include "input/manifest/json_tree.hpp"
#include "input/manifest/toml_guard.hpp"

namespace weir::doc {

namespace {

static_assert(TOML_MAX_NESTED_VALUES == deepest);

position place(const toml::source_position& p) {
  // toml++ leaves the place empty for what the document only implies.
  return {std::max<std::uint32_t>(p.line, 1), std::max<std::uint32_t>(p.column, 1)};
}

node convert(const toml::node& from);

node::array convert_array(const toml::array& from) {
  node::array array;
  array.reserve(from.size());
  for (const toml::node& element : from) array.push_back(convert(element));
  return array;
}

// toml++ sorts tables by key; a matrix needs the order in which its keys were written.
node::table convert_table(const toml::table& from) {
  node::table table;
  table.reserve(from.size());
  for (const auto& [key, value] : from)
    table.push_back({std::string{key.str()}, place(key.source().begin), convert(value)});
  std::ranges::stable_sort(table, {}, &member::at);
  return table;
}

node convert(const toml::node& from) {
  const position at = place(from.source().begin);
  switch (from.type()) {
    case toml::node_type::table:
      return {convert_table(*from.as_table()), at};
    case toml::node_type::array:
      return {convert_array(*from.as_array()), at};
    case toml::node_type::string:
      return {from.as_string()->get(), at};
    case toml::node_type::integer:
      return {from.as_integer()->get(), at};
    case toml::node_type::floating_point:
      return {from.as_floating_point()->get(), at};
    case toml::node_type::boolean:
      return {from.as_boolean()->get(), at};
    default:
      return {date{}, at};
  }
}

}  // namespace

std::optional<node> parse_toml(std::string_view text, fault_list& faults) {
  if (text.size() > largest_toml) {
    faults.add({},
               fmt::format("{} bytes are too large for TOML, expected at most 64 MiB; JSON Lines "
                           "may be of any size",
                           text.size()));
    return std::nullopt;
  }
  if (const auto trap = find_toml_trap(text, deepest)) {
    faults.add(trap->at, trap->message);
    return std::nullopt;
  }
  const toml::parse_result result = toml::parse(text);
  if (!result) {
    const toml::parse_error& error = result.error();
    faults.add(place(error.source().begin),
               fmt::format("not TOML: {}", escape(error.description())));
    return std::nullopt;
  }
  return convert(result.table());
}

}  // namespace weir::doc
