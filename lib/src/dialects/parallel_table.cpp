// GNU parallel's options: those of parallel(1) 20221122, and shorter names that it accepts.
#include "dialects/parallel.hpp"

#include <array>

namespace weir {

namespace {

using enum standing;

constexpr std::string_view no_sql =
    "databases are not supported: use --joblog FILE or --results FILE.csv";
constexpr std::string_view no_perl =
    "s///, tr///, and $_ = with lc, uc, sprintf and the like; Perl is not run";
constexpr std::string_view by_number =
    "run what has no line in --joblog FILE, by Seq; if the input may have changed, use weir "
    "--journal";
constexpr std::string_view progress = "show progress, in weir's way";
constexpr std::string_view cited = "accepted; there is no citation notice here";

constexpr std::array parallel_table{
    // Input
    foreign_option{"-0 --null", "", same, "items end with NUL"},
    foreign_option{"-a --arg-file", "FILE", same,
                   "read items from FILE; several give all combinations"},
    foreign_option{"--arg-file-sep", "SEP", same, "use SEP instead of ::::"},
    foreign_option{"--arg-sep", "SEP", same, "use SEP instead of :::"},
    foreign_option{"-C --colsep", "REGEX", translated,
                   "split lines into columns at REGEX (RE2 syntax, not Perl's)"},
    foreign_option{"--csv", "", same, "split lines into columns as CSV"},
    foreign_option{"-d --delimiter", "C", same, "items end with C"},
    foreign_option{"-E", "EOF", same, "stop reading items at EOF"},
    foreign_option{"-e --eof", "[[EOF]]", translated, "the same"},
    foreign_option{
        "--header", "HEADER", same,
        ":, for a first line that names the columns; with --pipe, what each block begins with"},
    foreign_option{"--link --linkinputsource --xapply --xapplyinputsource", "", same,
                   "read sources in step; the shortest file ends the input"},
    foreign_option{"-r --no-run-if-empty", "", same,
                   "ignore items, or with --pipe lines, that are empty or white space"},
    foreign_option{"--shuf", "", translated,
                   "run jobs in random order; the seed is printed on stderr"},
    foreign_option{"--shuf-seed", "N", same, "weir's own: repeat the order of an earlier --shuf"},
    foreign_option{"--skip-first-line", "", same,
                   "ignore the first line of input, or the first item"},
    foreign_option{"--trim", "HOW", same,
                   "strip blanks from items: l (left), r (right), lr (both), n (none)"},
    // The command line
    foreign_option{"-I --replace", "R", same, "use R instead of {}; {1} and {-1} are text then"},
    foreign_option{"-i", "[[R]]", same, "the same"},
    foreign_option{"-U --er --extensionreplace", "R", same, "use R instead of {.}"},
    foreign_option{"--bnr --basenamereplace", "R", same, "use R instead of {/}"},
    foreign_option{"--dnr --dirnamereplace", "R", same, "use R instead of {//}"},
    foreign_option{"--bner --basenameextensionreplace", "R", same, "use R instead of {/.}"},
    foreign_option{"--seqreplace", "R", same, "use R instead of {#}"},
    foreign_option{"--slotreplace", "R", same, "use R instead of {%}"},
    foreign_option{"-n --max-args", "N", same, "pass up to N items to each job"},
    foreign_option{"-N --max-replace-args", "N", same,
                   "the same; with -N0, items are counted but not passed"},
    foreign_option{
        "-L", "N", same,
        "pass up to N lines to each job; a line that ends with a blank continues on the next line"},
    foreign_option{"-l --max-lines", "[[N]]", same, "the same; the default is 1"},
    foreign_option{"-q --quote", "", same,
                   "quote the command's words for the shell; without a command, each item"},
    foreign_option{"-m", "", same,
                   "pass as many items as fit; spread the last ones over all slots"},
    foreign_option{"-X", "", same, "the same, repeating words such as x{}y"},
    foreign_option{"--xargs", "", same, "pass as many items as fit"},
    foreign_option{"-s --max-chars", "N", same, "limit command lines to N bytes"},
    foreign_option{"-x --exit", "", translated,
                   "accepted; a job whose command line is too long fails anyway"},
    foreign_option{"--max-line-length-allowed", "", same,
                   "print the length of the longest command line"},
    foreign_option{"--show-limits", "", refused, "use xargs --show-limits"},
    foreign_option{"--plus", "", translated, "enable {..}, {+/}, {%suffix} and the like; not {0%}"},
    foreign_option{"--rpl", "'TAG EXPR'", translated, no_perl},
    foreign_option{"--parens", "PARENS", same, "use PARENS instead of {==} around expressions"},
    foreign_option{"--filter", "EXPR", refused, "filter the input, for example with grep"},
    foreign_option{"--template --tmpl", "FILE=R", refused,
                   "fill it in within the command, for example with sed"},
    foreign_option{"--shellquote --shell-quote", "", refused, "use printf '%q '"},
    foreign_option{"--env", "NAME", translated, "accepted; jobs always get the whole environment"},
    foreign_option{"--record-env --_", "", translated, "the same; no file is written"},
    foreign_option{"--session", "", translated, "the same"},
    foreign_option{"--wd --workdir", "DIR", translated,
                   "run jobs in DIR; not with ... or placeholders"},
    foreign_option{"--nice", "N", same, "run parallel and its jobs at nice value N"},
    foreign_option{"--tmpdir --tempdir", "DIR", same,
                   "keep temporary files in DIR, and set TMPDIR for jobs"},
    foreign_option{"--process-slot-var", "NAME", same,
                   "set NAME to the job's slot, counted from 0"},
    foreign_option{"--tty", "", same, "run one job at a time, and give it the terminal"},
    foreign_option{"-o --open-tty", "", refused, "use weir --as xargs -o"},
    foreign_option{"-p --interactive", "", refused, "use weir --as xargs -p"},
    foreign_option{"--fg", "", same, "with a semaphore: wait for the command"},
    foreign_option{"--bg", "", same, "with a semaphore: do not wait (the default)"},
    // Concurrency
    foreign_option{"-j -P --jobs --max-procs", "N", same, "run N, N%, +N or -N jobs at once"},
    foreign_option{"--delay", "TIME", same, "wait TIME between two starts"},
    foreign_option{"--timeout", "TIME", same, "end a job after TIME, or N% of the median"},
    foreign_option{"--retries", "N", same, "try a job up to N times in total"},
    foreign_option{"--halt --halt-on-error", "WHEN", same,
                   "when to stop early: never, now,fail=1, soon,success=3 and so on"},
    foreign_option{"--load", "N", same, "start no job while the load is N or more"},
    foreign_option{"--limit", "COMMAND", translated,
                   "ask COMMAND before each start: 0 starts, 1 and 2 wait; io, load and mem N are "
                   "not supported"},
    foreign_option{"--memfree", "SIZE", translated,
                   "start no job while less memory is free; none is killed"},
    foreign_option{"--memsuspend", "SIZE", same,
                   "suspend the youngest jobs while less memory is free"},
    foreign_option{"--noswap", "", same,
                   "start no job while the machine swaps; one may always run"},
    foreign_option{"--term-seq --termseq", "SEQ", translated,
                   "how jobs are ended: TERM,MS,...,KILL,MS; by default KILL comes 10s after TERM"},
    foreign_option{"--use-cpus-instead-of-cores --use-cores-instead-of-threads "
                   "--use-sockets-instead-of-threads",
                   "", same, "what -j counts as a CPU"},
    foreign_option{"--number-of-cpus --number-of-cores --number-of-sockets --number-of-threads", "",
                   same, "print how many there are; threads as -j counts them"},
    // Output
    foreign_option{"-k --keep-order", "", same, "print output in the order of the input"},
    foreign_option{"--no-keep-order", "", same, "print output as jobs end"},
    foreign_option{"--group", "", same, "print each job's output in one piece"},
    foreign_option{"-u --ungroup", "", same, "let jobs write straight to stdout and stderr"},
    foreign_option{"--lb --line-buffer --line-buffered --linebuffer", "", same,
                   "print whole lines as they come"},
    foreign_option{"--ll --latest-line", "", refused, "use --bar"},
    foreign_option{"--tag", "", same, "begin each line with the item"},
    foreign_option{"--tagstring", "TEXT", same, "begin each line with TEXT"},
    foreign_option{"--ctag", "", translated, "the same as --tag; there are no colours"},
    foreign_option{"--ctagstring", "TEXT", translated,
                   "the same as --tagstring; there are no colours"},
    foreign_option{"--color --colour", "", translated, "accepted; there are no colours"},
    foreign_option{"--color-failed --cf", "", translated, "the same"},
    foreign_option{"--files --output-as-files --outputasfiles", "", translated,
                   "print the names of files with the output, in $TMPDIR or --results DIR"},
    foreign_option{
        "--compress", "", translated,
        "accepted; output waits uncompressed, in memory and in unlinked files in $TMPDIR"},
    foreign_option{"--compress-program --decompress-program", "PRG", translated,
                   "the same; PRG is not run"},
    foreign_option{"-t --verbose", "", same, "print each command line to stderr as it starts"},
    foreign_option{"-v", "", same, "print each command line to stdout before its output"},
    foreign_option{"--silent", "", same, "print nothing but the output (the default)"},
    foreign_option{"--dry-run --dryrun", "", same, "print command lines; run none"},
    foreign_option{"--bar --eta --progress", "", translated, progress},
    foreign_option{"--total-jobs --total", "N", refused,
                   "the total is known once the input has been read"},
    // Records
    foreign_option{"--joblog --jl", "FILE", translated,
                   "log jobs in the same columns; Exitval of a killed job is -1; +FILE appends"},
    foreign_option{
        "--results --res --result", "DIR", translated,
        "keep output in DIR/1/ITEM/stdout, at a path with {}, or in FILE.csv, .tsv, .json"},
    foreign_option{"--resume", "", same, by_number},
    foreign_option{"--resume-failed", "", same, "the same, and what failed"},
    foreign_option{"--retry-failed", "", same, "run the failed commands in --joblog FILE"},
    // --pipe
    foreign_option{"--pipe --spreadstdin", "", same, "give jobs blocks of the input on stdin"},
    foreign_option{"--pipe-part --pipepart", "", same, "the same, with ranges of the FILE of -a"},
    foreign_option{"--block --block-size", "SIZE", same,
                   "the size of a block; with --pipepart, -N makes N blocks per slot"},
    foreign_option{"--block-timeout --bt", "TIME", refused,
                   "use -N: a block is passed on as soon as it is complete"},
    foreign_option{"--bin", "COLUMN", same,
                   "send each line to the job whose number is in COLUMN; Perl is not run"},
    foreign_option{
        "--shard", "COLUMN", same,
        "send lines with the same value to the same job; the hash differs, and Perl is not run"},
    foreign_option{"--group-by --groupby", "COLUMN", same,
                   "make consecutive lines with the same value one record; Perl is not run"},
    foreign_option{"--recstart", "TEXT", same, "records begin with TEXT"},
    foreign_option{"--recend", "TEXT", same, "records end with TEXT"},
    foreign_option{"--regexp", "", translated,
                   "TEXT is a regular expression (RE2 syntax, not Perl's)"},
    foreign_option{"--rrs --remove-rec-sep --removerecsep", "", same,
                   "remove the separators between records"},
    foreign_option{"--round-robin --roundrobin --round", "", same,
                   "send blocks to the running jobs in turn; with -k, strictly"},
    foreign_option{"--cat", "", translated, "{} is the name of a file with the block: /dev/fd/3"},
    foreign_option{"--fifo", "", translated, "the same, but a pipe, which can be read once"},
    foreign_option{"--tee", "", same, "give the whole input to each job of ::: ITEM..."},
    // Other machines, other programs
    foreign_option{"-S --sshlogin", "HOST", translated,
                   "run jobs by ssh on HOST or N/HOST, where weir is needed; : is this machine"},
    foreign_option{"--slf --sshloginfile", "FILE", translated, "the same, a host in each line"},
    foreign_option{"-M --controlmaster", "", same, "a host has one connection in any case"},
    foreign_option{"--ssh", "COMMAND", same, "the ssh to use, with its options"},
    foreign_option{"--ssh-delay --sshdelay", "TIME", refused,
                   "not needed: each host has one connection"},
    foreign_option{"--onall --nonall", "", refused, "run jobs on each host yourself: ssh HOST"},
    foreign_option{"--filter-hosts --filter-host", "", refused,
                   "not needed: a host that does not answer is left out, with a warning"},
    foreign_option{"--hostgroups --hostgroup --hostgrp --hgrp", "", refused,
                   "groups of hosts are not supported"},
    foreign_option{"--basefile --bf", "FILE", translated,
                   "copied to the host before its first job"},
    foreign_option{"--transfer", "", translated, "--transferfile {}"},
    foreign_option{"--transferfile --tf", "FILE", translated, "copied to the host before the job"},
    foreign_option{"--return", "FILE", same, "copied back from the host after the job"},
    foreign_option{"--trc", "FILE", translated, "--transfer --return FILE --cleanup"},
    foreign_option{"--cleanup", "", same, "remove there what was copied"},
    foreign_option{"--rsync-opts", "OPTS", refused, "files go over the same connection as jobs"},
    foreign_option{"--sql --sql-master --sqlmaster --sql-worker --sqlworker", "DBURL", refused,
                   no_sql},
    foreign_option{"--sql-and-worker --sqlandworker", "DBURL", refused, no_sql},
    foreign_option{"--semaphore", "", same, "run one command when a slot is free, as sem does"},
    foreign_option{"--id --semaphore-name --semaphorename", "ID", same, "the semaphore's name"},
    foreign_option{"--st --semaphore-timeout --semaphoretimeout", "SECS", same,
                   "wait SECS at most, then run it anyway; -SECS: then give up"},
    foreign_option{"--wait", "", same, "wait until no command of the semaphore runs"},
    foreign_option{"--list-holders --list", "", same, "list the holders of semaphore slots"},
    foreign_option{"--tmux --tmuxpane", "", refused, "use --bar, or tmux itself"},
    foreign_option{"--embed", "", refused, "copy weir: it is one file without dependencies"},
    foreign_option{"--shebang --hashbang --shebang-wrap", "", refused,
                   "write a script that calls parallel"},
    foreign_option{"--shell-completion", "SHELL", refused, "completions come with weir"},
    foreign_option{"--_parset", "VAR", refused, "use readarray < <(parallel -k ...)"},
    foreign_option{"-J --profile", "NAME", translated,
                   "take options from ~/.parallel/NAME, or from a path"},
    foreign_option{"--plain", "", same, "ignore PARALLEL in the environment, and profiles"},
    foreign_option{"--minversion", "N", translated,
                   "print the version supported here, 20221122; fail if N is greater"},
    foreign_option{"--gnu --will-cite --no-notice", "", same, cited},
    foreign_option{"--citation --bibtex", "", translated,
                   "do nothing; there is no citation notice here"},
    foreign_option{"--version -V", "", same, "print the version"},
    foreign_option{"--help -h", "", same, "print this"},
};

}  // namespace

std::span<const foreign_option> parallel_options() {
  return parallel_table;
}

std::string parallel_help() {
  return "Usage: parallel [OPTIONS] [COMMAND [ARG...]] [::: ITEM...]\n"
         "Runs COMMAND, a script, with each item of the input, as GNU parallel does.\n\n" +
         describe(parallel_options()) +
         "\nExit status: the number of jobs that failed, 101 for more than 100; 255 for other "
         "errors.\n"
         "More: man weir, docs/from-parallel.md\n";
}

}  // namespace weir
