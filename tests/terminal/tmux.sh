#!/bin/sh
# Installs tmux, in which tests/terminal.rs looks at the shell: for `.ci/run`, on machines that are made
# for it. Where that cannot be done those tests are skipped by name, so it is no error here.
command -v tmux >/dev/null 2>&1 && exit 0
as_root=
[ "$(id -u)" = 0 ] || as_root='sudo -n'
if command -v apt-get >/dev/null 2>&1 &&
    { DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq install -y --no-install-recommends tmux ||
        { $as_root apt-get -qq update &&
            DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq install -y --no-install-recommends tmux; }
    } >/dev/null 2>&1; then
    echo 'tmux was installed, for the tests of the shell' >&2
else
    echo 'tmux is missing, so the tests of the shell in a terminal are skipped.' >&2
    echo 'On Debian and Ubuntu: sudo apt-get install tmux' >&2
fi
