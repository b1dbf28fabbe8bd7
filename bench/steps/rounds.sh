# shellcheck shell=bash
# Measures: every side in turn, question by question, round by round.

declare -A PATHS=([Q1]=directory [Q2]=dashboard [Q2plain]=dashboard [Q3]=overview [M1]=answer)
declare -A BYTES=()

address() {
    local question=$1 side=$2
    case $side in
        server) echo "http://127.0.0.1:$SERVER_PORT/graphql" ;;
        peer) echo "http://127.0.0.1:$PEER_PORT/graphql" ;;
        *) echo "http://127.0.0.1:$LIMIT_PORT/$side/${PATHS[$question]}" ;;
    esac
}

# Which sides are asked which question; limit comes first, as the others are divided by it.
sides_of() {
    local sides=limit
    if [[ $1 == Q2plain ]]; then sides=; fi
    if [[ -n $CFC_MEASURED ]]; then sides+=" server"; fi
    if [[ $1 != Q2plain && -n $PEER_ID ]]; then sides+=" peer"; fi
    if [[ $1 == Q[123] ]]; then sides+=" static"; fi
    echo "$sides"
}

# One request whose answer is looked at: what is wrong must not be timed.
check_answer() {
    local question=$1 side=$2 token version body answer
    IFS=$'\t' read -r token version body <"$WORK/$question.$side"
    body=${body//@VERSION@/$version}
    body=${body//@LEVEL@/2}
    local fields=(-H 'Content-Type: application/json')
    if [[ $token != - ]]; then fields+=(-H "Authorization: Bearer $token"); fi
    answer=$(curl -sS -m 10 "${fields[@]}" -d "$body" "$(address "$question" "$side")") ||
        stop "$question on $side: no answer."
    [[ $answer == '{"data'* && $answer != *'"errors"'* && $answer != *'"municipality":null'* &&
        $answer != *'"item":null'* && $answer != *'"nodes":[]'* ]] ||
        stop "$question on $side answered: ${answer:0:400}"
    BYTES[$question.$side]=${#answer}
}

send() {
    local question=$1 side=$2 seconds=$3
    wrk -t "$THREADS" -c "$CONNECTIONS" -d "${seconds}s" --timeout 5s -s "$BENCH/send.lua" \
        "$(address "$question" "$side")" -- "$WORK/$question.$side" "$THREADS" | grep '^result '
}

audited() { sql -c 'SELECT coalesce(max(sequence), 0) FROM audit_event'; }

fresh_writes() {
    case $1 in
        server) write_requests server "$ANSWER" ;;
        *) write_requests "$1" "$(document "$BENCH/peer/answer.graphql")" ;;
    esac
}

# Prints `question side round rps p50 p99 failed`; of M1 failed is what left no audit row.
measure() {
    local question=$1 side=$2 round=$3 before=0 after requests duration p50 p99 failed lost
    if [[ $question == M1 ]]; then
        fresh_writes "$side"
        before=$(audited)
    fi
    read -r _ requests duration p50 p99 failed < <(send "$question" "$side" "$SECONDS_EACH") ||
        stop "$question on $side could not be measured."
    if [[ $question == M1 ]]; then
        after=$(audited)
        lost=$((requests - (after - before)))
        failed=$((lost > 0 ? lost : 0))
    fi
    awk -v n="$requests" -v us="$duration" -v q="$question" -v s="$side" -v r="$round" -v a="$p50" \
        -v b="$p99" -v f="$failed" 'BEGIN { printf "%s %s %d %.1f %d %d %d\n", q, s, r, n * 1e6 / us, a, b, f }'
}

warm() {
    local question side
    for question in "${QUESTIONS[@]}"; do
        for side in $(sides_of "$question"); do
            if [[ $question == M1 ]]; then fresh_writes "$side"; fi
            check_answer "$question" "$side"
            if [[ $question == M1 ]]; then fresh_writes "$side"; fi
            send "$question" "$side" "$SECONDS_WARM" >/dev/null
        done
    done
}

# Every other round runs backwards, so that a drift of the machine favours nobody.
rounds() {
    local round question side sides
    for ((round = 1; round <= ROUNDS; round++)); do
        for question in "${QUESTIONS[@]}"; do
            sides=$(sides_of "$question")
            if ((round % 2 == 0)); then sides=$(tr ' ' '\n' <<<"$sides" | tac | tr '\n' ' '); fi
            for side in $sides; do
                measure "$question" "$side" "$round" >>"$WORK/results"
            done
        done
        echo "round $round of $ROUNDS done" >&2
    done
}
