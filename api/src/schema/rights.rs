//! Every coordinate of the schema that not everybody may use, from the tables that enforce, and the
//! directive `@access` that says so in the text of the schema.

use std::{collections::BTreeMap, fmt::Write};

use apollo_compiler::Schema;
use entity::account::Role;

use crate::{
    access::{Class, Field, KEPT, Operation, Viewer},
    account, action_plan, assessment, audit, client, municipality, recognition,
    workflow::word,
};

/// The fields above public of all slices.
pub(crate) fn fields() -> impl Iterator<Item = &'static Field> {
    [
        account::FIELDS,
        action_plan::FIELDS,
        assessment::FIELDS,
        audit::FIELDS,
        municipality::FIELDS,
        recognition::FIELDS,
    ]
    .into_iter()
    .flatten()
}

/// The root fields above public of all slices, in order of coordinate.
pub(crate) fn operations() -> Vec<Operation> {
    let mut all: Vec<_> = [
        account::operations(),
        action_plan::operations(),
        assessment::operations(),
        audit::operations(),
        client::operations(),
        municipality::operations(),
        recognition::operations(),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|operation| operation.coordinate);
    all
}

/// What it takes to use a coordinate.
#[derive(Debug)]
pub(crate) enum Right {
    /// A field of rows, which answers null to others.
    Field(Field),
    /// A root field, which refuses others.
    Operation(Operation),
}

impl Right {
    /// The class of a field of rows.
    pub(crate) fn class(&self) -> Option<Class> {
        match self {
            Self::Field(field) => Some(field.class),
            Self::Operation(_) => None,
        }
    }

    /// The roles of which one is needed.
    pub(crate) fn roles(&self) -> &[Role] {
        match self {
            Self::Field(field) => field.class.roles(),
            Self::Operation(operation) => &operation.who,
        }
    }

    /// The scope that a token needs.
    pub(crate) fn scope(&self) -> Option<&'static str> {
        match self {
            Self::Field(field) => field.scope(),
            Self::Operation(operation) => operation.scope(),
        }
    }

    /// Whether the viewer could use it somewhere.
    pub(crate) fn is_within_reach(&self, viewer: &Viewer) -> bool {
        match self {
            Self::Field(field) => field.is_within_reach(viewer),
            Self::Operation(operation) => operation.is_within_reach(viewer),
        }
    }

    fn directive(&self) -> String {
        let class = self.class().map(word);
        let class = class.map_or_else(String::new, |class| format!("class: {class}, "));
        let roles: Vec<_> = self.roles().iter().map(|role| word(*role)).collect();
        let scopes: Vec<_> = self.scope().into_iter().collect();
        format!(
            " @access({class}roles: [{}], scopes: {scopes:?})",
            roles.join(", ")
        )
    }
}

/// All rights by coordinate.
pub(crate) fn rights() -> BTreeMap<&'static str, Right> {
    let fields = fields().map(|field| (field.coordinate, Right::Field(*field)));
    let operations = operations().into_iter();
    let operations = operations.map(|o| (o.coordinate, Right::Operation(o)));
    let rows = KEPT
        .iter()
        .map(|rows| (rows.coordinate, Right::Field(*rows)));
    fields.chain(rows).chain(operations).collect()
}

/// What it takes to use a coordinate: the right of its own, else that to see any rows of its type.
pub(super) fn right_of<'r>(
    rights: &'r BTreeMap<&'static str, Right>,
    coordinate: &str,
) -> Option<&'r Right> {
    let kind = coordinate.split('.').next().unwrap_or_default();
    let parts = ["Connection", "Edge"].into_iter();
    let mut rows = parts.filter_map(|part| kind.strip_suffix(part));
    let of_type = || rights.get(rows.next().unwrap_or(kind));
    rights.get(coordinate).or_else(of_type)
}

const DEFINITION: &str = "\
\"\"\"
Who may use a field: somebody with one of the roles, at the place of what is asked for, and with a
token for the scopes. A field with a class answers null to others (see `extensions.redactions`); a
field of `Query` or `Mutation` refuses them. A field without this directive is for everybody.
\"\"\"
directive @access(
	\"\"\"
	The class of a field of rows; absent at a field of `Query` or `Mutation`.
	\"\"\"
	class: FieldClass,
	\"\"\"
	The roles of which one is needed.
	\"\"\"
	roles: [Role!]!,
	\"\"\"
	The scopes that a token needs. People who signed in have every scope.
	\"\"\"
	scopes: [String!]!
) on FIELD_DEFINITION
";

/// The text of the schema with `@access` at every coordinate that has a right. The executor prints
/// the type of a field at the end of its line.
pub(super) fn annotated(sdl: &str, schema: &Schema) -> String {
    let rights = rights();
    let mut at_line = BTreeMap::new();
    for (kind, known) in &schema.types {
        let Some(object) = known.as_object() else {
            continue;
        };
        for (name, field) in &object.fields {
            let right = rights.get(format!("{kind}.{name}").as_str());
            let place = field.line_column_range(&schema.sources);
            if let (Some(right), Some(place)) = (right, place) {
                at_line.insert(place.end.line, right.directive());
            }
        }
    }
    let mut text = String::with_capacity(sdl.len() * 2);
    for (at, line) in sdl.lines().enumerate() {
        if line.starts_with("schema {") {
            text.push_str(DEFINITION);
        }
        let directive = at_line.get(&(at + 1)).map_or("", String::as_str);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{line}{directive}");
    }
    text
}
