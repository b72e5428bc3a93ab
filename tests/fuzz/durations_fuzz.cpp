// Any text as a file of durations: it is read, and what is written of it is read again as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <weir/error.hpp>

#include "batch/durations.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    const auto table = weir::parse_durations(text, "fuzz.durations");
    const auto again = weir::parse_durations(weir::format_durations(table), "again");
    if (again.size() != table.size()) std::abort();
    for (const auto& [title, took] : table)
      if (took.count() < 0 || again.count(title) == 0) std::abort();
  } catch (const weir::usage_error& error) {
    if (std::string_view(error.what()).find('\x1b') != std::string_view::npos) std::abort();
  }
  return 0;
}
