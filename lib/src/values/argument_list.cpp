#include <weir/argument_list.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace weir {

argument_list::argument_list(std::initializer_list<std::string_view> arguments) {
  for (const auto argument : arguments) push_back(argument);
}

void argument_list::push_back(std::string_view argument) {
  assert(argument.find('\0') == std::string_view::npos);
  bytes_.reserve(bytes_.size() + argument.size() + 1);
  bytes_.append(argument);
  bytes_.push_back('\0');
  ++count_;
}

std::string_view argument_list::at(std::size_t index) const noexcept {
  assert(index < count_);
  const char* argument = bytes_.data();
  for (; index > 0; --index) argument += std::strlen(argument) + 1;
  return argument;
}

std::vector<std::string> argument_list::to_vector() const {
  std::vector<std::string> all;
  all.reserve(count_);
  const char* argument = bytes_.data();
  for (std::uint32_t i = 0; i < count_; ++i) {
    all.emplace_back(argument);
    argument += all.back().size() + 1;
  }
  return all;
}

void argument_list::pointers(std::vector<const char*>& out) const {
  const char* argument = bytes_.data();
  for (std::uint32_t i = 0; i < count_; ++i) {
    out.push_back(argument);
    argument += std::strlen(argument) + 1;
  }
  out.push_back(nullptr);
}

namespace {

bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::strchr("%+,-./:=@_", c) != nullptr);
}

}  // namespace

std::string shell_quote(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_safe)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  quoted += '\'';
  return quoted;
}

std::string shell_quote(const argument_list& arguments) {
  std::string line;
  const char* argument = arguments.bytes().data();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = argument;
    // An assignment in the place of the command would be taken for one by the shell.
    const bool looks_assigned = i == 0 && word.find('=') != std::string_view::npos;
    if (i > 0) line += ' ';
    line += looks_assigned && shell_quote(word) == word ? "'" + std::string(word) + "'"
                                                        : shell_quote(word);
    argument += word.size() + 1;
  }
  return line;
}

}  // namespace weir
