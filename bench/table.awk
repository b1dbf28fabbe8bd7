# Reads `question side bytes` from the first file and `question side round rps p50 p99 failed`
# from the second; prints medians, the ratio to limit and peer within each round, and the noise.

function median(list, n,    i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

# Fills `list` with one column of a question and side; returns how many rounds there are.
function column(values, question, side, list,    r, n) {
    for (r = 1; r <= rounds; r++)
        if ((question, side, r) in values) list[++n] = values[question, side, r]
    return n
}

# The median over the rounds of one side divided by another in the same round.
function ratio(question, side, base,    asked, list, r, n) {
    asked = question == "Q2plain" ? "Q2" : question
    for (r = 1; r <= rounds; r++)
        if ((question, side, r) in rps && (asked, base, r) in rps && rps[asked, base, r] > 0)
            list[++n] = rps[question, side, r] / rps[asked, base, r]
    return n ? sprintf("%.2f", median(list, n)) : "-"
}

function print_row(a, b, c, d, e, f, g, h, i, j, k) {
    if (style == "markdown") printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", a, b, c, d, e, f, g, h, i, j, k
    else printf "%-8s %-7s %9s %8s %8s %9s %8s %8s %8s %8s  %s\n", a, b, c, d, e, f, g, h, i, j, k
}

function bar(question, side, to_limit, to_peer,    said) {
    if (side != "server") return ""
    if (question in limit_bar) said = (to_limit + 0 >= limit_bar[question] ? "met: " : "MISSED: ") limit_bar[question] " of limit"
    if (question in peer_bar && to_peer != "-")
        said = said (said == "" ? "" : ", ") (to_peer + 0 >= peer_bar[question] ? "met: " : "MISSED: ") peer_bar[question] " x peer"
    return said
}

function print_side(question, side,    list, n, low, high, i, middle, to_limit, to_peer) {
    n = column(rps, question, side, list)
    if (!n) return
    middle = median(list, n)
    low = list[1]; high = list[n]
    to_limit = ratio(question, side, "limit"); to_peer = ratio(question, side, "peer")
    delete list; n = column(p50, question, side, list); i = median(list, n) / 1000
    delete list; n = column(p99, question, side, list)
    print_row(question == "Q2plain" ? "Q2 plain" : question, side, sprintf("%.0f", middle), sprintf("%.2f", i),
        sprintf("%.2f", median(list, n) / 1000), sprintf("%.0f%%", middle ? (high - low) / middle * 100 : 0),
        to_limit, to_peer, bytes[question, side], failed[question, side] + 0, bar(question, side, to_limit, to_peer))
}

BEGIN {
    limit_bar["Q1"] = 0.5; limit_bar["Q2plain"] = 0.7; limit_bar["Q3"] = 0.7; limit_bar["M1"] = 0.5
    peer_bar["Q1"] = peer_bar["Q2plain"] = peer_bar["Q3"] = 2.5
}

FILENAME != previous { previous = FILENAME; part++ }
part == 1 { bytes[$1, $2] = $3; next }
{
    rps[$1, $2, $3] = $4; p50[$1, $2, $3] = $5; p99[$1, $2, $3] = $6; failed[$1, $2] += $7
    if ($3 > rounds) rounds = $3
}

END {
    print_row("question", "side", "rps", "p50 ms", "p99 ms", "min-max", "/limit", "/peer", "bytes", "failed", "bar now")
    if (style == "markdown") print_row("---", "---", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---:", "---")
    split("Q1 Q2 Q2plain Q3 M1", questions, " "); split("limit server peer static", sides, " ")
    for (q = 1; q <= 5; q++) for (s = 1; s <= 4; s++) print_side(questions[q], sides[s])
}
