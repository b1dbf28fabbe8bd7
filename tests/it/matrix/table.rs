//! The matrix as it is written down: rows of `access_matrix.csv`, and what a cell says of a
//! relation. The notation is explained at the top of that file.

/// What somebody is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Allowed,
    Hidden,
    Masked,
    Forbidden,
}

/// How somebody stands to what they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// A membership in the municipality.
    Own,
    /// The same, and the work is assigned to it; for an adviser, the municipality is.
    Assigned,
    /// A membership in the whole programme.
    Programme,
    /// A role that is held nowhere in particular.
    Anywhere,
    /// A membership in another municipality or programme.
    Foreign,
    /// A membership that has ended.
    Ended,
}

impl Relation {
    /// The words of a cell that speak of this relation, the closest first.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Own => &["own", "any"],
            Self::Assigned => &["asg", "own", "any"],
            Self::Programme => &["prog", "any"],
            Self::Anywhere => &["all", "any"],
            Self::Foreign => &["far", "any"],
            Self::Ended => &["any"],
        }
    }
}

/// A cell: who is allowed, who is refused in the open, and what all the others get.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    words: Vec<String>,
}

impl Cell {
    fn read(text: &str) -> Self {
        let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        let known = ["own", "asg", "prog", "all", "far", "any", "H", "M", "-"];
        for word in &words {
            let bare = word.strip_prefix('-').filter(|bare| !bare.is_empty());
            let word = bare.unwrap_or(word);
            assert!(known.contains(&word), "{word} is no word of a cell");
        }
        assert!(!words.is_empty(), "a cell is empty");
        Self { words }
    }

    /// What the cell says of a relation.
    pub(super) fn outcome(&self, relation: Relation) -> Outcome {
        let has = |word: &str| self.words.iter().any(|known| known == word);
        for word in relation.words() {
            if has(word) {
                return Outcome::Allowed;
            }
            if has(&format!("-{word}")) {
                return Outcome::Forbidden;
            }
        }
        if has("H") {
            Outcome::Hidden
        } else if has("M") {
            Outcome::Masked
        } else {
            Outcome::Forbidden
        }
    }
}

/// A root operation asked for one thing, and a cell per role.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) operation: String,
    pub(super) target: String,
    cells: Vec<(String, Cell)>,
}

impl Row {
    /// The cell of a role.
    pub(super) fn cell(&self, role: &str) -> &Cell {
        let found = self.cells.iter().find(|(name, _)| name == role);
        &found.unwrap_or_else(|| panic!("no column {role}")).1
    }
}

/// The rows and the roles of the columns.
pub(super) fn read() -> (Vec<String>, Vec<Row>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/access_matrix.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let cut = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect();
    let head: Vec<String> = cut(lines.next().unwrap());
    let roles = head[2..].to_vec();
    let rows = lines.map(|line| {
        let cells: Vec<String> = cut(line);
        assert_eq!(cells.len(), head.len(), "{line}");
        Row {
            operation: cells[0].clone(),
            target: cells[1].clone(),
            cells: roles
                .iter()
                .cloned()
                .zip(cells[2..].iter().map(|cell| Cell::read(cell)))
                .collect(),
        }
    });
    let rows = rows.collect();
    (roles, rows)
}
