#!/usr/bin/env bash
# Set everything up: Python environment in .venv with the locked dependencies, MariaDB's server program, Galera.
# Does only what is missing; run it as often as you like. What it needs to be root for, it does with sudo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
venv=$root/.venv
lock=$root/requirements/dev.txt
stamp=$venv/.tsn-setup

say() { printf '%s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# --- Python -----------------------------------------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed; found: $(python3 --version 2>&1 || true)." \
        "Install one, or name it: PYTHON=/path/to/python3.12 make setup"
}

# --- System packages --------------------------------------------------------------------------------------------

has_mariadbd() {
    PATH=$PATH:/usr/sbin:/usr/local/sbin:/usr/libexec command -v mariadbd >/dev/null
}

# For the tests on a cluster, which are skipped without it.
has_galera() {
    local folder
    for folder in /usr/lib/galera /usr/lib/galera-4 /usr/lib64/galera-4 /usr/lib64/galera; do
        [[ ! -f $folder/libgalera_smm.so ]] || return 0
    done
    return 1
}

can_make_venv() {
    [[ -x $venv/bin/python ]] || "$python" -c 'import ensurepip, venv' 2>/dev/null
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "this needs root and there is no sudo; run as root: $*"
    fi
}

# Ubuntu before 23.04 has the package only with its version in the name.
mariadb_package() {
    if apt-cache show mariadb-server-core >/dev/null 2>&1; then
        echo mariadb-server-core
    else
        apt-cache search --names-only '^mariadb-server-core-[0-9.]+$' | awk '{print $1}' | sort -V | tail -n 1
    fi
}

# Nobody who does not run these tests should fail for want of it.
install_galera() {
    ! has_galera && command -v apt-get >/dev/null || return 0
    say "Installing galera-4 for the tests on a cluster ..."
    (
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove \
            galera-4 >/dev/null
    ) || say "galera-4 cannot be installed here: the tests on a cluster of databases are skipped"
}

install_system_packages() {
    local missing=() package
    can_make_venv || missing+=(venv)
    has_mariadbd || missing+=(mariadb)
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if ! command -v apt-get >/dev/null; then
        fail "missing: ${missing[*]}, and this system has no apt-get. Install with your package manager" \
            "the MariaDB server >= 10.6 (program mariadbd; Debian calls it mariadb-server-core)" \
            "and Python's venv module with ensurepip (Debian: python3-venv), then run this again"
    fi
    say "Installing system packages (${missing[*]}) ..."
    as_root apt-get update -qq
    local wanted=()
    for package in "${missing[@]}"; do
        case $package in
            venv) wanted+=("$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')") ;;
            mariadb) wanted+=("$(mariadb_package)") ;;
        esac
    done
    # --no-remove: where MySQL is installed this fails rather than replace it.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove \
        "${wanted[@]}" >/dev/null ||
        fail "apt-get could not install ${wanted[*]}. If a MySQL server is in the way, install MariaDB by hand"
    has_mariadbd || fail "mariadbd is still missing after installing ${wanted[*]}"
}

# --- Python environment -----------------------------------------------------------------------------------------

# What the environment was made from; another lock, interpreter or place means doing it again.
fingerprint() {
    printf '%s\n' "$root" "$("$python" --version)" "$(sha256sum "$lock" "${BASH_SOURCE[0]}" | cut -d' ' -f1)"
}

is_current() {
    [[ -f $stamp && -x $venv/bin/python && $(<"$stamp") == "$(fingerprint)" ]]
}

make_environment() {
    # Scripts in it name their interpreter by its full path: one made elsewhere is of no use.
    if [[ -f $stamp && $(head -n 1 "$stamp") != "$root" ]] || ! "$venv/bin/python" -c '' 2>/dev/null; then
        rm -rf "$venv"
        "$python" -m venv "$venv"
    fi
    say "Installing the locked Python packages (first time: a few minutes) ..."
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    link_repository
    fingerprint >"$stamp"
}

# The repository is used in place: its folders on the path, and the two commands.
link_repository() {
    local packages
    packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$root" "$root/gen" >"$packages/tsn_dev.pth"
    launcher tsn clients.cli.main
    launcher tsn-node clients.node.main
}

launcher() {
    local program=$venv/bin/$1 module=$2
    # Through sh, because a #! line can hold neither spaces nor long paths.
    printf '#!/bin/sh\nexec "%s" -c "from %s import run; run()" "$@"\n' "$venv/bin/python" "$module" >"$program"
    chmod +x "$program"
}

python=$(find_python)
install_system_packages
if ! is_current; then
    install_galera
    make_environment
    say "Ready: .venv/bin/tsn, .venv/bin/tsn-node"
fi
