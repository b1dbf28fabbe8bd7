# shellcheck shell=bash
# Writes what is sent: one file per question and side, lines of `token <tab> version <tab> body`.

# A document on one line, fit for a JSON string.
document() { sed '/^#/d' "$1" | tr -s ' \n' ' ' | sed 's/"/\\"/g'; }

body() { printf '{"query":"%s","variables":%s}' "$1" "$2"; }

# A new account with a role, and its token.
token_for() {
    local role=$1 account
    shift
    account=$("$CFC" account add --name "Bench $role" --role "$role" --programme BENCH "$@" |
        grep -oE '[a-z]+_[0-9a-z]{26}' | head -n 1)
    [[ -n $account ]] || stop "cfc account add printed no id of an account."
    "$CFC" token "$account" | grep -oE 'eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+' | head -n 1
}

make_tokens() {
    local m
    [[ -n $CFC_MEASURED ]] || return 0
    MANAGER=$(token_for PROGRAMME_MANAGER)
    for m in $READ_PLACES $WRITE_PLACES; do
        TOKENS[$m]=$(token_for COORDINATOR --municipality "XB-$m")
    done
}

line() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }

# The contract documents, asked of the programme BENCH.
server_requests() {
    local folder directory overview dashboard plain m
    folder=$(dirname "$(find "$ROOT/tests" -name dashboard.graphql -print -quit)")
    [[ -f $folder/dashboard.graphql ]] || stop "The contract documents are not below tests/."
    directory=$(document "$folder/directory.graphql" | sed 's/\\"FI\\"/\\"BENCH\\"/')
    overview=$(document "$folder/overview.graphql" | sed 's/\\"FI\\"/\\"BENCH\\"/')
    dashboard=$(document "$folder/dashboard.graphql")
    plain=$(sed '/viewerActions/d' "$folder/dashboard.graphql" | document /dev/stdin)
    ANSWER=$(document "$folder/answer.graphql")
    line - - "$(body "$directory" '{"after":null}')" >"$WORK/Q1.server"
    line "$MANAGER" - "$(body "$overview" '{"after":null}')" >"$WORK/Q3.server"
    for m in $READ_PLACES; do
        line "${TOKENS[$m]}" - "$(body "$dashboard" "{\"code\":\"XB-$m\"}")" >>"$WORK/Q2.server"
        line "${TOKENS[$m]}" - "$(body "$plain" "{\"code\":\"XB-$m\"}")" >>"$WORK/Q2plain.server"
    done
}

# Limit and static read the variables alone; the peer has documents of its own.
other_requests() {
    local side=$1 folder=$2 m
    line - - "$(body "$(document "$folder/directory.graphql")" '{"after":null}')" >"$WORK/Q1.$side"
    line - - "$(body "$(document "$folder/overview.graphql")" '{"after":null}')" >"$WORK/Q3.$side"
    for m in $READ_PLACES; do
        line - - "$(body "$(document "$folder/dashboard.graphql")" "{\"code\":\"XB-$m\"}")" >>"$WORK/Q2.$side"
    done
}

# The items of the open assessments with the version each has now, one line an item.
write_requests() {
    local side=$1 document=$2
    if [[ $side == server ]]; then
        server_items
    else
        sql -F ' ' -c "SELECT '-', i.id, i.version FROM assessment_item i JOIN assessment a ON a.id = i.assessment_id
            WHERE a.status = 'OPEN' AND a.kind = 'MIDTERM'
              AND i.programme_id = (SELECT id FROM programme WHERE key = 'BENCH')
            ORDER BY i.ordinal, i.municipality_id"
    fi | while read -r token item version; do
        line "$token" "$version" "$(body "$document" "{\"input\":{\"itemId\":\"$item\",\"answer\":\"LEVEL\",\"level\":@LEVEL@,\"comment\":\"Discussed by the working group.\",\"expectedVersion\":@VERSION@}}")"
    done >"$WORK/M1.$side"
    [[ -s $WORK/M1.$side ]] || stop "No open items for M1 ($side)."
}

# Ids as the server shows them, asked by each coordinator.
server_items() {
    local m ask='query Items($code: String!) { municipality(by: { code: $code }) { currentCycle { assessment(kind: MIDTERM) { items { id version } } } } }'
    for m in $WRITE_PLACES; do
        curl -sS -m 10 "http://127.0.0.1:$SERVER_PORT/graphql" -H 'Content-Type: application/json' \
            -H "Authorization: Bearer ${TOKENS[$m]}" -d "$(body "$ask" "{\"code\":\"XB-$m\"}")" |
            grep -oE '"id":"[^"]*","version":[0-9]+' |
            sed -E "s/\"id\":\"([^\"]*)\",\"version\":([0-9]+)/${TOKENS[$m]} \1 \2/"
    done
}
