//! Reads `indicators.csv` and `descriptors.csv`.

use std::collections::BTreeSet;

use super::faults::Report;
use super::files::{DESCRIPTORS, INDICATORS, ProgrammeFiles};
use super::programme::Outline;
use super::sheet::{Columns, Row, each_row};
use super::{Descriptor, Indicator, Tier, text};

const INDICATOR_COLUMNS: Columns = Columns {
    required: &[
        "number",
        "code",
        "theme",
        "kind",
        "unit",
        "responsible_tier",
        "selectable_as_objective",
        "illustrative",
    ],
    optional: &["articles", "source_note"],
    translated: Some("name"),
    schemed: None,
};

const DESCRIPTOR_COLUMNS: Columns = Columns {
    required: &["indicator", "level"],
    optional: &[],
    translated: Some("text"),
    schemed: None,
};

/// Both lists, by number of the indicator and by level.
pub(super) fn read(
    files: &ProgrammeFiles,
    outline: &Outline,
    report: &Report,
) -> (Vec<Indicator>, Vec<Descriptor>) {
    let indicators = read_indicators(files, outline, report);
    let codes = indicators.iter().map(|one| one.code.as_str()).collect();
    let descriptors = read_descriptors(files, outline, &codes, report);
    (indicators, descriptors)
}

fn read_indicators(files: &ProgrammeFiles, outline: &Outline, report: &Report) -> Vec<Indicator> {
    let mut numbers = BTreeSet::new();
    let mut codes = BTreeSet::new();
    let mut indicators = Vec::new();
    each_row(
        files,
        INDICATORS,
        &INDICATOR_COLUMNS,
        outline,
        report,
        |row| {
            let number = row.number("number", &(1..=10_000));
            let code = row.code("code");
            if let Some(number) = number
                && !numbers.insert(number)
            {
                row.fault(format!("number {number} is taken by another indicator"));
            }
            if let Some(code) = &code
                && !codes.insert(code.clone())
            {
                row.fault(format!("code {code} is taken by another indicator"));
            }
            indicators.push(read_indicator(row, number, code, outline));
        },
    );
    indicators.sort_by_key(|indicator| indicator.number);
    indicators
}

fn read_indicator(
    row: &Row<'_>,
    number: Option<i32>,
    code: Option<String>,
    outline: &Outline,
) -> Indicator {
    let indicator = Indicator {
        number: number.unwrap_or_default(),
        code: code.unwrap_or_default(),
        theme: row.text("theme"),
        name: row.translations("name"),
        kind: row.word("kind"),
        unit: row.word("unit"),
        responsible_tier: row.word("responsible_tier"),
        selectable_as_objective: row.flag("selectable_as_objective"),
        illustrative: row.flag("illustrative"),
        articles: read_articles(row),
        source_note: row.optional_text("source_note"),
    };
    let theme = &indicator.theme;
    if !theme.is_empty() && !outline.themes.is_empty() && !outline.themes.contains(theme) {
        row.fault(format!("theme {theme} is not an element of the framework"));
    }
    if indicator.selectable_as_objective && indicator.responsible_tier == Tier::National {
        row.fault("an indicator of tier NATIONAL cannot be selectable_as_objective");
    }
    indicator
}

fn read_articles(row: &Row<'_>) -> Vec<i32> {
    let mut articles = BTreeSet::new();
    for part in row.parts("articles") {
        let article: Option<i32> = part.parse().ok();
        match article.map(|article| (article, text::fault_of_article(article.into()))) {
            Some((article, None)) => {
                articles.insert(article);
            }
            Some((_, Some(fault))) => row.fault(fault),
            None => row.fault(format!(
                "articles must be numbers with blanks between, not {part:?}"
            )),
        }
    }
    articles.into_iter().collect()
}

fn read_descriptors(
    files: &ProgrammeFiles,
    outline: &Outline,
    indicators: &BTreeSet<&str>,
    report: &Report,
) -> Vec<Descriptor> {
    let mut seen = BTreeSet::new();
    let mut descriptors = Vec::new();
    each_row(
        files,
        DESCRIPTORS,
        &DESCRIPTOR_COLUMNS,
        outline,
        report,
        |row| {
            let indicator = row.code("indicator").unwrap_or_default();
            let level = row.number("level", &(1..=100)).unwrap_or_default();
            if !indicator.is_empty() && !indicators.is_empty() && !indicators.contains(&*indicator)
            {
                row.fault(format!("indicator {indicator} is not in {INDICATORS}"));
            }
            if level > 0 && !outline.levels.is_empty() && !outline.levels.contains(&level) {
                row.fault(format!("level {level} is not a level of the scale"));
            }
            if level > 0 && !indicator.is_empty() && !seen.insert((indicator.clone(), level)) {
                row.fault(format!(
                    "level {level} of indicator {indicator} stands here twice"
                ));
            }
            descriptors.push(Descriptor {
                indicator,
                level,
                text: row.translations("text"),
            });
        },
    );
    descriptors.sort_by(|a, b| (&a.indicator, a.level).cmp(&(&b.indicator, b.level)));
    descriptors
}
