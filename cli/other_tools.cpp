#include "other_tools.hpp"

#include <algorithm>
#include <array>

namespace weir::cli {

namespace {

struct habit {
  std::string_view options;  ///< with blanks between them
  std::string_view advice;
};

constexpr std::array habits{
    habit{"--nrecords", "use -n N"},
    habit{"-x --exit", "not needed: a job whose command line is too long fails anyway"},
    habit{"--field-delimiter", "use --colsep REGEX"},
    habit{"-D --record-delimiter", "use -d C"},
    habit{"-v", "use -t"},
    habit{"-c", "not needed: a COMMAND of one word is a script"},
    habit{"-f", "use -a FILE for items, --file FILE for a manifest"},
    habit{"--infile --input", "use -a FILE"},
    habit{"--env", "not needed: jobs inherit the environment"},
    habit{"--quote", "not needed: items are never parsed by a shell"},
    habit{"--files --output-as-files --outputasfiles --res --out-file --output-dir",
          "use --results DIR"},
    habit{"--jl --timings", "use --joblog FILE"},
    habit{"--latest-line --ll", "use --bar"},
    habit{"--ctag", "use --tag"},
    habit{"--ctagstring --names --prefix", "use --tagstring STR, or --tag"},
    habit{"--color", "set FORCE_COLOR=1, or NO_COLOR=1"},
    habit{"--no-color --no-colour", "set NO_COLOR=1"},
    habit{"--silent", "use -q"},
    habit{"--immediate-output", "use --line-buffer"},
    habit{"--no-keep-order", "not needed: output comes as jobs end"},
    habit{"--retry-failed", "use --resume FILE --resume-failed"},
    habit{"--continue", "use --resume FILE"},
    habit{"--retry --restart-tries", "use --retries N, which counts the first try"},
    habit{"--restart-after --retry-interval", "use --retry-delay TIME, with --retries N"},
    habit{"--halt-on-error --fail-fast --stop-on-error --stop-on-failure --kill-others-on-fail",
          "use --halt now,fail=1"},
    habit{"--kill-others", "use --halt now,done=1"},
    habit{"--keep-going", "not needed: the other jobs still run"},
    habit{"--kill-timeout --term-seq", "use --close-timeout TIME"},
    habit{"--max-time", "use --timeout TIME"},
    habit{"--max-processes --workers --threads --concurrency --parallel --parallelism", "use -j N"},
    habit{"--shell-quote", "use --dry-run"},
    // weir has nothing that does this, and no option like it.
    habit{"-J -M -S -e -o -p --block-timeout --bnr "
          "--color-failed --compress --eof --fifo --filter --filter-hosts --group-by "
          "--interactive --max-line-length-allowed --onall "
          "--open-tty --profile --semaphore --semaphore-timeout "
          "--session --shell-completion --show-limits --ssh-delay --sshlogin "
          "--sshloginfile --succ-cmd-file --success --tee --total-jobs --wait",
          ""},
};

bool names(std::string_view options, std::string_view option) {
  while (!options.empty()) {
    const auto end = std::min(options.find(' '), options.size());
    if (options.substr(0, end) == option) return true;
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return false;
}

}  // namespace

std::optional<std::string_view> advice_on(std::string_view option) {
  const auto found =
      std::ranges::find_if(habits, [&](const habit& each) { return names(each.options, option); });
  if (found == habits.end()) return std::nullopt;
  return found->advice;
}

}  // namespace weir::cli
