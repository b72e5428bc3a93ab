# weir_env: weir, with what this zsh has defined: functions, aliases, variables, arrays.
#
#     autoload -Uz weir_env     (the file is a function in zsh's site-functions)
#     weir_env my_function ::: 1 2
#
# The arguments are weir's. A command is a script for zsh, which reads the definitions from a directory of this user alone that
# lasts as long as weir runs; items stay data.

(
  unsetopt xtrace
  local __weir_dir __weir_name
  local -A __weir_options
  __weir_options=("${(@kv)options[@]}")
  # In this subshell alone: whatever the user has set, the lines below mean what they say.
  emulate -R zsh
  __weir_dir=$(mktemp -d "${TMPDIR:-/tmp}/weir_env.XXXXXX") || exit 3
  trap 'rm -rf -- "$__weir_dir"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  {
    # What zsh reads at its start without this, and then the definitions.
    if (( ${+ZDOTDIR} )); then print -r -- "ZDOTDIR=${(q)ZDOTDIR}"; else print unset ZDOTDIR; fi
    print -r -- '[[ -r ${ZDOTDIR:-$HOME}/.zshenv ]] && . ${ZDOTDIR:-$HOME}/.zshenv'
    # How functions are to be read, and what they mean.
    for __weir_name in ${(k)options}; do
      case $__weir_name in (xtrace|verbose|err*|exec|unset|monitor|zle|*rcs|login|interactive|shinstdin|privileged|restricted) continue ;; esac
      case $__weir_options[$__weir_name] in ($options[$__weir_name]) ;; (on) print setopt $__weir_name ;; (off) print unsetopt $__weir_name ;; esac
    done
    for __weir_name in ${(k)parameters}; do
      case $__weir_name in
        __weir_*|ZDOTDIR|PWD|OLDPWD|SHLVL|_|RANDOM|SECONDS|LINENO|HISTCMD|OPTIND|OPTARG|TTY*|status|pipestatus|argv|ARGC|"*"|"@"|"?"|"#"|"$"|"!"|"-"|[0-9]*) continue ;;
      esac
      # Those that are special, read-only or local to a function are zsh's own; those that are exported, the jobs have.
      case ${parameters[$__weir_name]} in *special*|*readonly*|*export*|*hide*|undefined) ;; *) typeset -p -- "$__weir_name" ;; esac
    done 2>/dev/null
    functions
    alias -L
  } >"$__weir_dir/.zshenv"
  ZDOTDIR=$__weir_dir command weir --shell zsh "$@"
)
