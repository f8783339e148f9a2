#compdef standpoint
# Completion of standpoint for zsh. Files are offered where nothing else is.
_standpoint() {
    local -a names shown
    local line
    for line in "${(@f)$("${words[1]}" completions -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        names+=("${line%%$'\t'*}")
        shown+=("${line%%$'\t'*}  ${line#*$'\t'}")
    done
    if (( ${#names} )); then
        compadd -U -l -d shown -a names
    else
        _files
    fi
}
if [[ ${funcstack[1]} == _standpoint ]]; then
    _standpoint "$@"
else
    compdef _standpoint standpoint
fi
