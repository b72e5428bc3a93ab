// simulate: runs histories from a seed on, until one breaks a rule or the time is up.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <fmt/format.h>

#include "simulation/history.hpp"
#include "simulation/shrink.hpp"
#include "simulation/workers/workers_history.hpp"

namespace {

using namespace simulation;
using seconds = std::chrono::duration<double>;

constexpr const char* usage =
    "usage: simulate [--seed N] [--histories N] [--seconds S] [--workers] [--trace] [--whole]\n"
    "  --seed N       the first one (1)\n"
    "  --histories N  at most so many, one seed each (20000)\n"
    "  --seconds S    no longer than that (10)\n"
    "  --workers      only histories of runs with workers: else one seed in 32 is one\n"
    "  --trace        one history alone, with all that happens in it\n"
    "  --whole        show a failing history as it was drawn, not made smaller\n";

/// One in this many is run twice, to see whether it repeats.
constexpr std::uint64_t repeated = 16;

struct wishes {
  std::uint64_t seed = 1;
  std::uint64_t histories = 20'000;
  double seconds = 10;
  bool workers = false;
  bool trace = false;
  bool whole = false;
};

[[noreturn]] void refuse(const std::string& what) {
  fmt::print(stderr, "simulate: {}\n{}", what, usage);
  std::exit(2);
}

double number(const char* option, const char* text) {
  char* end = nullptr;
  const double value = text != nullptr ? std::strtod(text, &end) : -1;
  if (text == nullptr || *text == '\0' || *end != '\0' || value < 0)
    refuse(fmt::format("{} expects a number", option));
  return value;
}

wishes read(int argc, char** argv) {
  wishes wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    const auto value = [&] { return number(argv[i - 1], argv[i]); };
    if (option == "--trace")
      wanted.trace = true;
    else if (option == "--workers")
      wanted.workers = true;
    else if (option == "--help")
      fmt::print("{}", usage), std::exit(0);
    else if (option == "--whole")
      wanted.whole = true;
    else if (option == "--seed" && ++i)
      wanted.seed = static_cast<std::uint64_t>(value());
    else if (option == "--histories" && ++i)
      wanted.histories = static_cast<std::uint64_t>(value());
    else if (option == "--seconds" && ++i)
      wanted.seconds = value();
    else
      refuse(fmt::format("unknown option {}", option));
  }
  return wanted;
}

void show(const scenario& s, const history& seen) {
  fmt::print("{}", describe(s));
  for (const std::string& line : seen.trace) fmt::print("  {}\n", line);
  if (!seen.found) return;
  fmt::print("broken: {}: {}\n", words(seen.found->broken), seen.found->how);
}

void show_failure(std::uint64_t seed, const violation& found, bool whole) {
  fmt::print("seed {} breaks a rule: {}\n", seed, words(found.broken));
  if (found.broken == rule::repeatable) return show(draw(seed), {});
  const scenario small = whole ? draw(seed) : shrink(draw(seed), found.broken);
  show(small, live_through(small, true));
  fmt::print("again: simulate --seed {} --trace\n", seed);
}

std::optional<violation> live_through_twice(const scenario& s, const history& first) {
  if (live_through(s).fingerprint == first.fingerprint) return std::nullopt;
  return violation{rule::repeatable, "the second time was another one"};
}

/// Shows what happens in a history of a run with workers. \returns whether it breaks a rule.
bool show(const workers::plan& p) {
  const workers::history seen = workers::live_through(p, true);
  fmt::print("{}", workers::describe(p));
  for (const std::string& line : seen.trace) fmt::print("  {}\n", line);
  if (seen.found) fmt::print("broken: {}: {}\n", seen.found->rule, seen.found->how);
  return seen.found.has_value();
}

/// \returns whether all is well; if not, the failure is shown.
bool live_with_workers(std::uint64_t seed, bool whole) {
  const workers::plan p = workers::draw(seed);
  workers::history seen = workers::live_through(p);
  const bool again = !seen.found && seed / workers::one_seed_in % repeated == 0;
  if (again && workers::live_through(p).fingerprint != seen.fingerprint)
    seen.found = {"repeatable", "the second time was another one"};
  if (!seen.found) return true;
  fmt::print("seed {} breaks a rule: {}\n", seed, seen.found->rule);
  show(whole ? p : workers::shrink(p, seen.found->rule));
  fmt::print("again: simulate --workers --seed {} --trace\n", seed);
  return false;
}

int simulate(const wishes& wanted) {
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t cpu_begin = std::clock();
  const auto elapsed = [&] { return seconds(std::chrono::steady_clock::now() - begin).count(); };
  std::uint64_t lived = 0, runs = 0, jobs = 0;
  for (std::uint64_t seed = wanted.seed; lived < wanted.histories && elapsed() < wanted.seconds;
       ++seed, ++lived) {
    if (wanted.workers || workers::has_workers(seed)) {
      if (live_with_workers(seed, wanted.whole)) continue;
      fmt::print("found after {} histories and {:.1f} s\n", lived + 1, elapsed());
      return 1;
    }
    const scenario s = draw(seed);
    history seen = live_through(s);
    if (!seen.found && seed % repeated == 0) seen.found = live_through_twice(s, seen);
    if (seen.found) {
      show_failure(seed, *seen.found, wanted.whole);
      fmt::print("found after {} histories and {:.1f} s\n", lived + 1, elapsed());
      return 1;
    }
    runs += seen.runs;
    jobs += s.jobs.size() * seen.runs;
  }
  fmt::print(
      "{} histories from seed {} ({} runs of {:.0f} jobs): no rule broken; "
      "{:.0f} a second, {:.0f} a second of CPU\n",
      lived, wanted.seed, runs, runs > 0 ? double(jobs) / double(runs) : 0.0,
      double(lived) / elapsed(),
      double(lived) * CLOCKS_PER_SEC / double(std::clock() - cpu_begin + 1));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
#ifdef __GLIBC__
  // Memory that one history gives back is the next one's: the kernel would clear it each time.
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
  const wishes wanted = read(argc, argv);
  if (!wanted.trace) return simulate(wanted);
  if (wanted.workers || workers::has_workers(wanted.seed))
    return show(workers::draw(wanted.seed)) ? 1 : 0;
  const scenario s = draw(wanted.seed);
  const history seen = live_through(s, true);
  show(s, seen);
  return seen.found ? 1 : 0;
}
