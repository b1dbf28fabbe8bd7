//! Finding, sorting and paging municipalities.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{ask, codes, ground::Ground};

#[tokio::test]
async fn municipalities_are_found_sorted_and_paged() {
    let ground = Ground::new("found").await;
    let public = ground.public().await;
    for (arguments, expected) in [
        ("", "XX-1 XX-2"),
        (", orderBy: [{field: NAME, direction: DESC}]", "XX-2 XX-1"),
        (", orderBy: [{field: POPULATION}]", "XX-1 XX-2"),
        (
            ", orderBy: [{field: POPULATION, direction: DESC}]",
            "XX-1 XX-2",
        ),
        (", filter: {isCurrent: {eq: false}}", "XX-3"),
        (
            ", filter: {isCurrent: {in: [true, false]}}",
            "XX-3 XX-1 XX-2",
        ),
        (", filter: {isCurrent: {in: []}}", ""),
        (", search: \"ÅSO\"", "XX-2"),
        (", search: \"north\"", "XX-1"),
        (", search: \"orth\"", ""),
        (", search: \"2\"", "XX-2"),
        (", search: \"xx-1\"", "XX-1"),
        (", search: \"  \"", "XX-1 XX-2"),
        (", filter: {programme: {eq: \"XX\"}}", ""),
        (", filter: {programme: {eq: \"ZZ\"}}", ""),
        (", filter: {region: {eq: \"99\"}}", ""),
        (
            ", filter: {countryCode: {eq: \"XX\"}, kind: {eq: MUNICIPALITY}}",
            "XX-1 XX-2",
        ),
        (", filter: {kind: {in: [COUNTY]}}", ""),
        (", filter: {recognitionStatus: {in: [ACTIVE, EXPIRED]}}", ""),
    ] {
        assert_eq!(codes(&public, arguments).await, expected, "{arguments}");
    }
    let by = "{ municipality(by: {code: \"XX-3\"}) { name isCurrent successor { code } codes { scheme code } memberships { id } responsibleEntities { id } } }";
    assert_eq!(
        ask(&public, by).await,
        json!({ "municipality": {
            "name": "Formerby", "isCurrent": false, "successor": { "code": "XX-1" },
            "codes": [{ "scheme": "NATIONAL", "code": "3" }],
            "memberships": null, "responsibleEntities": null,
        } })
    );
}

#[tokio::test]
async fn pages_follow_each_other_past_absent_values() {
    let ground = Ground::new("pages").await;
    let public = ground.public().await;
    let order =
        "orderBy: [{field: POPULATION, direction: DESC}], filter: {isCurrent: {in: [true, false]}}";
    let (mut after, mut seen) = (String::new(), Vec::new());
    for _ in 0..3 {
        let document = format!(
            "{{ municipalities(first: 1, {order}{after}) {{ nodes {{ code }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        let answer = ask(&public, &document).await;
        let page = &answer["municipalities"];
        seen.push(page["nodes"][0]["code"].as_str().unwrap().to_owned());
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
    assert_eq!(seen, ["XX-1", "XX-3", "XX-2"]);

    // And back: what has no value is not before what has one.
    let (mut before, mut seen) = (after.replace("after", "before"), Vec::new());
    for _ in 0..2 {
        let document = format!(
            "{{ municipalities(last: 1, {order}{before}) {{ nodes {{ code }} pageInfo {{ startCursor }} }} }}"
        );
        let answer = ask(&public, &document).await;
        let page = &answer["municipalities"];
        seen.push(page["nodes"][0]["code"].as_str().unwrap().to_owned());
        before = format!(", before: {}", page["pageInfo"]["startCursor"]);
    }
    assert_eq!(seen, ["XX-3", "XX-1"]);
}

#[tokio::test]
async fn a_municipality_ends_with_its_last_day_where_it_lies() {
    // In Helsinki it is two hours later than in UTC.
    type Moment = fn() -> DateTime<Utc>;
    let moments: [(&str, Moment, &str, &str); 3] = [
        (
            "last-day",
            || "2025-12-31T21:59:59Z".parse().unwrap(),
            "YY-1 XX-3 XX-1 XX-2",
            "",
        ),
        (
            "new-year",
            || "2025-12-31T22:00:00Z".parse().unwrap(),
            "YY-1 XX-1 XX-2",
            "XX-3",
        ),
        (
            "new-year-in-utc",
            || "2026-01-01T00:00:00Z".parse().unwrap(),
            "XX-1 XX-2",
            "YY-1 XX-3",
        ),
    ];
    for (name, moment, existing, former) in moments {
        let ground = Ground::at(name, moment).await;
        ground.add_abroad().await;
        let public = ground.public().await;
        for (is_current, expected) in [(true, existing), (false, former)] {
            let filter = format!(", filter: {{isCurrent: {{eq: {is_current}}}}}");
            assert_eq!(
                codes(&public, &filter).await,
                expected,
                "{name} {is_current}"
            );
        }
    }
}
