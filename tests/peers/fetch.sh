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

# npm_packages FOLDER NAME@VERSION …: prints the folder that Node finds them in, nothing where they cannot be had.
npm_packages() {
    into=$1
    shift
    if ! { command -v node && command -v npm; } >/dev/null 2>&1; then
        debian "$into.log" Node nodejs npm >&2 || return 0
    fi
    mkdir -p "$into"
    if [ "$(cat "$into/installed" 2>/dev/null)" != "$*" ]; then
        say "fetching $* from npm"
        (cd "$into" && npm install --silent --no-fund --no-audit --no-save "$@") >&2 || {
            say "$* cannot be installed, so it is left out"
            return 0
        }
        echo "$*" >"$into/installed"
    fi
    (cd "$into" && echo "$PWD/node_modules")
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

# browser_program LOG: prints the browser's program, nothing where there is none.
# Not named after the program: `command -v` would find the function.
browser_program() {
    command -v chromium >/dev/null || debian "$1" Chromium chromium >&2 || true
    command -v chromium || true
}

# virtuoso LOG: prints the server's program, nothing where there is none. Only the server and its
# client: the service that Debian starts is not used.
virtuoso() {
    command -v virtuoso-t >/dev/null || debian "$1" Virtuoso virtuoso-opensource >&2 || true
    command -v virtuoso-t || true
}

# jena FOLDER: prints Jena's class path, nothing where there is no Jena. The package has everything but
# Java, and its copy of Xerces looks for its messages in another folder than they are in.
jena() {
    if ! { command -v java && dpkg -s libapache-jena-java; } >/dev/null 2>&1; then
        java=
        command -v java >/dev/null || java=default-jre-headless
        debian "$1/apt.log" Jena libapache-jena-java $java >&2 || return 0
    fi
    if [ ! -d "$1/jena/xerces" ]; then
        rm -rf "$1/jena" && mkdir -p "$1/jena"
        python3 - "$1/jena" <<'PYTHON'
import pathlib, sys, zipfile
folder = "org/apache/jena/ext/xerces/"
with zipfile.ZipFile("/usr/share/java/jena-core.jar") as jar:
    for name in jar.namelist():
        if name.startswith(folder) and name.endswith(".properties"):
            file = pathlib.Path(sys.argv[1], "xerces", name[len(folder):])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(jar.read(name))
PYTHON
    fi
    needs=$(dpkg-query -f '${Depends}' -W libapache-jena-java | tr ',' '\n' | awk '{print $1}')
    jars=$(dpkg-query -L libapache-jena-java libhttpcore-java libcommons-logging-java \
        libjackson2-annotations-java $needs 2>/dev/null | grep -E '^/usr/share/java/[^/]*\.jar$' |
        # One logger, and the silent one.
        grep -vE 'slf4j-(log4j12|simple|jcl|jdk14|migrator|ext)|over-slf4j|jul-to' | tr '\n' ':')
    echo "$1/jena:$jars"
}

# has_javac FOLDER: fails, and says so, where there is no compiler of Java to have.
has_javac() { command -v javac >/dev/null || debian "$1/apt.log" javac default-jdk-headless; }
