#include "dialects/dialect.hpp"

namespace weir {

std::string_view to_string(dialect which) {
  if (which == dialect::parallel) return "parallel";
  if (which == dialect::moreutils) return "moreutils";
  if (which == dialect::sem) return "sem";
  return which == dialect::xargs ? "xargs" : "weir";
}

std::optional<dialect> dialect_named(std::string_view name) {
  if (name == "parallel") return dialect::parallel;
  if (name == "moreutils") return dialect::moreutils;
  if (name == "sem") return dialect::sem;
  if (name == "xargs") return dialect::xargs;
  return std::nullopt;
}

dialect dialect_of_program(std::string_view called) {
  called.remove_prefix(called.rfind('/') + 1);
  return dialect_named(called).value_or(dialect::weir);
}

}  // namespace weir
