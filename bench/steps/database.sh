# shellcheck shell=bash
# A PostgreSQL of its own in the work folder, the same settings for every side.

# As the owner of the database's files: PostgreSQL refuses to run as root.
as_owner() {
    if [[ $(id -u) == 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$DATABASE_URL" "$@"; }

start_database() {
    local port=$1 found
    found=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [[ -x $found/initdb ]] || stop "No PostgreSQL found. Install the package postgresql."
    PG_BIN=$found
    mkdir "$WORK/pg"
    if [[ $(id -u) == 0 ]]; then chown postgres "$WORK/pg"; fi
    as_owner "$PG_BIN/initdb" -D "$WORK/pg/files" -U bench -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
        >"$WORK/initdb.log" || stop "initdb failed: $WORK/initdb.log"
    cat >>"$WORK/pg/files/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$WORK/pg'
max_connections = 100
shared_buffers = 256MB
max_wal_size = 4GB
checkpoint_timeout = 1h
jit = off
autovacuum = off
synchronous_commit = $SYNCHRONOUS
SETTINGS
    as_owner "$PG_BIN/pg_ctl" -D "$WORK/pg/files" -l "$WORK/pg/log" -w -t 30 start >/dev/null ||
        stop "PostgreSQL did not start: $WORK/pg/log"
    export DATABASE_URL=postgres://bench@127.0.0.1:$port/bench
    psql -X -q "postgres://bench@127.0.0.1:$port/postgres" -c 'CREATE DATABASE bench'
}

stop_database() {
    [[ -f $WORK/pg/files/postmaster.pid ]] || return 0
    as_owner "$PG_BIN/pg_ctl" -D "$WORK/pg/files" -m immediate -w -t 20 stop >/dev/null 2>&1 || true
}

fill_database() {
    "$CFC" migrate >"$WORK/migrate.log" 2>&1 || stop "cfc migrate failed: $(tail -n 3 "$WORK/migrate.log")"
    "$CFC" programme load "$ROOT/programmes/fi" >"$WORK/programme.log" 2>&1 ||
        stop "cfc programme load failed: $(tail -n 3 "$WORK/programme.log")"
    sql -f "$BENCH/load.sql" >"$WORK/load.log" 2>&1 || stop "load.sql failed: $(tail -n 3 "$WORK/load.log")"
}
