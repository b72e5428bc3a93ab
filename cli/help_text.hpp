/// The text of --help: the commonest options, for a terminal of 24 lines with the prompt below.
/// --help-all lists all of them, from their declarations in options.cpp.
#pragma once

#include <string_view>

namespace weir::cli {

inline constexpr std::string_view usage =
    "Usage: weir [OPTIONS] COMMAND [ARG...] [::: ITEM...]   one job per item\n"
    "       weir [OPTIONS] COMMAND [ARG...] < items         one job per line\n"
    "       weir [OPTIONS] < commands                       each line is a command\n"
    "       weir [OPTIONS] --file MANIFEST [NAME...]        jobs that need each other\n";

/// Follows the usage line.
inline constexpr std::string_view short_help =
    "Examples:\n"
    "  weir gzip -9 ::: *.log\n"
    "  find . -name '*.wav' -print0 | weir -0 'flac -c {} > {.}.flac'\n"
    "  weir -j4 --retries 3 --timeout 5m ./upload {} ::: *.tar\n"
    "Placeholders (without any, the item goes last): {} item  {.} no extension\n"
    "  {/} base name  {//} directory  {#} job number  {1} {2} source or column\n"
    "Options:\n"
    "  -j, --limit N        Run N jobs at once, or N% of the CPUs (default: all CPUs)\n"
    "  -k, --keep-order     Print output in input order; --tag names each line's item\n"
    "  -a, --arg-file FILE  Read items from FILE; -0: items end with NUL\n"
    "  -n, --max-args N     Pass up to N items to each job\n"
    "  --colsep REGEX       Split lines into {1} {2}; --header : names the columns\n"
    "  --dry-run            Print the command lines; run nothing\n"
    "  --halt now,fail=1    Stop at the first failure\n"
    "  --retries N          Try a failing job up to N times in total\n"
    "  --timeout TIME       End a job after TIME, such as 10s or 1m30s\n"
    "  --results DIR        Keep each job's output; --joblog FILE lists the jobs\n"
    "  --journal FILE       Record the run; --resume FILE continues it after a crash\n"
    "  --help-all           List all options; see also man weir\n";

inline constexpr std::string_view help_footer =
    "Placeholders in COMMAND and its ARGs:\n"
    "  {} item  {.} no extension  {/} base name  {//} directory  {/.} base, no ext.\n"
    "  {#} job number  {%} slot  {1} {2.} {-1/} source or column  {NAME} (--header)\n"
    "Without any, the item is the last argument. A single word with shell syntax is\n"
    "a script for /bin/sh; items reach it as data and are never parsed as code.\n"
    "\n"
    "Input after the command: ::: ITEM... or :::: FILE...; with +, paired with the\n"
    "source before.\n"
    "\n"
    "Exit status: 0 all jobs succeeded, 1 some failed, 2 usage error, 3 input or\n"
    "output failed, 4 gave up on processes that would not die, 128+N stopped by\n"
    "signal N. More: man weir";

}  // namespace weir::cli
