# Completion of standpoint for fish. Files are offered where nothing else is.
function __standpoint
    set -l typed (commandline -opc) (commandline -ct)
    set -l found ($typed[1] completions -- $typed[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c standpoint -f -a '(__standpoint)'
