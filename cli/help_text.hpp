/// What --help says: the commonest options on a screen of 30 lines. --help-all lists all of them,
/// from their declarations in options.cpp.
#pragma once

#include <string_view>

namespace weir::cli {

inline constexpr std::string_view usage =
    "Usage: weir [OPTIONS] COMMAND [ARG...] [::: ITEM...]  one job for each item\n"
    "       weir [OPTIONS] COMMAND [ARG...] < items        one job for each line\n"
    "       weir [OPTIONS] < commands                      lines are command lines\n"
    "       weir [OPTIONS] --file MANIFEST [NAME...]       jobs that need each other\n";

/// Follows the usage.
inline constexpr std::string_view short_help =
    "Examples:\n"
    "  weir gzip -9 ::: *.log\n"
    "  find . -name '*.wav' -print0 | weir -0 'flac -c {} > {.}.flac'\n"
    "  weir -j4 --retries 3 --timeout 5m ./upload {} ::: *.tar\n"
    "Placeholders, else the item comes last: {} item  {.} without extension  {/} base\n"
    "name  {//} directory  {#} job number  {1} {2} column or source\n"
    "Options:\n"
    "  -j, --limit N         Jobs at once: N, or N% of the CPUs (default: CPUs)\n"
    "  -k, --keep-order      Output in the order of the input\n"
    "  --tag                 Start each line of output with the item\n"
    "  --line-buffer         Print lines as they come, not job by job\n"
    "  -a, --arg-file FILE   Read items from FILE\n"
    "  -0, --null            Items end with NUL; -d C: with the character C\n"
    "  -n, --max-args N      N items for each command line\n"
    "  --colsep REGEX        Split lines into {1} {2}; --header : names the columns\n"
    "  --dry-run             Print the command lines, run nothing\n"
    "  --halt now,fail=1     Stop at the first failure\n"
    "  --retries N           Try a failing job N times in all\n"
    "  --timeout TIME        End a job after TIME (10s, 1m30s)\n"
    "  --shield              Ctrl-C waits for the jobs that run\n"
    "  --file MANIFEST       Run the jobs of a manifest; --check shows them\n"
    "  --journal FILE        Record the run; --resume FILE goes on after a crash\n"
    "  --results DIR         Keep each job's output; --report FILE: a page of the run\n"
    "  -q, --quiet           One line for each failure and no more; -qq: nothing\n"
    "  --help-all            All options; --version prints the version\n"
    "More: man weir\n";

inline constexpr std::string_view help_footer =
    "Placeholders in COMMAND and its ARGs:\n"
    "  {} item  {.} without extension  {/} base name  {//} directory  {/.} both\n"
    "  {#} job number  {%} slot  {1} {2.} {-1/} column or source  {NAME} (--header)\n"
    "Without any, the item is the last argument. One word with shell syntax is a\n"
    "script for /bin/sh; items are passed to it as data and never parsed as code.\n"
    "\n"
    "Inputs after the command: ::: ITEM...  :::: FILE...  with + paired with the one\n"
    "before.\n"
    "\n"
    "Exit status: 0 all jobs succeeded, 1 some failed, 2 usage, 3 input or output\n"
    "failed, 4 gave up on processes that would not die, 128+N stopped by signal N.\n"
    "More: man weir";

}  // namespace weir::cli
