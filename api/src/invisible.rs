//! Which characters nobody sees, and whether a text says anything to whoever reads it.

use unicode_normalization::char::is_combining_mark;

/// Whether a character leaves nothing on the screen though it is no white space: what Unicode calls
/// default ignorable (joiners, marks of direction, variation selectors, tags, fillers), and signs
/// that are drawn empty.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether there is anything to read in a text. A mark alone has no letter to stand on.
pub(crate) fn says_something(text: &str) -> bool {
    let is_read = |c: char| {
        !c.is_whitespace() && !c.is_control() && !is_invisible(c) && !is_combining_mark(c)
    };
    text.chars().any(is_read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_says_nothing() {
        for text in [
            "",
            " \t\n\u{a0}\u{3000}",
            "\u{200b}",
            "\u{200d}\u{200c}\u{2060}",
            "\u{ad}\u{ad}",
            "\u{115f}\u{1160}\u{3164}\u{ffa0}\u{2800}",
            "\u{fe0f}\u{e0100}\u{180b}",
            "\u{e0001}\u{e0041}\u{e007f}",
            "\u{301}\u{20dd}",
            " \u{200b}\u{301}\u{feff}",
            "\u{202e}\u{2066}",
        ] {
            assert!(!says_something(text), "{text:?}");
        }
        for text in [
            "a",
            " - ",
            "\u{200b}1",
            "e\u{301}",
            "かな",
            "न्\u{200d}",
            "👨\u{200d}👩",
            ".",
        ] {
            assert!(says_something(text), "{text:?}");
        }
    }
}
