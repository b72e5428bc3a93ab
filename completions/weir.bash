# bash completion for weir(1) and weir-shield(1)

# The words of COMMAND complete as those of a command line of its own.
_weir_command_at() {
  local i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      --) echo $((i + 1)); return ;;
      --*=*) ;;
      --block | --max-chars | --shuf-seed | --max-lines | --recend | --recstart | --arg-file | --delimiter | --max-args | --colsep | --header | --shell | --max-line | \
        --file | --format | --only | --except | --shard | --durations | --limit | --jobs | --max-procs | --pending-limit | --delay | --load | --memfree | --memsuspend | --job-memory | --job-gpus | --gpus | --gate | \
        --output | --color-jobs | --tagstring | --ci | --halt | \
        --retries | --retry-delay | --retry-max | --retry-on | --ok | --skip | --timeout | --close-timeout | --cgroup | --leftovers | --wait-timeout | --term-timeout | \
        --joblog | --junit | --junit-suite | --results | --report | --trace | --journal | --resume | --unfinished | --sync | \
        --max-replace-args | --arg-sep | --arg-file-sep | --trim | --rpl | --parens | --nice | --wd | --workdir | --tmpdir | --process-slot-var | \
        --block | --block-size | --recend | --recstart | --bin | --group-by | --groupby | \
        --on | --remote-weir | --remote-dir | --send | --send-once | --return | --ssh | --slurm-workers | --slurm-arg | --node-retries | \
        -a | -d | -n | -N | -L | -C | -E | -I | -j | -P)
        ((i++))
        [[ ${COMP_WORDS[i]} == = ]] && ((i++))
        ;;
      --jobserver | --control) [[ ${COMP_WORDS[i + 1]} == = ]] && ((i += 2)) ;;
      -*) ;;
      *) echo "$i"; return ;;
    esac
  done
}

# The manifest that was named before the word at hand, without quotes.
_weir_manifest() {
  local i file
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && return
    [[ ${COMP_WORDS[i]} == --file ]] || continue
    [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
    ((i + 1 < COMP_CWORD)) && file=${COMP_WORDS[i + 1]//[\"\'\\]/}
    echo "${file/#\~\//$HOME/}"
    return
  done
}

# Of the names on stdin, those that begin with what was typed. Readline has words end at : and =, too.
_weir_offer() {
  local name typed=${COMP_LINE:0:COMP_POINT} done_
  typed=${typed##*[[:space:]]}
  [[ $typed == --*=* ]] && typed=${typed#*=}
  typed=${typed//[\"\'\\]/}
  done_=${typed%"${typed##*[:=]}"}
  while IFS= read -r name; do
    [[ $name == "$typed"* ]] && COMPREPLY+=("$(printf %q "${name#"$done_"}")")
  done
}

_weir_jobs() {
  [[ -f $1 ]] || return
  _weir_offer < <(
    "${COMP_WORDS[0]/#\~\//$HOME/}" --file "$1" --check 2>/dev/null </dev/null | _weir_names
    # And as written, with {KEY}: every job of a matrix.
    grep -oE "name\"? *[:=] *(\"[^\"]*\{[^\"]*\"|'[^']*\{[^']*')" "$1" | sed -E "s/^[^:=]*[:=] *.//; s/.\$//"
  )
}

# weir ctl [--json] [SOCKET|PID] VERB: the verbs, then the jobs that run.
_weir_ctl() {
  local i run=() verb=
  for ((i = 2; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -*) ;;
      status | limit | pause | resume | cancel | kill | add | wait) verb=${COMP_WORDS[i]} && break ;;
      *) run=("${COMP_WORDS[i]}") ;;
    esac
  done
  case $verb in
    '') COMPREPLY=($(compgen -W '--json --help status limit pause resume cancel kill add wait' -- "$cur")) ;;
    cancel | kill)
      _weir_offer < <("${COMP_WORDS[0]/#\~\//$HOME/}" ctl "${run[@]}" status 2>/dev/null </dev/null |
        sed -n 's/^weir:   slot [0-9]* for [^:]*: //p')
      ;;
  esac
}

# Of the plan that --check prints: each stands above its command.
_weir_names() {
  awk '/^ *[0-9]+\. / { name = $0; sub(/^ *[0-9]+\. /, "", name); next }
    /^    [^ ]/ && name != "" { print name } { name = "" }'
}

# Files with one of these endings, and directories; any file where there is none of them.
_weir_files() {
  local name found= all=()
  compopt -o filenames
  mapfile -t all < <(compgen -f -- "$cur")
  for name in "${all[@]}"; do
    if [[ $name =~ \.($1)$ ]]; then
      COMPREPLY+=("$name") found=yes
    elif [[ -d ${name/#\~\//$HOME/} ]]; then
      COMPREPLY+=("$name")
    fi
  done
  [[ -n $found ]] || COMPREPLY=("${all[@]}")
}

# The shells that weir knows and that are there; files once a path is begun.
_weir_shells() {
  if [[ $cur == */* ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -W "$(type -P sh bash dash ksh mksh zsh fish tcsh csh | sed 's,.*/,,')" -- "$cur")
  fi
}

# As the first word also what weir does besides running jobs.
_weir_programs() {
  COMPREPLY=($( ((COMP_CWORD == 1)) && compgen -W 'ctl report' -- "$cur"; compgen -c -- "$cur"))
}

_weir() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} at manifest joined=
  COMPREPLY=()
  if [[ ${COMP_WORDS[1]} == ctl ]] && ((COMP_CWORD > 1)); then
    _weir_ctl
    return
  fi
  if [[ ${COMP_WORDS[1]} == report ]] && ((COMP_CWORD > 1)); then
    if [[ $cur == -* ]]; then
      COMPREPLY=($(compgen -W '-o --compare --help' -- "$cur"))
    elif [[ $prev == -o ]]; then
      _weir_files html
    else
      _weir_files jsonl
    fi
    return
  fi
  manifest=$(_weir_manifest)
  at=$(_weir_command_at)
  [[ -n $manifest ]] && at=
  if [[ -n $at ]]; then
    if ((at == COMP_CWORD)); then
      _weir_programs
    elif declare -F _command_offset >/dev/null; then
      _command_offset "$at"
    else
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
    return
  fi
  [[ $cur == = || $prev == = ]] && joined=yes
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $prev in
    --shell) _weir_shells; return ;;
    --file) _weir_files 'toml|jsonl|ndjson'; return ;;
    --journal | --resume) _weir_files jsonl; return ;;
    --report) _weir_files html; return ;;
    -a | --arg-file | --durations | --joblog | --junit | --results | --trace | --send | --send-once | --return)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return
      ;;
    --as) COMPREPLY=($(compgen -W 'parallel sem moreutils xargs' -- "$cur")); return ;;
    --output) COMPREPLY=($(compgen -W 'group line raw' -- "$cur")); return ;;
    --color-jobs) COMPREPLY=($(compgen -W 'never always auto' -- "$cur")); return ;;
    --cgroup) COMPREPLY=($(compgen -W 'auto require never' -- "$cur")); return ;;
    --leftovers) COMPREPLY=($(compgen -W 'leave end fail' -- "$cur")); return ;;
    --jobserver) [[ -n $joined ]] && COMPREPLY=($(compgen -W 'fifo pipe' -- "$cur")) && return ;;
    --ci) COMPREPLY=($(compgen -W 'auto github gitlab none' -- "$cur")); return ;;
    --format) COMPREPLY=($(compgen -W 'toml jsonl' -- "$cur")); return ;;
    --unfinished) COMPREPLY=($(compgen -W 'again skip' -- "$cur")); return ;;
    --retry-on) COMPREPLY=($(compgen -W 'timeout' -- "$cur")); return ;;
    --sync) COMPREPLY=($(compgen -W 'each batch none' -- "$cur")); return ;;
    --only | --except) _weir_jobs "$manifest"; return ;;
    --header) COMPREPLY=($(compgen -W ':' -- "$cur")); return ;;
    --halt)
      COMPREPLY=($(compgen -W 'never now,fail=1 now,success=1 now,done=1 soon,fail=1
        soon,success=1 soon,done=1' -- "$cur"))
      return
      ;;
    --wd | --workdir | --tmpdir)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return
      ;;
    --on) COMPREPLY=($(compgen -W 'local local/ ssh: slurm exec:' -- "$cur")); return ;;
    --trim) COMPREPLY=($(compgen -W 'l r lr n' -- "$cur")); return ;;
    -N | -L | -C | -E | -I | --max-replace-args | --arg-sep | --arg-file-sep | --rpl | --parens | --nice | --process-slot-var | \
      --block | --block-size | --recend | --recstart | --shard | --bin | --group-by | --groupby | \
      --remote-weir | --remote-dir | --ssh | --slurm-workers | --slurm-arg | --node-retries | \
      -d | --delimiter | -n | --max-args | -s | --max-chars | --shuf-seed | --colsep | --max-line | -j | --limit | --jobs | --max-procs | \
      --pending-limit | --delay | --load | --memfree | --memsuspend | --gate | --job-memory | --job-gpus | --gpus | --tagstring | --junit-suite | --retries | --retry-delay | --retry-max | --ok | --skip | --timeout | --close-timeout | \
      --wait-timeout | --term-timeout)
      return
      ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W '-a --arg-file -0 --null -d --delimiter -n --max-args -N --max-replace-args -L -l --max-lines -C --colsep
      --pipe --pipepart --round-robin --bin --tee --group-by --groupby --cat --fifo --block --block-size --recend --recstart --regexp --rrs
      -E --skip-first-line -m -X --xargs -s --max-chars --shuf --shuf-seed --link --xapply --arg-sep --arg-file-sep --trim -I -i --replace --plus --rpl --parens --nice --wd --workdir --tmpdir --process-slot-var
      --on --remote-weir --remote-dir --send --send-once --return --cleanup --ssh --slurm-workers --slurm-arg --node-retries --worker
      --csv --header -r --no-run-if-empty --shell --max-line --file --format --only --except --shard --durations --check --graph
      --schema -j -P --limit --jobs --max-procs --jobserver --pending-limit --delay --load --memfree --memsuspend --noswap --gate --job-memory --job-gpus --gpus --control --output --group
      --lb --line-buffer -u --ungroup --raw -k --keep-order --tag --tagstring --pty --tty --color-jobs --final-newline
      --bar --eta --progress --no-progress --summary --ci -q --quiet -t --verbose --halt --retries
      --retry-delay --retry-max --retry-on --ok --skip --timeout --shield --close-timeout --cgroup --leftovers --wait-timeout --term-timeout --joblog --junit --junit-suite --results --report --trace
      --journal --resume --resume-failed --unfinished --sync --as --dry-run -V --version
      -h --help --help-all' -- "$cur"))
  elif [[ -n $manifest ]]; then
    _weir_jobs "$manifest"
  else
    _weir_programs
  fi
} && complete -F _weir weir

# What it runs completes as a command line of its own.
_weir_shield() {
  local cur=${COMP_WORDS[COMP_CWORD]} at=1
  COMPREPLY=()
  [[ ${COMP_WORDS[1]} == -- ]] && ((COMP_CWORD > 1)) && at=2
  if ((at == COMP_CWORD)) && [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W '-h --help --version' -- "$cur"))
  elif ((at == COMP_CWORD)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$cur")
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$at"
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
} && complete -F _weir_shield weir-shield
