// GNU parallel's options, those of parallel(1) 20221122 and shorter names that it takes.
#include "dialects/parallel.hpp"

#include <array>

namespace weir {

namespace {

using enum standing;

constexpr std::string_view no_sorting =
    "records are not sorted into jobs here: use awk(1) or sort(1)";
constexpr std::string_view no_remote = "jobs run on this machine only";
constexpr std::string_view no_sql = "no database is written: use --joblog FILE or weir --results";
constexpr std::string_view no_perl = "s///, tr///, $_ = with lc, uc, sprintf, ...: no Perl is run";
constexpr std::string_view by_number =
    "what has no line in --joblog FILE, by Seq; weir --journal goes by what a job is: it is safe "
    "where the input changed";
constexpr std::string_view progress = "weir's own display of progress";
constexpr std::string_view cited = "nothing: there is no notice here";

constexpr std::array table{
    // Input
    foreign_option{"-0 --null", "", same, "items end with NUL"},
    foreign_option{"-a --arg-file", "FILE", same, "items from FILE; several make all combinations"},
    foreign_option{"--arg-file-sep", "SEP", same, "SEP in place of ::::"},
    foreign_option{"--arg-sep", "SEP", same, "SEP in place of :::"},
    foreign_option{"-C --colsep", "REGEX", translated,
                   "split at REGEX, in RE2's syntax, not Perl's"},
    foreign_option{"--csv", "", same, "lines are CSV"},
    foreign_option{"-d --delimiter", "C", same, "items end with C"},
    foreign_option{"-E", "EOF", same, "items end before EOF"},
    foreign_option{"-e --eof", "[EOF]", translated, "the same"},
    foreign_option{"--header", "HEADER", same,
                   ":, the first line names the columns; with --pipe, what blocks begin with"},
    foreign_option{"--link --xapply", "", same,
                   "sources go in step; of files, the shortest ends them"},
    foreign_option{"-r --no-run-if-empty", "", same, "empty lines are no items"},
    foreign_option{"--shuf", "", translated, "jobs in an order by chance; stderr tells its seed"},
    foreign_option{"--shuf-seed", "N", same, "of weir: the order of an earlier --shuf"},
    foreign_option{"--skip-first-line", "", same, "the first line is none of the input"},
    foreign_option{"--trim", "HOW", same, "take blanks off items: l, r, lr, n"},
    // The command line
    foreign_option{"-I --replace", "R", same, "R in place of {}"},
    foreign_option{"-i", "[R]", same, "the same"},
    foreign_option{"-U --er --extensionreplace", "R", same, "R in place of {.}"},
    foreign_option{"--bnr --basenamereplace", "R", same, "R in place of {/}"},
    foreign_option{"--dnr --dirnamereplace", "R", same, "R in place of {//}"},
    foreign_option{"--bner --basenameextensionreplace", "R", same, "R in place of {/.}"},
    foreign_option{"--seqreplace", "R", same, "R in place of {#}"},
    foreign_option{"--slotreplace", "R", same, "R in place of {%}"},
    foreign_option{"-n --max-args", "N", same, "up to N items to a command line"},
    foreign_option{"-N --max-replace-args", "N", same, "the same; -N0: none is filled in"},
    foreign_option{"-L", "N", same, "up to N lines to a command line"},
    foreign_option{"-l --max-lines", "[N]", same, "the same; without N one"},
    foreign_option{"-q --quote", "", same, "the command's words are quoted for the shell"},
    foreign_option{"-m", "", same, "as many items as fit; the last ones over all slots"},
    foreign_option{"-X", "", translated,
                   "the same; a word such as x{}y is repeated, in a script none is"},
    foreign_option{"--xargs", "", same, "as many items as fit"},
    foreign_option{"-s --max-chars", "N", same, "command lines of up to N bytes"},
    foreign_option{"-x --exit", "", refused, "not needed: a command line that is too long fails"},
    foreign_option{"--max-line-length-allowed", "", same, "print what is the greatest -s N"},
    foreign_option{"--show-limits", "", refused, "use xargs --show-limits"},
    foreign_option{"--plus", "", translated, "but for {##} {choose_k} {uniq} {0#} {0%}"},
    foreign_option{"--rpl", "'TAG EXPR'", translated, no_perl},
    foreign_option{"--parens", "PARENS", same, "in place of {==} around expressions"},
    foreign_option{"--filter", "EXPR", refused, "filter the input, as with grep"},
    foreign_option{"--template --tmpl", "FILE=R", refused, "fill it in the command, as with sed"},
    foreign_option{"--shellquote --shell-quote", "", refused, "use printf '%q '"},
    foreign_option{"--env", "NAME", translated, "nothing more: jobs have the whole environment"},
    foreign_option{"--record-env --_", "", refused, "not needed: jobs have the whole environment"},
    foreign_option{"--session", "", refused, "not needed: jobs have the whole environment"},
    foreign_option{"--wd --workdir", "DIR", translated,
                   "jobs run in DIR; ... and placeholders are refused"},
    foreign_option{"--nice", "N", same, "the nice value of weir and its jobs"},
    foreign_option{"--tmpdir", "DIR", same, "of temporary files, and TMPDIR of jobs"},
    foreign_option{"--process-slot-var", "NAME", same, "the slot, from 0, in NAME"},
    foreign_option{"--tty", "", same, "one job at a time, with the terminal"},
    foreign_option{"-o --open-tty", "", refused, "use weir --as xargs -o"},
    foreign_option{"-p --interactive", "", refused, "use weir --as xargs -p"},
    foreign_option{"--fg", "", same, "a semaphore that waits for its command"},
    foreign_option{"--bg", "", same, "one that does not, as if nothing is said"},
    // Concurrency
    foreign_option{"-j -P --jobs --max-procs", "N", same, "N, N%, +N or -N jobs at once"},
    foreign_option{"--delay", "TIME", same, "between two starts"},
    foreign_option{"--timeout", "TIME", same, "of a job, or N% of the median"},
    foreign_option{"--retries", "N", same, "tries in total"},
    foreign_option{"--halt --halt-on-error", "WHEN", same, "when to stop early"},
    foreign_option{"--load", "N", same, "no start while so many processes run"},
    foreign_option{"--limit", "COMMAND", translated,
                   "asked before each start; exit 2 waits, as 1: no job is killed"},
    foreign_option{"--memfree", "SIZE", translated,
                   "no start while less is free; no job is killed for it"},
    foreign_option{"--memsuspend", "SIZE", same, "the youngest jobs stop while less is free"},
    foreign_option{"--noswap", "", refused, "swapping is not watched: use --memfree SIZE"},
    foreign_option{"--term-seq --termseq", "SEQ", refused, "jobs get TERM, and KILL after 10s"},
    foreign_option{"--use-cpus-instead-of-cores --use-cores-instead-of-threads "
                   "--use-sockets-instead-of-threads",
                   "", refused, "use -j N%"},
    foreign_option{"--number-of-cpus --number-of-cores --number-of-sockets --number-of-threads", "",
                   refused, "use nproc, lscpu"},
    // Output
    foreign_option{"-k --keep-order", "", same, "output in the order of the input"},
    foreign_option{"--no-keep-order", "", same, "output as jobs end"},
    foreign_option{"--group", "", same, "each job's output in one piece"},
    foreign_option{"-u --ungroup", "", same, "output is not captured"},
    foreign_option{"--lb --line-buffer --linebuffer", "", same, "whole lines, as they come"},
    foreign_option{"--ll --latest-line", "", refused, "use --bar"},
    foreign_option{"--tag", "", same, "the item before each line"},
    foreign_option{"--tagstring", "TEXT", same, "TEXT before each line"},
    foreign_option{"--ctag", "", refused, "use --tag"},
    foreign_option{"--ctagstring", "TEXT", refused, "use --tagstring TEXT"},
    foreign_option{"--color --colour", "", refused, "use --tag"},
    foreign_option{"--color-failed --cf", "", refused, "use --tag"},
    foreign_option{"--files --output-as-files --outputasfiles", "", translated,
                   "where the output is, in a directory of $TMPDIR, or of --results"},
    foreign_option{"--compress", "", refused, "not needed: output waits in unlinked files"},
    foreign_option{"--compress-program --decompress-program", "PRG", refused, "not needed"},
    foreign_option{"-t --verbose", "", same, "each command line to stderr as it starts"},
    foreign_option{"-v", "", same, "each command line to stdout, before the output"},
    foreign_option{"--silent", "", same, "nothing but the output"},
    foreign_option{"--dry-run --dryrun", "", same, "command lines; none runs"},
    foreign_option{"--bar --eta --progress", "", translated, progress},
    foreign_option{"--total-jobs --total", "N", refused,
                   "the total is known when the input was read"},
    // Records
    foreign_option{"--joblog --jl", "FILE", translated,
                   "the same columns; Exitval is -1 of what was killed. +FILE: at its end"},
    foreign_option{"--results --res", "DIR", translated,
                   "DIR/1/ITEM/stdout, stderr, seq, or a path with {}; no .csv, .tsv, .json"},
    foreign_option{"--resume", "", same, by_number},
    foreign_option{"--resume-failed", "", same, "the same, and what failed"},
    foreign_option{"--retry-failed", "", same, "what failed, by the commands in --joblog FILE"},
    // --pipe
    foreign_option{"--pipe --spreadstdin", "", same, "blocks of the input are the stdin of jobs"},
    foreign_option{"--pipe-part --pipepart", "", same, "the same with ranges of the FILE of -a"},
    foreign_option{"--block --block-size", "SIZE", same,
                   "bytes of a block; with --pipepart, -N makes N blocks per slot"},
    foreign_option{"--block-timeout --bt", "TIME", refused,
                   "use -N, with which a block is dealt out as soon as it is there"},
    foreign_option{"--bin", "EXPR", refused, no_sorting},
    foreign_option{"--shard", "EXPR", refused, no_sorting},
    foreign_option{"--group-by --groupby", "EXPR", refused, no_sorting},
    foreign_option{"--recstart", "TEXT", same, "records begin with TEXT"},
    foreign_option{"--recend", "TEXT", same, "records end with TEXT"},
    foreign_option{"--regexp", "", translated,
                   "TEXT is an expression, in RE2's syntax, not Perl's"},
    foreign_option{"--rrs --remove-rec-sep --removerecsep", "", same,
                   "what stands between records is left out"},
    foreign_option{"--round-robin --roundrobin --round", "", refused,
                   "a block is one job's here: leave it out"},
    foreign_option{"--cat --fifo", "", refused,
                   "write the block to a file: f=$(mktemp); cat > $f; COMMAND $f; rm $f"},
    foreign_option{"--tee", "", refused, "use tee(1) >(COMMAND), or a file that all jobs read"},
    // Other machines, other programs
    foreign_option{"-S --sshlogin", "HOST", refused, no_remote},
    foreign_option{"--slf --sshloginfile", "FILE", refused, no_remote},
    foreign_option{"-M --controlmaster", "", refused, no_remote},
    foreign_option{"--ssh", "COMMAND", refused, no_remote},
    foreign_option{"--ssh-delay --sshdelay", "TIME", refused, no_remote},
    foreign_option{"--onall --nonall", "", refused, no_remote},
    foreign_option{"--filter-hosts", "", refused, no_remote},
    foreign_option{"--hostgroups --hgrp", "", refused, no_remote},
    foreign_option{"--basefile --bf", "FILE", refused, no_remote},
    foreign_option{"--transfer", "", refused, no_remote},
    foreign_option{"--transferfile --tf", "FILE", refused, no_remote},
    foreign_option{"--return --trc", "FILE", refused, no_remote},
    foreign_option{"--cleanup", "", refused, no_remote},
    foreign_option{"--rsync-opts", "OPTS", refused, no_remote},
    foreign_option{"--sql --sql-master --sqlmaster --sql-worker --sqlworker", "DBURL", refused,
                   no_sql},
    foreign_option{"--sql-and-worker --sqlandworker", "DBURL", refused, no_sql},
    foreign_option{"--semaphore", "", same, "as sem: one command, when a slot is free"},
    foreign_option{"--id --semaphore-name --semaphorename", "ID", same, "the semaphore's name"},
    foreign_option{"--st --semaphore-timeout --semaphoretimeout", "SECS", same,
                   "of waiting, then it runs; -SECS: then it gives up"},
    foreign_option{"--wait", "", same, "until no command of the semaphore runs"},
    foreign_option{"--list-holders --list", "", same, "of semaphores: who has the slots"},
    foreign_option{"--tmux --tmuxpane", "", refused, "use --bar, or tmux itself"},
    foreign_option{"--embed", "", refused, "weir is one file without dependencies: copy it"},
    foreign_option{"--shebang --hashbang --shebang-wrap", "", refused,
                   "use a script that calls it"},
    foreign_option{"--shell-completion", "SHELL", refused, "completions come with weir"},
    foreign_option{"--_parset", "VAR", refused, "use readarray < <(parallel -k ...)"},
    foreign_option{"-J --profile", "NAME", refused, "no files are read: set PARALLEL='OPTIONS'"},
    foreign_option{"--plain", "", same, "PARALLEL in the environment is not looked at"},
    foreign_option{"--minversion", "N", translated, "20221122, the version that is spoken here"},
    foreign_option{"--gnu --will-cite --no-notice --citation --bibtex", "", same, cited},
    foreign_option{"--version -V", "", same, "print the version"},
    foreign_option{"--help -h", "", same, "print this"},
};

}  // namespace

std::span<const foreign_option> parallel_options() {
  return table;
}

}  // namespace weir
