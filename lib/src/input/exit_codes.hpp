/// Lists of exit codes, as in --ok and --skip, and in ok, skip and retry.on of a manifest.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace weir {

inline constexpr int highest_exit_code = 255;

/// What `--retry-on` names.
struct retried_ends {
  std::vector<int> codes;
  bool timeout = false;
};

/// "0,3". \throws usage_error naming the option, the code and what was expected.
std::vector<int> parse_exit_codes(std::string_view option, std::string_view text);

/// "75,timeout". \throws usage_error as above.
retried_ends parse_retried_ends(std::string_view option, std::string_view text);

/// The first code that both lists have: they then contradict each other.
std::optional<int> shared_code(const std::vector<int>& some, const std::vector<int>& others);

}  // namespace weir
