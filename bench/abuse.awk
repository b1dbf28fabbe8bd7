# Reads `kind round p50 p99 asked failed status=count…`; prints medians, the ratio of p99 to that
# of the same round with nobody else there, and how the abuser was answered over all rounds.

function median(list, n,    i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

{
    if (!($1 in failed)) kinds[++count] = $1
    p50[$1, $2] = $3; p99[$1, $2] = $4; asked[$1] += $5; failed[$1] += $6
    for (i = 7; i <= NF; i++) {
        split($i, part, "=")
        answers[$1, part[1]] += part[2]; statuses[part[1]] = 1
    }
    if ($2 > rounds) rounds = $2
}

END {
    printf "%-10s %8s %8s %8s %7s %7s  %s\n", "beside", "p50 ms", "p99 ms", "to alone", "asked", "failed", "answers to the abuser"
    for (k = 1; k <= count; k++) {
        kind = kinds[k]; delete a; delete b; delete c; n = 0
        for (r = 1; r <= rounds; r++) {
            n++; a[n] = p50[kind, r]; b[n] = p99[kind, r]
            c[n] = p99["alone", r] ? b[n] / p99["alone", r] : 0
        }
        told = ""
        for (status in statuses)
            if ((kind, status) in answers) told = told " " status ": " answers[kind, status]
        ratio = median(c, n)
        said = kind == "alone" ? "" : (ratio > 0 && ratio <= 2 && failed[kind] <= failed["alone"] ? "met" : "MISSED")
        printf "%-10s %8.2f %8.2f %8.2f %7d %7d %s %s\n", kind, median(a, n) / 1000, median(b, n) / 1000, ratio, asked[kind], failed[kind], told, said
    }
}
