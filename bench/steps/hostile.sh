# shellcheck shell=bash
# What is sent by the honest client and by each abuser: one file each, lines of
# `token <tab> - <tab> body`. Functions `hostile_…` write theirs anew before each measurement.

# The directory in the name of many people, so that it is not their budgets that are measured.
honest_requests() {
    local question m
    IFS=$'\t' read -r _ _ question <"$WORK/Q1.server"
    for m in $READ_PLACES $WRITE_PLACES; do line "${TOKENS[$m]}" - "$question"; done >"$WORK/honest"
}

query() { printf '{"query":"%s"}' "$1"; }

repeat() { local text; printf -v text '%*s' "$2" ''; printf '%s' "${text// /$1}"; }

# As much as one operation may cost, in lists that cost little and hold much, by a person with a
# full budget.
hostile_cost() {
    local items='items { id level comment answer previousLevel indicator { number name theme { name } } }'
    local plan='actionPlan { objectives { title actions { title responsibleEntity { name } indicators { label latestMeasurement { value } } } } }'
    local all="id name currentCycle { ordinal assessment(kind: BASELINE) { $items } late: assessment(kind: MIDTERM) { $items } $plan milestones { status viewerActions { action } } }"
    local document="{ municipalities(first: 100, filter: { programme: { eq: \\\"BENCH\\\" } }) { nodes { $all } } }"
    line "$(token_for PROGRAMME_MANAGER)" - "$(query "$document")" >"$WORK/hostile.cost"
}

# Documents that are refused, each by another check, as large as they are let in.
hostile_documents() {
    local n doubling='{ ...f0 } '
    for n in $(seq 0 29); do doubling+="fragment f$n on Query { ...f$((n + 1)) ...f$((n + 1)) } "; done
    doubling+='fragment f30 on Query { __typename }'
    {
        line - - "$(query "$doubling")"
        line - - "$(query "{ $(repeat 'a:__typename ' 1600)}")"
        line - - "$(query "{ a($(repeat '[' 60000)")"
        line - - "$(query "{ $(repeat 'x ' 30000)}")"
        line - - "$(query "{ municipality(by: { code: \\\"XB-001\\\" }) { $(repeat 'successor { ' 28)id $(repeat '} ' 28)} }")"
        line - - "$(query "{ municipalities(first: 100) { nodes { $(repeat 'unknown ' 4900)} } }")"
        line - - "$(query "{ node(id: \\\"$(repeat x 60000)\\\") { id } }")"
        line - - "{\"query\":\"{ __typename }\",\"variables\":$(repeat '{\"a\":' 20000)"
        line - - "$(repeat '[' 200000)"
    } >"$WORK/hostile.documents"
}

# Tokens that are none, one whose signature is wrong, and one of a key that nobody knows.
hostile_tokens() {
    local good=$MANAGER question head
    IFS=$'\t' read -r _ _ question <"$WORK/Q1.server"
    head=$(printf '{"alg":"EdDSA","typ":"at+jwt","kid":"nobody"}' | base64 -w0 | tr -d '=' | tr '+/' '-_')
    {
        line not.a.token - "$question"
        line "${good%.*}.$(repeat A 86)" - "$question"
        line "$head.${good#*.}" - "$question"
        line "$(repeat x 4000)" - "$question"
    } >"$WORK/hostile.tokens"
}
