//! PURE: codes of municipalities as people write them.

/// A code as it is stored: the country in capitals. The national code behind it stays, since it is
/// another authority that says which of its letters are capitals.
pub(crate) fn folded_code(code: &str) -> String {
    match code.split_once('-') {
        Some((country, national)) => format!("{}-{national}", country.to_ascii_uppercase()),
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::folded_code;

    #[test]
    fn the_country_is_written_in_capitals() {
        for (written, stored) in [
            ("fi-837", "FI-837"),
            ("Fi-837", "FI-837"),
            ("FI-837", "FI-837"),
            ("xx-e06a-1", "XX-e06a-1"),
            ("837", "837"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(folded_code(written), stored, "{written}");
        }
    }
}
