//! What tests watch from outside: refusals and memory.

use serde_json::Value;

/// Row T21: no refusal says what the server is made of. What is no JSON is all refusal.
pub(crate) fn inside_is_not_told(answer: &str) {
    let refusals = match serde_json::from_str::<Value>(answer) {
        Ok(body) => body["errors"].to_string(),
        Err(_) => answer.to_owned(),
    };
    for word in [
        "sqlx",
        "sea_orm",
        "SELECT",
        "/src/",
        "panicked",
        "constraint \\\"",
    ] {
        assert!(!refusals.contains(word), "{word} in {answer}");
    }
}

/// Memory of this process in KiB; the server runs in it.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
