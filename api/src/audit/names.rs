//! The names under which the schema shows what stands in columns.
//!
//! Audit rows are sealed and keep the names of columns; whoever reads them is told fields, and only
//! those that they may read.

use std::collections::BTreeSet;

use crate::{
    access::{Place, Viewer, resource_of},
    schema,
};

/// Columns that no type shows under a name of their own: those that never change after the row was
/// made, and those that only the machinery reads.
const WITHOUT_FIELD: &[&str] = &[
    "id",
    "account_id",
    "client_id",
    "framework_id",
    "indicator_id",
    "membership_id",
    "municipality_id",
    "plan_id",
    "programme_id",
    "programme_version_id",
    "decision_id",
    "created_at",
    "ordinal",
    "sort_name",
    "name_key",
    "digest",
    "public_key",
    "revoked_at",
    "is_public",
    "snapshot_hash",
    "suspended_from",
    "suspended_by",
    "submitted_by",
    "confirmed_by",
    "proposed_by",
    "completion_proposed_by",
    "adopted_by",
    "prepared_by",
    "decided_by",
    "entered_by",
    "granted_by",
    "answered_by",
    "is_frozen",
    "is_mandatory",
    "scale_key",
    "due_months",
    "region_code",
    "hash",
    "sequence",
    "request_id",
];

/// The fields of a type that show what stands in a column; none where the column is not shown.
fn fields_of(kind: &str, column: &str) -> Vec<String> {
    let named: &[&str] = match (kind, column) {
        // Not shown at all, or only as a whole.
        ("Identity" | "Invitation" | "MunicipalityName", _) | ("AssessmentItem", "theme_id") => &[],
        ("ProgrammeVersion", column) if column != "status" => &[],
        (
            "ActionPlan",
            "adoption_body"
            | "adopted_on"
            | "adoption_reference"
            | "is_adoption_recorded"
            | "were_children_heard",
        ) => &["adoption"],
        ("Recognition", "reason") => &["suspensionReason", "withdrawalReason"],
        ("RecognitionDecision", "votes_for" | "votes_against" | "votes_abstained") => &["votes"],
        (_, column) if WITHOUT_FIELD.contains(&column) => &[],
        (_, column) => return vec![camel(column)],
    };
    named.iter().map(|name| (*name).to_owned()).collect()
}

/// `return_reason` as `returnReason`, and `assignee_id`, which leads to a row, as `assignee`.
fn camel(column: &str) -> String {
    let mut words = column.strip_suffix("_id").unwrap_or(column).split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The fields of a row at a place that show these columns, each once, those that the viewer may read.
pub(crate) fn shown_fields<'a>(
    viewer: &Viewer,
    kind: &str,
    place: Place,
    columns: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let columns = columns.into_iter();
    let names: BTreeSet<_> = columns.flat_map(|column| fields_of(kind, column)).collect();
    let resource = resource_of(kind).unwrap_or(place.resource);
    let place = Place { resource, ..place };
    let is_read = |name: &String| {
        let is_same = |coordinate: &str| coordinate.split_once('.') == Some((kind, name));
        let mut above_public = schema::fields().filter(|field| is_same(field.coordinate));
        above_public.all(|field| field.is_read(viewer, place))
    };
    names.into_iter().filter(is_read).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use async_graphql::parser::{
        parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    };

    use super::*;
    use crate::access::columns_of_all_types;

    /// The fields of each type of the schema.
    fn types() -> HashMap<String, HashSet<String>> {
        let parsed = parse_schema(schema::Schema::new().sdl()).unwrap();
        let definitions = parsed.definitions.into_iter();
        definitions
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(it) => match it.node.kind {
                    TypeKind::Object(object) => {
                        let fields = object.fields.into_iter();
                        let names = fields.map(|field| field.node.name.node.to_string());
                        Some((it.node.name.node.to_string(), names.collect()))
                    }
                    _ => None,
                },
                _ => None,
            })
            .collect()
    }

    #[test]
    fn every_column_is_a_field_of_its_type_or_is_not_shown() {
        let types = types();
        let mut is_tried = false;
        for (kind, columns) in columns_of_all_types() {
            // The audit log does not name these two.
            let told = |column: &&str| *column != "version" && *column != "updated_at";
            for column in columns.into_iter().filter(told) {
                for field in fields_of(kind, column) {
                    let is_shown = types
                        .get(kind)
                        .is_some_and(|fields| fields.contains(&field));
                    assert!(is_shown, "{kind} has no field {field} for {column}");
                    is_tried = true;
                }
            }
        }
        assert!(is_tried);
    }

    #[test]
    fn columns_are_told_as_the_schema_names_them() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("AssessmentItem", "level", &["level"]),
            (
                "AssessmentItem",
                "not_applicable_reason",
                &["notApplicableReason"],
            ),
            ("AssessmentItem", "assignee_id", &["assignee"]),
            ("AssessmentItem", "answered_by", &[]),
            (
                "Recognition",
                "reason",
                &["suspensionReason", "withdrawalReason"],
            ),
            ("ActionPlan", "adopted_on", &["adoption"]),
            ("ResponsibleEntity", "sort_name", &[]),
        ];
        for (kind, column, fields) in cases {
            assert_eq!(fields_of(kind, column), *fields, "{kind}.{column}");
        }
    }
}
