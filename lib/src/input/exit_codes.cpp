#include "input/exit_codes.hpp"

#include <algorithm>
#include <set>

#include "text/number.hpp"

namespace weir {

namespace {

/// Calls `each` with every text between commas.
template <typename Each>
void for_each_part(std::string_view list, const Each& each) {
  for (;;) {
    const auto end = list.find(',');
    each(list.substr(0, end));
    if (end == std::string_view::npos) return;
    list.remove_prefix(end + 1);
  }
}

/// \returns nullopt if it is not an exit code.
std::optional<int> code_of(std::string_view text) {
  const auto number = take_digits(text);
  if (!number || !text.empty() || *number > highest_exit_code) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

std::vector<int> parse_exit_codes(std::string_view option, std::string_view text) {
  std::vector<int> codes;
  for_each_part(text, [&](std::string_view part) {
    const auto code = code_of(part);
    if (!code)
      refuse_value(option, part, "an exit code", "codes from 0 to 255 with commas between them");
    codes.push_back(*code);
  });
  return codes;
}

retried_ends parse_retried_ends(std::string_view option, std::string_view text) {
  retried_ends ends;
  for_each_part(text, [&](std::string_view part) {
    if (part == "timeout") {
      ends.timeout = true;
    } else if (const auto code = code_of(part)) {
      ends.codes.push_back(*code);
    } else {
      refuse_value(option, part, "an exit code",
                   "codes from 0 to 255 and \"timeout\", with commas between them");
    }
  });
  return ends;
}

std::optional<int> shared_code(const std::vector<int>& some, const std::vector<int>& others) {
  const std::set<int> known(others.begin(), others.end());
  const auto found = std::ranges::find_if(some, [&](int code) { return known.contains(code); });
  return found == some.end() ? std::nullopt : std::optional(*found);
}

}  // namespace weir
