// Any text as the value of an option: a number within its range, or a message that a terminal can
// show.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "input/halt.hpp"
#include "input/limit.hpp"
#include "text/duration.hpp"
#include "text/size.hpp"

namespace {

template <typename Parse>
void check(Parse parse) {
  try {
    if (!parse()) std::abort();
  } catch (const weir::usage_error& error) {
    if (std::string_view(error.what()).find('\x1b') != std::string_view::npos) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  check([&] { return weir::parse_limit("--limit", text, 8) >= 1; });
  check([&] { return weir::parse_size("--max-line", text) <= INT64_MAX; });
  check([&] { return weir::parse_count("--retries", text, 3, 99) - 3 <= 96; });
  check([&] {
    const auto n = weir::parse_signed_count("--nice", text, -20, 19);
    return n >= -20 && n <= 19;
  });
  check([&] { return weir::parse_duration("--delay", text).count() >= 0; });
  check([&] {
    const auto value = weir::parse_timeout("--timeout", text);
    const auto* const percent = std::get_if<weir::percent_of_median>(&value);
    return percent == nullptr || percent->percent > 0;
  });
  check([&] { return weir::parse_halt("--halt", text), true; });
  return 0;
}
