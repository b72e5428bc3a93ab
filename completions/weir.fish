# fish completion for weir(1)

# No command yet: only options and their values so far.
function __fish_weir_no_command
    set -l words (commandline -opc)
    set -e words[1]
    set -l takes_value a d n N L C E I j P s max-chars shuf-seed max-replace-args arg-sep arg-file-sep trim rpl parens nice wd workdir tmpdir process-slot-var arg-file delimiter max-args colsep header shell max-line file format only \
        block block-size recend recstart bin group-by groupby \
        on remote-weir remote-dir send send-once return ssh slurm-workers slurm-arg node-retries \
        except shard durations limit jobs max-procs \
        pending-limit delay color-jobs load memfree memsuspend job-memory job-gpus gpus gate output tagstring ci halt retries retry-delay retry-max retry-on ok skip timeout close-timeout cgroup leftovers wait-timeout \
        term-timeout \
        joblog junit junit-suite results report trace journal resume unfinished sync
    set -l value 0
    for word in $words
        if test $value = 1
            set value 0
        else if test "$word" = --
            return 1
        else if string match -qr -- '^--?[a-zA-Z0-9]' "$word"
            contains -- (string replace -r -- '^--?' '' "$word") $takes_value; and set value 1
        else
            return 1
        end
    end
    return 0
end

# The manifest that was named, if any was.
function __fish_weir_manifest
    set -l words (commandline -opc)
    for at in (seq 2 (count $words))
        test "$words[$at]" = --; and return 1
        if string match -q -- '--file=*' $words[$at]
            string replace -- --file= '' $words[$at]
            return 0
        else if test "$words[$at]" = --file; and test $at -lt (count $words)
            echo $words[(math $at + 1)]
            return 0
        end
    end
    return 1
end

# The names of its jobs: in the plan that --check prints, each stands above its command.
function __fish_weir_jobs
    set -l file (string replace -r -- '^~/' "$HOME/" (__fish_weir_manifest))
    test -f "$file"; or return
    set -l weir (commandline -opc)[1]
    $weir --file $file --check 2>/dev/null </dev/null | awk '/^ *[0-9]+\. / {
            name = $0; sub(/^ *[0-9]+\. /, "", name); next }
        /^    [^ ]/ && name != "" { print name } { name = "" }'
    # And as written, with {KEY}: every job of a matrix.
    grep -oE 'name"? *[:=] *("[^"]*\{[^"]*"|\'[^\']*\{[^\']*\')' $file | string replace -r -- '^[^:=]*[:=] *.(.*).$' '$1'
end

# Files with one of these endings, and directories; any file where there is none of them.
function __fish_weir_files
    set -l all (__fish_complete_path (string replace -r -- '^--[a-z-]+=' '' (commandline -ct)))
    if string match -qr -- "\.($argv[1])(\t|\$)" $all
        string match -r -- "^[^\t]*(?:\.(?:$argv[1])|/)(?:\t.*)?\$" $all
    else
        string join -- \n $all
    end
end

# The shells that weir knows and that are there; files once a path is begun.
function __fish_weir_shells
    set -l begun (string replace -r -- '^--[a-z-]+=' '' (commandline -ct))
    if string match -q -- '*/*' $begun
        __fish_complete_path $begun
    else
        path basename (command -s sh bash dash ksh mksh zsh fish tcsh csh)
    end
end

# weir ctl
function __fish_weir_ctl
    test "$(commandline -opc)[2]" = ctl
end
# Its verb, once there is one.
function __fish_weir_ctl_verb
    string match -r -- '^(?:status|limit|pause|resume|cancel|kill|add|wait)$' (commandline -opc)[3..-1]
end
# The jobs that run, of the SOCKET or PID that stands before the verb, if any does.
function __fish_weir_running
    set -l words (commandline -opc)
    set -l run (string match -rv -- '^(?:-.*|cancel|kill)$' $words[3..-1])[1]
    $words[1] ctl $run status 2>/dev/null </dev/null | string replace -rf -- '^weir:   slot \d+ for [^:]*: ' ''
end
complete -c weir -n __fish_weir_ctl -f
complete -c weir -n '__fish_weir_ctl; and not __fish_weir_ctl_verb >/dev/null' -f -a 'status limit pause resume cancel kill add wait'
complete -c weir -n '__fish_weir_ctl; and not __fish_weir_ctl_verb >/dev/null' -f -l json -d 'The answer as one JSON object'
complete -c weir -n '__fish_weir_ctl; and not __fish_weir_ctl_verb >/dev/null' -f -l help -d 'Print a short help'
complete -c weir -n '__fish_weir_ctl; and contains -- (__fish_weir_ctl_verb)[1] cancel kill' -f -a '(__fish_weir_running)'

# weir report
function __fish_weir_report
    test "$(commandline -opc)[2]" = report
end
complete -c weir -n __fish_weir_report -f -a '(__fish_weir_files jsonl)'
complete -c weir -n __fish_weir_report -s o -x -a '(__fish_weir_files html)' -d 'Write the page to this file'
complete -c weir -n __fish_weir_report -f -l compare -d 'Show what got worse'
complete -c weir -n __fish_weir_report -f -l help -d 'Print a short help'

function __fish_weir_first_word
    test (count (commandline -opc)) = 1
end
complete -c weir -n __fish_weir_first_word -f -a ctl -d 'Tell a run in progress what to do'
complete -c weir -n __fish_weir_first_word -f -a report -d 'Make a page of a journal'

complete -c weir -n __fish_weir_manifest -f -a '(__fish_weir_jobs)'
complete -c weir -n 'not __fish_weir_ctl; and not __fish_weir_report; and not __fish_weir_manifest; and not __fish_weir_no_command' -F
complete -c weir -n 'not __fish_weir_manifest; and __fish_weir_no_command' -f -a '(__fish_complete_command)'

set -l option complete -c weir -n __fish_weir_no_command
$option -s a -l arg-file -r -F -d 'Read items from a file'
$option -s 0 -l null -d 'Items end with NUL'
$option -s d -l delimiter -x -d 'Items end with this character'
$option -s n -l max-args -x -d 'Items per command line'
$option -x -s N -l max-replace-args -d 'Items per command line'
$option -x -s L -d 'Items per command line'
$option -f -s l -l max-lines -d 'Items per command line'
$option -x -s E -d 'Items end before this one'
$option -f -l skip-first-line -d 'Skip the first line'
$option -f -s m -d 'As many items as fit, the last ones spread over all slots'
$option -f -s X -d 'Same as -m, repeating longer words'
$option -f -l xargs -d 'As many items as fit'
$option -s s -l max-chars -x -d 'Longest command line, in bytes'
$option -f -l shuf -d 'Take items in random order'
$option -l shuf-seed -x -d 'Repeat the order of an earlier --shuf'
$option -f -l link -l xapply -d 'Read all sources in step'
$option -x -l arg-sep -d 'Use instead of :::'
$option -x -l arg-file-sep -d 'Use instead of ::::'
$option -x -l trim -a 'l r lr n' -d 'Strip blanks from items'
$option -x -s I -d 'Use instead of {}'
$option -f -s i -l replace -d 'Use instead of {}'
$option -f -l plus -d 'More placeholders'
$option -x -l rpl -d 'Define a placeholder'
$option -x -l parens -d 'Use instead of {==}'
$option -x -l nice -d 'Nice value of the jobs'
$option -x -l wd -l workdir -a '(__fish_complete_directories)' -d 'Where jobs run'
$option -x -l tmpdir -a '(__fish_complete_directories)' -d 'Where temporary files are'
$option -x -l process-slot-var -d 'Variable for the slot number, from 0'
$option -x -l on -a 'local local/ ssh: slurm exec:' -d 'Run jobs elsewhere'
$option -x -l remote-weir -d 'Path of weir on other machines'
$option -x -l remote-dir -d 'Where jobs run there'
$option -r -l send -d 'File that goes there before a job'
$option -r -l send-once -d 'File that goes to each worker before its first job'
$option -r -l return -d 'File that comes back after a job'
$option -f -l cleanup -d 'Remove there what was copied'
$option -x -l ssh -d 'Command to use for ssh:'
$option -x -l slurm-workers -d 'Number of Slurm jobs'
$option -x -l slurm-arg -d 'Argument for srun'
$option -x -l node-retries -d 'Reruns if a worker is lost'
$option -f -l worker -d 'Be a worker'
$option -s C -l colsep -x -d 'Split each line into columns at a regular expression'
$option -l pipe -d 'Split the input into blocks'
$option -l pipepart -d 'Split a file into ranges of bytes'
$option -l block -l block-size -x -d 'Size of a block'
$option -l round-robin -d 'Deal blocks to running jobs in turn'
$option -l bin -x -d 'Send each line to the job with its number'
$option -l tee -d 'Give the whole input to each job'
$option -l group-by -l groupby -x -d 'Make consecutive lines with the same value one record'
$option -l cat -d '{} is the name of a file with the block'
$option -l fifo -d '{} is the name of a pipe with the block'
$option -l recend -x -d 'What records end with'
$option -l recstart -x -d 'What records begin with'
$option -l regexp -d 'These are regular expressions'
$option -l rrs -d 'Remove the separators between records'
$option -l csv -d 'Lines are CSV (RFC 4180)'
$option -l header -x -a : -d 'The first line or item names its column'
$option -s r -l no-run-if-empty -d 'Accept /dev/null as an empty list'
$option -l shell -x -a '(__fish_weir_shells)' -d 'Run scripts with this shell'
$option -l max-line -x -d 'Refuse longer lines'
$option -l file -x -a "(__fish_weir_files 'toml|jsonl|ndjson')" -d 'Run the jobs of a manifest'
$option -l format -x -a 'toml jsonl' -d 'Format of the manifest'
$option -l only -x -a '(__fish_weir_jobs)' -d 'Only jobs whose names match'
$option -l except -x -a '(__fish_weir_jobs)' -d 'All jobs but those whose names match'
$option -l shard -x -d 'Run part I of N; with --pipe, send lines with the same value to the same job'
$option -l durations -r -F -d 'Remember how long jobs take'
$option -l check -d 'Check the manifest and print the plan'
$option -l graph -d 'Print the dependencies as a Graphviz graph'
$option -l schema -d 'Print the JSON Schema of manifests'
$option -s j -s P -l limit -l jobs -l max-procs -x -d 'Jobs at once: N, N%, +N, -N'
$option -l jobserver -d 'Share the limit with makes among the jobs'
$option -l pending-limit -x -d 'Jobs to read ahead'
$option -l delay -x -d 'Minimum time between two starts'
$option -l load -x -d 'Start no job while the load is this high'
$option -l memfree -x -d 'Start no job while less memory is free'
$option -l control -d 'Accept commands from weir ctl'
$option -l noswap -d 'Start no job while the machine swaps'
$option -l memsuspend -x -d 'Suspend the youngest jobs while less memory is free'
$option -l gate -x -d 'Ask a command before each start'
$option -l job-memory -x -a learn -d 'Start no more jobs than fit, by what each takes'
$option -l job-gpus -x -d 'Give each job GPUs of its own'
$option -l gpus -x -d 'GPUs for jobs that claim some'
$option -l output -x -a 'group\t"each job in one piece" line\t"lines as they come" raw\t"not captured"' -d 'How output is captured'
$option -l group -d 'Output of each job in one piece'
$option -l lb -d 'Lines as they come'
$option -l line-buffer -d 'Lines as they come'
$option -s u -l ungroup -l raw -d 'Output is not captured'
$option -s k -l keep-order -d 'Output in the order of the input'
$option -l tag -d 'Start each line of output with the item'
$option -l tagstring -x -d 'Start each line of output with a text'
$option -l pty -d 'Give each job a terminal to write to'
$option -l tty -d 'Run each job alone, with the terminal'
$option -l color-jobs -x -a 'never always auto' -d 'Ask jobs to colour their output'
$option -l final-newline -d 'End the output of each job with a newline'
$option -l bar -d 'Show progress at once'
$option -l eta -d 'Show progress at once'
$option -l progress -d 'Show progress at once'
$option -l no-progress -d 'Show no progress'
$option -l summary -d 'Print the summary even if all jobs succeeded'
$option -s q -l quiet -d 'One line for each failure; twice: nothing'
$option -l ci -x -a 'auto github gitlab none' -d 'Fold the log for a CI system'
$option -s t -l verbose -d 'Print each command line as it starts'
$option -l halt -x -a 'never now,fail=1 now,success=1 now,done=1 soon,fail=1 soon,success=1 soon,done=1' -d 'Stop early'
$option -l retries -x -d 'Tries of a failing job, in total'
$option -l retry-delay -x -d 'Pause before the second try, then doubled each time'
$option -l retry-max -x -d 'Longest pause before a try'
$option -l retry-on -x -a timeout -d 'Exit codes, or timeout, to retry after'
$option -l ok -x -d 'Exit codes that count as success'
$option -l skip -x -d 'Exit codes that count as skipped'
$option -l timeout -x -d 'End a job after a time or a share of the median'
$option -l shield -d 'Ctrl-C waits for running jobs'
$option -l close-timeout -x -d 'Time between TERM and KILL when ending a job'
$option -l cgroup -x -a 'auto require never' -d 'When jobs run in control groups of their own'
$option -l leftovers -x -a 'leave end fail' -d 'What to do with processes that jobs leave behind'
$option -l wait-timeout -x -d 'How long to wait for shielded jobs after Ctrl-C'
$option -l term-timeout -x -d 'How long to wait for shielded jobs after TERM or HUP'
$option -l journal -x -a '(__fish_weir_files jsonl)' -d 'Record the run in a file'
$option -l resume -x -a '(__fish_weir_files jsonl)' -d 'Continue the run recorded in a journal'
$option -l resume-failed -d 'Rerun failed jobs'
$option -l unfinished -x -a 'again skip' -d 'Jobs that started but did not end'
$option -l sync -x -a 'each batch none' -d 'When to sync the journal to disk'
$option -l joblog -r -F -d 'Log of the jobs in the columns of GNU parallel'
$option -l report -x -a '(__fish_weir_files html)' -d 'Write the run as one HTML page'
$option -l trace -r -F -d 'Attempts by slot as Chrome trace events'
$option -l junit -r -F -d 'Jobs as tests in JUnit XML, for CI servers'
$option -l junit-suite -x -d 'Name of the suite of --junit'
$option -l results -r -F -d 'Output and outcome of each job'
$option -l as -x -a 'parallel sem moreutils xargs' -d 'Take the command line of another tool'
$option -l dry-run -d 'Print the command lines, run nothing'
$option -s V -l version -d 'Print the version; with --verbose also what weir was built with'
$option -s h -l help -d 'Print the most common options'
$option -l help-all -d 'Print all options'
