#include "input/manifest/node.hpp"

#include <fmt/format.h>

#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t longest_shown = 40;        // code points of a string in a message
constexpr std::size_t longest_shown_name = 200;  // the same for text that identifies a job

std::string shown(std::string_view text, std::size_t most) {
  const std::size_t cut = offset_after(text, most);
  return escape(text.substr(0, cut)) + (cut < text.size() ? "..." : "");
}

struct in_words {
  std::string operator()(null) const { return "null"; }
  std::string operator()(bool b) const { return b ? "true" : "false"; }
  std::string operator()(std::int64_t i) const { return fmt::format("the integer {}", i); }
  std::string operator()(double d) const { return fmt::format("the number {:#}", d); }
  std::string operator()(const std::string& s) const {
    return s.empty() ? "an empty string"
                     : fmt::format("the string \"{}\"", shown(s, longest_shown));
  }
  std::string operator()(date) const { return "a date or time"; }
  std::string operator()(huge) const { return "an integer beyond 64 bits"; }
  std::string operator()(const node::array& a) const {
    return a.empty() ? "an empty array" : "an array";
  }
  std::string operator()(const node::table& t) const {
    return t.empty() ? "an empty table" : "a table";
  }
};

}  // namespace

std::string shown_name(std::string_view name) {
  return shown(name, longest_shown_name);
}

std::string describe(const node& value) {
  return std::visit(in_words{}, value.value);
}

const node* find(const node::table& table, std::string_view key) noexcept {
  for (const member& m : table)
    if (m.key == key) return &m.value;
  return nullptr;
}

}  // namespace weir::doc
