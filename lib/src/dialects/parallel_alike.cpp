#include "dialects/parallel_alike.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace weir {

namespace {

template <typename Table>
auto find_in(const Table& table, std::string_view option) {
  return std::ranges::find(table, option, [](const auto& each) { return each.first; });
}

}  // namespace

std::string_view weirs_name(std::string_view option) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 36> alike{
      {{"-0", "-0"},
       {"-I", "-I"},
       {"--plus", "--plus"},
       {"--rpl", "--rpl"},
       {"--parens", "--parens"},
       {"--trim", "--trim"},
       {"-E", "-E"},
       {"--link", "--link"},
       {"--skip-first-line", "--skip-first-line"},
       {"--wd", "--wd"},
       {"--nice", "--nice"},
       {"--tmpdir", "--tmpdir"},
       {"--process-slot-var", "--process-slot-var"},
       {"-i", "-i"},
       {"-e", "-E"},
       {"-C", "--colsep"},
       {"--csv", "--csv"},
       {"-d", "-d"},
       {"--header", "--header"},
       {"-j", "-j"},
       {"--delay", "--delay"},
       {"--tty", "--tty"},
       {"--load", "--load"},
       {"--memfree", "--memfree"},
       {"--memsuspend", "--memsuspend"},
       {"--noswap", "--noswap"},
       {"--timeout", "--timeout"},
       {"--retries", "--retries"},
       {"--group", "--group"},
       {"-u", "-u"},
       {"--lb", "--line-buffer"},
       {"--tag", "--tag"},
       {"--ctag", "--tag"},
       {"--ctagstring", "--tagstring"},
       {"--tagstring", "--tagstring"},
       {"--dry-run", "--dry-run"}}};
  const auto found = find_in(alike, option);
  return found == alike.end() ? std::string_view() : found->second;
}

option_subject subject_of(std::string_view option) {
  using enum option_subject;
  constexpr std::array<std::pair<std::string_view, option_subject>, 15> known{
      {{"-E", items},
       {"-e", items},
       {"--trim", blanks},
       {"--link", items},
       {"-C", columns},
       {"--header", names},
       {"-I", placeholders},
       {"-i", placeholders},
       {"--rpl", placeholders},
       {"--parens", placeholders},
       {"--plus", placeholders},
       {"--tag", tags},
       {"--ctag", tags},
       {"--tagstring", tags},
       {"--ctagstring", tags}}};
  const auto found = find_in(known, option);
  return found == known.end() ? anything : found->second;
}

}  // namespace weir
