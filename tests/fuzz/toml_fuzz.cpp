// Any text as a TOML manifest: it is read, or refused with a message that a terminal can show.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <weir/error.hpp>

#include "input/manifest/graph.hpp"
#include "input/manifest/manifest.hpp"
#include "input/manifest/plan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    const weir::manifest m = weir::read_toml_manifest(text, "fuzz.toml");
    weir::describe_plan(m);
    weir::to_dot(m);
    for (const weir::manifest_job& job : m.jobs) {
      for (const weir::need& needed : job.spec.needs)
        if (needed.seq == 0 || needed.seq >= job.spec.seq) std::abort();
      if (job.spec.argv.empty() || !job.spec.settings) std::abort();
    }
  } catch (const weir::usage_error& error) {
    if (std::string_view(error.what()).find('\x1b') != std::string_view::npos) std::abort();
  }
  return 0;
}
