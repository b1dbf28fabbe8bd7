# shellcheck shell=bash
# Starts what is measured. Each start_ function sets the process id and waits until it answers.

free_port() {
    local port
    while port=$((20000 + RANDOM % 20000)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# One request without a process of its own, so that waiting costs nothing.
answers() {
    local port=$1 path=$2 body='{"query":"{ __typename }"}' status
    (
        exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
        printf 'POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
            "$path" "${#body}" "$body" >&3
        read -r -t 5 -u 3 status && [[ $status == *" 200 "* ]]
    ) 2>/dev/null
}

wait_for() {
    local port=$1 path=$2 id=$3 name=$4 until=$((SECONDS + 60))
    until answers "$port" "$path"; do
        kill -0 "$id" 2>/dev/null || stop "$name ended: $(tail -n 3 "$WORK/$name.log")"
        ((SECONDS < until)) || stop "$name did not answer within 60 seconds: $(tail -n 3 "$WORK/$name.log")"
        sleep 0.002
    done
}

# The load comes from one address and few accounts: the budgets must not be what is measured.
start_server() {
    serve CFC_LIMITS_BUDGET=1000000000 CFC_LIMITS_BUDGET_RESTORE=1000000000 \
        CFC_LIMITS_ADDRESS_REQUESTS=1000000000 CFC_LIMITS_ADDRESS_RESTORE=1000000000 \
        CFC_LIMITS_ADDRESS_CONCURRENT=100000
}

# The server with these settings.
serve() {
    env "$@" "CFC_BIND=127.0.0.1:$SERVER_PORT" "$CFC" serve >"$WORK/server.log" 2>&1 &
    SERVER_ID=$!
    wait_for "$SERVER_PORT" /graphql "$SERVER_ID" server
}

# Five starts on the same data; the binary is in the page cache. The last one stays.
time_starts() {
    local begun ended try
    START_TIMES=()
    for try in 1 2 3 4 5; do
        if ((try > 1)); then end_process "$SERVER_ID"; fi
        begun=${EPOCHREALTIME/./}
        start_server
        ended=${EPOCHREALTIME/./}
        START_TIMES+=($(((ended - begun) / 1000)))
    done
}

start_yardsticks() {
    BENCH_BIND=127.0.0.1:$LIMIT_PORT BENCH_POOL=$POOL "$ROOT/target/release/bench" >"$WORK/limit.log" 2>&1 &
    LIMIT_ID=$!
    wait_for "$LIMIT_PORT" /static/overview "$LIMIT_ID" limit
}

# Leaves PEER_ID empty and says why where PostGraphile cannot run.
start_peer() {
    local folder=$BENCH/peer
    command -v npm >/dev/null || { missing_peer "npm is not installed"; return; }
    if [[ ! -x $folder/node_modules/node/bin/node ]]; then
        echo "Installing PostGraphile and Node 22 into bench/peer/node_modules …" >&2
        (cd "$folder" && timeout 300 npm ci --no-audit --no-fund) >"$WORK/npm.log" 2>&1 ||
            { missing_peer "npm ci failed: $(tail -n 2 "$WORK/npm.log")"; return; }
    fi
    sql -f "$folder/functions.sql" >"$WORK/functions.log" 2>&1 ||
        { missing_peer "functions.sql failed: $(tail -n 2 "$WORK/functions.log")"; return; }
    (cd "$folder" && NODE_ENV=production BENCH_PORT=$PEER_PORT BENCH_POOL=$POOL \
        exec node_modules/node/bin/node node_modules/postgraphile/dist/cli-run.js -C graphile.config.mjs) \
        >"$WORK/peer.log" 2>&1 &
    PEER_ID=$!
    local until=$((SECONDS + 60))
    until answers "$PEER_PORT" /graphql; do
        if ! kill -0 "$PEER_ID" 2>/dev/null || ((SECONDS >= until)); then
            missing_peer "PostGraphile did not start: $(tail -n 2 "$WORK/peer.log")"
            return
        fi
        sleep 0.1
    done
}

missing_peer() {
    echo "peer left out: $1" >&2
    if [[ -n ${PEER_ID:-} ]]; then end_process "$PEER_ID"; fi
    PEER_ID=
}

# Asks first; what has not ended after five seconds is ended.
end_process() {
    local tries=0
    kill "$1" 2>/dev/null || return 0
    while kill -0 "$1" 2>/dev/null && ((tries++ < 100)); do sleep 0.05; done
    kill -9 "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

memory_of() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }
