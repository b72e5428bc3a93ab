// Any bytes as a journal: damage is not taken for a record, and nothing that was not read is known.
//
// A checksum keeps random bytes out, so each line is also tried with the one that it should have.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "input/journal/journal_history.hpp"
#include "input/journal/journal_line.hpp"

namespace {

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = ~0U;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

std::string with_checksum(std::string_view line) {
  if (const auto at = line.rfind(",\"crc\":"); at != std::string_view::npos)
    line = line.substr(0, at);
  else if (line.ends_with('}'))
    line.remove_suffix(1);
  char end[32];
  std::snprintf(end, sizeof end, ",\"crc\":\"%08x\"}", crc32(line));
  return std::string(line) + end;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  weir::journal_history history;
  std::uint64_t records = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    for (const std::string& tried : {std::string(line), with_checksum(line)}) {
      const auto entry = weir::parse_journal_line(tried);
      if (entry && entry->took.count() < 0) std::abort();
      if (entry) {
        entry->title();
        if (const auto at = entry->time(); at && *at < std::chrono::sys_days()) std::abort();
      }
      const bool taken = history.take(tried);
      if (taken && !entry) std::abort();
      records += taken;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  history.finish();
  if (history.ended() + history.unfinished() > records) std::abort();
  history.unfinished_titles(3);
  history.mean_time();
  history.next(weir::job_key{});
  return 0;
}
