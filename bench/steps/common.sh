# shellcheck shell=bash
# What the programs of this folder share: options that all know, tools that all need, the end.

clean_up() {
    local id
    for id in $SERVER_ID $LIMIT_ID $PEER_ID; do end_process "$id"; done
    stop_database
    if [[ -n $KEEP ]]; then echo "kept: $WORK" >&2; else rm -rf "$WORK"; fi
}

# A command on the path, or a file where Debian puts it.
present() { command -v "$1" >/dev/null || compgen -G "$1" >/dev/null; }

need() {
    if present "$1"; then return; fi
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        echo "Installing $2 …" >&2
        apt-get install -y -qq "$2" >/dev/null 2>&1 ||
            { apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq "$2" >/dev/null 2>&1; } || true
    fi
    present "$1" || stop "$1 is missing. Install the package $2."
}

# A folder for everything that is left behind, and nothing of it once this program ends.
enter_work_folder() {
    WORK=$(mktemp -d -t bench.XXXXXX)
    chmod 755 "$WORK"
    trap clean_up EXIT
    trap 'exit 130' INT TERM
}
