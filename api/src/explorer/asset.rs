//! The files of the page: a closed list, so no path of a request ever reaches a file system.

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The content type and the bytes of the file at `path`, the part of the URL after
/// [`PREFIX`](super::PREFIX).
pub(crate) fn asset(path: &str) -> Option<(&'static str, &'static [u8])> {
    Some(match path {
        "explorer.js" => (SCRIPT, include_bytes!("files/explorer.js")),
        "explorer.css" => (
            "text/css; charset=utf-8",
            include_bytes!("files/explorer.css"),
        ),
        "editor.worker.js" => (SCRIPT, include_bytes!("files/editor.worker.js")),
        "graphql.worker.js" => (SCRIPT, include_bytes!("files/graphql.worker.js")),
        "json.worker.js" => (SCRIPT, include_bytes!("files/json.worker.js")),
        "codicon.ttf" => ("font/ttf", include_bytes!("files/codicon.ttf")),
        "LICENCES.txt" => (
            "text/plain; charset=utf-8",
            include_bytes!("files/LICENCES.txt"),
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::asset;

    #[test]
    fn every_built_file_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/explorer/files");
        let mut count = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(asset(&name).is_some(), "{name} is built but not served");
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[test]
    fn nothing_else_is() {
        for path in ["", "page.html", "../mod.rs", "files/explorer.js"] {
            assert!(asset(path).is_none(), "{path}");
        }
    }
}
