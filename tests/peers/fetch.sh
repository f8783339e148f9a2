# Sourced by what compares with other engines: fetches them. `say` is what the caller tells people with.

# venv FOLDER: a virtual environment, made if it is not there; fails where Python cannot.
venv() {
    [ -x "$1/bin/python" ] && "$1/bin/python" -c '' 2>/dev/null && return
    rm -rf "$1"
    mkdir -p "$(dirname "$1")"
    python3 -m venv "$1" 2>/dev/null && return
    rm -rf "$1"
    say 'Python cannot make a virtual environment, so nothing is compared;'
    say 'on Debian and Ubuntu: apt-get install python3-venv'
    return 1
}

# pip FOLDER NAME==VERSION …: what is missing of that in the environment. Each alone, for one that
# has no package for this machine takes the others nothing.
pip() {
    into=$1
    shift
    for package; do
        "$into/bin/python" - "$package" <<'EOF' && continue
import sys
from importlib.metadata import PackageNotFoundError, version
name, wanted = sys.argv[1].split("==")
try:
    sys.exit(version(name) != wanted)
except PackageNotFoundError:
    sys.exit(1)
EOF
        say "fetching $package from PyPI"
        "$into/bin/python" -m pip install --quiet --disable-pip-version-check "$package" ||
            say "$package cannot be installed, so it is left out"
    done
}

# debian LOG NAME PACKAGE …: fails, and says so, where that cannot be.
debian() {
    log=$1
    name=$2
    shift 2
    if ! command -v apt-get >/dev/null; then
        say "neither $name nor apt to install it with, so it is left out"
        return 1
    fi
    say "installing $name from Debian"
    as_root=
    [ "$(id -u)" = 0 ] || as_root='sudo -n'
    { $as_root apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
        $as_root apt-get -qq install -y --no-install-recommends "$@"; } >"$log" 2>&1 && return
    cat "$log" >&2
    say "$name cannot be installed; as root: apt-get install $*"
    return 1
}

# virtuoso LOG: prints the server's program, nothing where there is none. Only the server and its
# client: the service that Debian starts is not used.
virtuoso() {
    command -v virtuoso-t >/dev/null || debian "$1" Virtuoso virtuoso-opensource >&2 || true
    command -v virtuoso-t || true
}
