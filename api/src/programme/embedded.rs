//! The programme folders that travel inside the binary, so that a demonstration starts from any folder.
//! Only the bytes are here; reading and checking them is the work of `document`.

use super::document::ProgrammeFiles;

macro_rules! folder {
    ($($name:literal => $bytes:expr),+ $(,)?) => {
        ProgrammeFiles::new([$(($name, $bytes.as_slice())),+])
    };
}

/// The Finnish reference programme.
pub(crate) fn fi() -> ProgrammeFiles {
    folder! {
        "programme.toml" => include_bytes!("../../../programmes/fi/programme.toml"),
        "indicators.csv" => include_bytes!("../../../programmes/fi/indicators.csv"),
        "descriptors.csv" => include_bytes!("../../../programmes/fi/descriptors.csv"),
        "regions.csv" => include_bytes!("../../../programmes/fi/regions.csv"),
        "municipalities.csv" => include_bytes!("../../../programmes/fi/municipalities.csv"),
        "mergers.csv" => include_bytes!("../../../programmes/fi/mergers.csv"),
        "populations.csv" => include_bytes!("../../../programmes/fi/populations.csv"),
    }
}
