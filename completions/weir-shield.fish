# fish completion for weir-shield(1): what it runs completes as a command line of its own
complete -c weir-shield -x -a '(__fish_complete_subcommand)'
complete -c weir-shield -n __fish_is_first_token -s h -l help -d 'Print a short help'
complete -c weir-shield -n __fish_is_first_token -l version -d 'Print the version'
