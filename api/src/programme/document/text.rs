//! What a text, a code or a locale must look like, in whichever file it stands.

/// The longest text that the API takes anywhere.
const LONGEST: usize = 4_000;

/// ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig \
    ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml \
    mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg \
    si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh \
    yi yo za zh zu";

/// What is wrong with a text, if anything. Line feeds are the only control characters that a text may hold.
pub(super) fn fault_of_text(text: &str) -> Option<String> {
    let length = text.chars().count();
    if length > LONGEST {
        return Some(format!(
            "has {length} characters; at most {LONGEST} are allowed"
        ));
    }
    let bad = text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })?;
    let code = u32::from(bad);
    Some(format!("holds the control character U+{code:04X}"))
}

/// What is wrong with a code: letters, digits, dot, hyphen and underscore, at most 64.
pub(super) fn fault_of_code(code: &str) -> Option<String> {
    let is_good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let is_code = !code.is_empty() && code.len() <= 64 && code.chars().all(is_good);
    (!is_code).then(|| {
        "must be 1 to 64 letters from A to Z, digits, dots, hyphens or underscores".to_owned()
    })
}

/// Whether a tag names a known language, with a script or region after it or not.
pub(super) fn is_locale(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_language = parts
        .next()
        .is_some_and(|first| LANGUAGES.split_whitespace().any(|known| known == first));
    is_language
        && parts.all(|part| {
            matches!(part.len(), 2..=4) && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

/// Whether a text is so many capitals from A to Z.
pub(super) fn is_capitals(text: &str, length: usize) -> bool {
    text.len() == length && text.chars().all(|c| c.is_ascii_uppercase())
}

/// What is wrong with a list of articles of the Convention, which has 54.
pub(super) fn fault_of_article(article: i64) -> Option<String> {
    (!(1..=54).contains(&article))
        .then(|| format!("article {article} is not in the Convention; it has 1 to 54"))
}

/// The line, counted from 1, on which a byte stands.
pub(super) fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(bytes);
    before.split(|byte| *byte == b'\n').count()
}
