#include "dialects/termination_sequence.hpp"

#include <algorithm>
#include <string_view>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::uint64_t longest = 86'400'000;  // ms: a day

[[noreturn]] void refuse(const given_foreign_option& sequence) {
  throw usage_error(sequence.name + ": \"" + escape(*sequence.value) +
                    "\": expected TERM,MS once or more and then KILL, as in TERM,200,KILL: jobs "
                    "get TERM, later KILL, and no other signals");
}

std::string_view take_word(std::string_view& left) {
  const std::size_t end = std::min(left.find(','), left.size());
  const std::string_view word = left.substr(0, end);
  left.remove_prefix(std::min(end + 1, left.size()));
  return word;
}

}  // namespace

std::string close_timeout_for(const given_foreign_option& sequence) {
  std::uint64_t milliseconds = 0;
  for (std::string_view left = *sequence.value; !left.empty();) {
    const std::string_view signal = take_word(left);
    const std::string_view time = take_word(left);
    if (signal == "KILL" && left.empty()) return std::to_string(milliseconds) + "ms";
    if (signal != "TERM" || time.empty()) refuse(sequence);
    milliseconds += parse_count(sequence.name, time, 0, longest);
  }
  refuse(sequence);
}

}  // namespace weir
