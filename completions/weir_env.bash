# weir_env: weir, with what this bash has defined: functions, aliases, variables, arrays.
#
#     . weir_env.bash     (in ~/.bashrc, or in a script)
#     weir_env my_function ::: 1 2
#
# The arguments are weir's. A command is a script for bash, which reads the definitions from a file of this user alone that lasts
# as long as weir runs; items stay data. export -f and weir by itself do for functions; this does for the rest.

# A subshell by one word: of a stopped one bash prints all of its text.
weir_env() { (__weir_env "$@"); }

__weir_env() {
  # In the subshell alone: whatever the user has set, the lines below mean what they say.
  set +euxvC
  __weir_file=$(mktemp "${TMPDIR:-/tmp}/weir_env.XXXXXX") || exit 3
  trap 'rm -f -- "$__weir_file"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  {
    if [ -n "${BASH_ENV+set}" ]; then printf 'BASH_ENV=%q\n' "$BASH_ENV"; else echo 'unset BASH_ENV'; fi
    while IFS= read -r __weir_name; do
      case $__weir_name in BASH* | __weir_* | DIRSTACK | EPOCH* | EUID | FUNCNAME | GROUPS | HISTCMD | LINENO | OPT* | PIPESTATUS | \
          PPID | PWD | OLDPWD | RANDOM | SECONDS | SHELLOPTS | SHLVL | SRANDOM | UID | _) continue ;;
      esac
      # -r: a second declaration would be an error; of those that are exported, the jobs have the value, and PARALLEL_SEQ their own.
      case ${!__weir_name@a} in *r* | *x*) ;; *) declare -p "$__weir_name" 2>/dev/null ;; esac
    done <<<"$(compgen -A variable)"
    shopt -p dotglob extglob failglob globstar nocaseglob nocasematch nullglob
    shopt -po pipefail
    declare -f
    echo 'shopt -s expand_aliases'
    alias -p
  } >"$__weir_file"
  BASH_ENV=$__weir_file weir --shell bash "$@"
}
