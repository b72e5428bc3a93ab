# weir_env: weir, with what this fish has defined: functions and variables. fish finds it by itself where it is installed.
#
#     weir_env my_function ::: 1 2
#
# The arguments are weir's. A command is a script for fish, which reads the definitions from a file of this user alone that lasts as
# long as weir runs; items stay data.

function weir_env --description 'weir, with the functions and variables of this fish'
    set -l __weir_dir /tmp
    set -q TMPDIR; and set __weir_dir $TMPDIR
    set -lx __weir_file (mktemp "$__weir_dir/weir_env.XXXXXX"); or return 3
    for __weir_name in (set --names)
        string match -qr '^(__weir_.*|__fish.*|fish_.*|FISH_VERSION|PWD|SHLVL|_|argv|history|hostname|pipestatus|status|status_generation|version|umask|dirprev|dirnext|euid)$' -- $__weir_name
        and continue
        # Those that are exported, the jobs have; they would only differ.
        set -qx $__weir_name; and continue
        echo set -g -- $__weir_name (string escape -- $$__weir_name)
    end >$__weir_file
    functions (functions --all --names | string match -v weir_env) >>$__weir_file
    # Ctrl-C ends a function of fish, and Ctrl-Z lets it go on: neither is the end of weir, which sh waits for.
    set -l __weir_shell "fish -C 'source \$__weir_file'"
    command sh -c 'trap "rm -f -- \"\$__weir_file\"" EXIT; trap : HUP INT TERM; weir --shell "$@"' weir_env $__weir_shell $argv
end
