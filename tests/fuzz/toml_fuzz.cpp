// Any text as a TOML manifest: it is read, or refused with a message that a terminal can show; as a
// whole and in pieces, with the same result.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <weir/error.hpp>

#include "input/manifest/graph.hpp"
#include "input/manifest/manifest.hpp"
#include "input/manifest/plan.hpp"

namespace {

void check(const weir::manifest& m) {
  for (const weir::manifest_job& job : m.jobs) {
    for (const weir::need& needed : job.spec.needs)
      if (needed.seq == 0 || needed.seq >= job.spec.seq) std::abort();
    if (job.spec.argv.empty() || !job.spec.settings) std::abort();
  }
}

std::string read(std::string_view text, std::size_t piece_size) {
  try {
    const weir::manifest m = weir::read_toml_manifest(text, "fuzz.toml", piece_size);
    check(m);
    return weir::describe_plan(m) + weir::to_dot(m);
  } catch (const weir::usage_error& error) {
    if (std::string_view(error.what()).find('\x1b') != std::string_view::npos) std::abort();
    return error.what();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (read(text, size) != read(text, 1)) std::abort();
  return 0;
}
