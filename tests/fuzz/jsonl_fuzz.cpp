// Any bytes as JSON Lines, fed line by line with small bounds.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <weir/error.hpp>

#include "input/manifest/job_stream.hpp"

namespace {

void check(const weir::manifest_job& job, std::uint64_t& last) {
  if (job.spec.seq != last + 1 || job.spec.argv.empty()) std::abort();
  for (const weir::need& needed : job.spec.needs)
    if (needed.seq == 0 || needed.seq >= job.spec.seq) std::abort();
  last = job.spec.seq;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    weir::job_stream stream("fuzz.jsonl", {.held = 3, .names = 4});
    std::uint64_t last = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      for (const weir::manifest_job& job : stream.feed(text.substr(0, end))) check(job, last);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    stream.finish();
  } catch (const weir::usage_error& error) {
    if (std::string_view(error.what()).find('\x1b') != std::string_view::npos) std::abort();
  }
  return 0;
}
