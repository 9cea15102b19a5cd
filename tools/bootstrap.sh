#!/usr/bin/env bash
# Prepare this checkout: system packages, .venv, and the project with its libraries in it.
#
#   tools/bootstrap.sh run     what the programs need
#   tools/bootstrap.sh test    what the programs and their tests need
#
# Changes nothing when nothing changed. Never asks: where it may not install, it prints the command to type and fails.
set -eu
cd "$(dirname "$0")/.."

want=${1:-run}
needs=()
case $want in
run)
    extras=server,kiosk,displays,devices
    # The kiosk window needs OpenGL; without a display there is no window to draw.
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then needs+=(libgl1 libegl1 libmtdev1); fi
    ;;
test)
    extras=dev
    needs+=(git gcc libc6-dev libgl1 libegl1 libmtdev1 chromium xvfb xauth xdotool imagemagick x11-apps fonts-noto-cjk postgresql libzbar0 espeak-ng)
    ;;
*)
    echo "usage: tools/bootstrap.sh run|test" >&2
    exit 2
    ;;
esac

say() { echo "setup: $*" >&2; }

fingerprint() {
    {
        cat pyproject.toml constraints.txt tools/bootstrap.sh
        echo "$PWD" "${needs[@]:-}"
    } | sha256sum | cut -d' ' -f1
}

ready() { # ready SET: this set was prepared from the very same files
    [ -x .venv/bin/jiaohao-server ] && [ "$(cat ".venv/.ready-$1" 2>/dev/null)" = "$(fingerprint)" ]
}

if ready "$want"; then exit 0; fi

# Two setups at once would write into each other's .venv.
mkdir -p .venv
if command -v flock >/dev/null; then
    exec 9>.venv/.lock
    flock 9
    if ready "$want"; then exit 0; fi
fi

fits() { # fits COMMAND: Python of 3.11 or later that can make a venv with pip in it
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=
find_python() {
    for name in python3.11 python3.12 python3.13 python3 python3.14; do
        if fits "$name"; then
            python=$name
            return
        fi
    done
}
find_python
if [ -z "$python" ]; then needs+=(python3 python3-venv); fi

missing=()
if command -v dpkg-query >/dev/null; then
    for package in "${needs[@]}"; do
        case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true) in
        *" installed") ;;
        *) missing+=("$package") ;;
        esac
    done
elif [ "${#needs[@]}" -gt 0 ]; then
    say "this is not Debian; please see to it that these are installed: ${needs[*]}"
fi

if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" = 0 ]; then
        as_root=()
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        say "these system packages are missing and only an administrator may install them. Please type:"
        echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    say "installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq </dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "${missing[@]}" </dev/null >&2
fi

if [ -z "$python" ]; then find_python; fi
if [ -z "$python" ]; then
    say "no Python of 3.11 or later with venv was found. Please install one (Debian 12: apt-get install python3-venv)."
    exit 1
fi

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi

say "installing jiaohao[$extras]"
install=(-q -c constraints.txt -e ".[$extras]")
if ! { command -v uv >/dev/null && uv pip install --python .venv/bin/python "${install[@]}"; }; then
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --no-compile "${install[@]}" </dev/null >&2
fi
# Bytecode, on all processors, while pip would take one: else whatever starts makes it for itself. What cannot be compiled is not run.
.venv/bin/python -m compileall -q -j 0 .venv/lib queue_server kiosk displays devices tests tools >/dev/null || true

fingerprint >".venv/.ready-$want"
if [ "$want" = test ]; then # the tests' set holds all of the programs' set
    needs=(libgl1 libegl1 libmtdev1)
    if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then needs=(); fi
    fingerprint >.venv/.ready-run
fi
say "ready"
