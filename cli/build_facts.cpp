#include "build_facts.hpp"

#include <features.h>

#include <fmt/format.h>
#include <boost/version.hpp>

#include <weir/version.hpp>

namespace weir {

namespace {

#if defined(__clang__)
constexpr const char* compiler = "Clang " __clang_version__;
#else
constexpr const char* compiler = "GCC " __VERSION__;
#endif

#if defined(__x86_64__)
constexpr const char* processor = "x86_64";
#elif defined(__aarch64__)
constexpr const char* processor = "aarch64";
#else
constexpr const char* processor = "another processor";
#endif

std::string c_library() {
#if defined(__GLIBC__)
  return fmt::format("glibc {}.{}", __GLIBC__, __GLIBC_MINOR__);
#else
  return "another libc";
#endif
}

}  // namespace

std::string version_text(bool verbose) {
  const std::string name = fmt::format("weir {}\n", weir::version);
  if (!verbose) return name;
  return name + fmt::format(
                    "built with {} for {}, {}, linked {}\n"
                    "Boost {}.{}.{}, CLI11 {}, fmt {}.{}.{}, RE2, toml++ {}, {}\n",
                    compiler, processor, WEIR_BUILD_TYPE, WEIR_LINKED, BOOST_VERSION / 100000,
                    BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100, WEIR_CLI11,
                    FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100,
                    WEIR_TOMLPLUSPLUS, c_library());
}

}  // namespace weir
