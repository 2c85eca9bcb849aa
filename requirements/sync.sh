#!/bin/sh
# Bring .venv, or $VENV, in line with one lock, hashes checked: requirements/sync.sh runtime|dev STAMP...
#
# By uv where it is on PATH, otherwise by venv and pip. Creates the stamps last. While it works .venv carries the mark
# `.incomplete`: pip and uv take a package whose copying was cut off for an installed one, so what was interrupted is made
# anew.
set -eu

# Installing runs other people's code, which has no business with the account's key.
unset API_KEY

supported='import sys; sys.exit(sys.version_info[:2] < (3, 11))'

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c "$supported" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed, and ${PYTHON:-python3} is not: install one, or name it as in PYTHON=/path/to/python3.11 make demo" >&2
    return 1
}

# One at a time: two that install into one environment ruin it. The lock is the kernel's, and ends with its holder.
python=$(find_python)
if [ -z "${SYNC_HAS_LOCK:-}" ]; then
    export SYNC_HAS_LOCK=1
    exec "$python" -c '
import fcntl, os, sys
lock = open(".venv.lock", "w")
fcntl.flock(lock, fcntl.LOCK_EX)
os.set_inheritable(lock.fileno(), True)
os.execv(sys.argv[1], sys.argv[1:])' "$0" "$@"
fi

lock=requirements/$1.txt
shift
venv=${VENV:-.venv}
log=$venv/install.log
started=$(date +%s)

# Somebody else may have done the work while this one waited for the lock.
if [ ! -e $venv/.incomplete ] && [ -e "$1" ] && [ "$1" -nt "$lock" ] && [ "$1" -nt pyproject.toml ] && [ "$1" -nt "$0" ]; then
    exit
fi

fail() {
    tail -n 15 "$log" >&2
    echo "Set-up failed; the whole log is $log" >&2
    exit 1
}

if [ -e $venv/.incomplete ] || ! $venv/bin/python -c "$supported" 2>/dev/null; then
    rm -rf $venv
    mkdir -p $venv
    touch $venv/.incomplete
    if command -v uv >/dev/null; then
        uv venv --quiet --allow-existing --python "$python" $venv
    else
        "$python" -m venv $venv
    fi
fi

rm -f "$@"
touch $venv/.incomplete
if command -v uv >/dev/null; then
    echo "Installing $lock with uv"
    export UV_PYTHON=$venv/bin/python
    uv pip install --require-hashes --compile-bytecode --requirement "$lock" >"$log" 2>&1 || fail
    uv pip install --offline --no-deps --no-build-isolation --editable . >>"$log" 2>&1 || fail
else
    echo "Installing $lock with pip, about a minute from nothing"
    # An environment that uv has made has no pip.
    $venv/bin/python -m pip --version >/dev/null 2>&1 || $venv/bin/python -m ensurepip >"$log" 2>&1 || fail
    $venv/bin/python -m pip install --require-hashes --no-deps --requirement "$lock" >"$log" 2>&1 || fail
    $venv/bin/python -m pip install --no-index --no-deps --no-build-isolation --editable . >>"$log" 2>&1 || fail
fi
rm $venv/.incomplete
touch "$@"
echo "Environment ready after $(($(date +%s) - started)) s"
