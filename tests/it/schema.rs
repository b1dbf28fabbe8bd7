//! The schema and the permission table as people reviewed them.

use std::path::PathBuf;

/// Compares with a file of the repository; `UPDATE=1` writes the file instead.
fn golden(path: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&path, text).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        known == text,
        "{} differs; look at it and run the tests with UPDATE=1",
        path.display()
    );
}

#[test]
fn the_schema_is_the_one_that_was_reviewed() {
    golden("../schema.graphql", &api::schema());
}

#[test]
fn the_permissions_are_those_that_were_reviewed() {
    golden("it/golden/permissions.txt", &api::permissions());
    golden("../docs/permissions.md", &api::permissions_markdown());
}
