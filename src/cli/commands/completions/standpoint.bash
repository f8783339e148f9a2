# Completion of standpoint for bash. Files are offered where nothing else is.
_standpoint() {
    COMPREPLY=()
    local line
    while IFS= read -r line; do
        COMPREPLY+=("${line%%$'\t'*}")
    done < <("${COMP_WORDS[0]}" completions -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    # Names have blanks, which are to be quoted as those of files are; but no name is a folder.
    [[ ${#COMPREPLY[@]} -eq 0 ]] || compopt -o filenames 2>/dev/null
}
complete -o default -F _standpoint standpoint
