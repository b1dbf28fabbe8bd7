//! The files of a programme folder, from disk or from the binary. The one place here that touches a disk.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use super::faults::Report;
use super::text::line_at;

pub(super) const PROGRAMME: &str = "programme.toml";
pub(super) const INDICATORS: &str = "indicators.csv";
pub(super) const DESCRIPTORS: &str = "descriptors.csv";
pub(super) const REGIONS: &str = "regions.csv";
pub(super) const MUNICIPALITIES: &str = "municipalities.csv";
pub(super) const MERGERS: &str = "mergers.csv";
pub(super) const POPULATIONS: &str = "populations.csv";

/// Every file that a folder must hold.
pub(super) const NAMES: [&str; 7] = [
    PROGRAMME,
    INDICATORS,
    DESCRIPTORS,
    REGIONS,
    MUNICIPALITIES,
    MERGERS,
    POPULATIONS,
];

/// Name and content of each file. Bytes, so that a file that is not UTF-8 is a fault among the others.
#[derive(Debug, Clone)]
pub(crate) struct ProgrammeFiles {
    files: Vec<(String, Cow<'static, [u8]>)>,
}

impl ProgrammeFiles {
    /// Files that are at hand already.
    pub(crate) fn new<Name, Content>(files: impl IntoIterator<Item = (Name, Content)>) -> Self
    where
        Name: Into<String>,
        Content: Into<Cow<'static, [u8]>>,
    {
        let files = files
            .into_iter()
            .map(|(name, content)| (name.into(), content.into()))
            .collect();
        Self { files }
    }

    /// The `.toml` and `.csv` files of a folder; others, such as a licence note, are left alone.
    pub(crate) fn read_dir(folder: &Path) -> io::Result<Self> {
        let mut files: Vec<(String, Cow<'static, [u8]>)> = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_ours = path
                .extension()
                .is_some_and(|extension| extension == "toml" || extension == "csv");
            if is_ours && path.is_file() {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                files.push((name.into_owned(), Cow::Owned(fs::read(&path)?)));
            }
        }
        files.sort();
        Ok(Self { files })
    }

    /// Reports files that are missing, or that nobody would read: often one file under a wrong name.
    pub(super) fn check_names(&self, report: &Report) {
        for name in NAMES {
            if !self.files.iter().any(|(held, _)| held == name) {
                report.whole(name, "the file is missing");
            }
        }
        for (name, _) in &self.files {
            if !NAMES.contains(&name.as_str()) {
                let known = NAMES.join(", ");
                report.whole(
                    name,
                    format!("is not a file of a programme; they are {known}"),
                );
            }
        }
    }

    /// The text of one file, without a byte order mark; a missing file has been reported before.
    pub(super) fn text(&self, name: &str, report: &Report) -> Option<&str> {
        let (_, bytes) = self.files.iter().find(|(held, _)| held == name)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
            Err(error) => {
                let line = line_at(bytes, error.valid_up_to());
                report.at(name, line, "the text is not UTF-8 from here on");
                None
            }
        }
    }
}
