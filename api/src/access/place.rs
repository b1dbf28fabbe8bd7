//! Where a row belongs, and so which memberships count at it.

use entity::account::membership;
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::Resource;
use crate::id::Kind;

/// The programme and municipality of a row, and what it is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The programme, if the row belongs to one.
    pub(crate) programme: Option<Uuid>,
    /// The municipality, if the row is local.
    pub(crate) municipality: Option<Uuid>,
    /// What it is part of, which a token must be for.
    pub(crate) resource: Resource,
}

impl Place {
    /// A municipality in a programme.
    pub(crate) const fn local(resource: Resource, programme: Uuid, municipality: Uuid) -> Self {
        Self {
            programme: Some(programme),
            municipality: Some(municipality),
            resource,
        }
    }

    /// A whole programme.
    pub(crate) const fn programme(resource: Resource, programme: Uuid) -> Self {
        Self {
            programme: Some(programme),
            municipality: None,
            resource,
        }
    }

    /// Above all programmes.
    pub(crate) const fn nowhere(resource: Resource) -> Self {
        Self {
            programme: None,
            municipality: None,
            resource,
        }
    }

    /// Whether a membership holds here: everywhere, in the whole programme, or in this
    /// municipality of it.
    pub(crate) fn is_covered_by(self, membership: &membership::Model) -> bool {
        let programme = membership
            .programme_id
            .is_none_or(|p| self.programme == Some(p));
        let municipality = membership
            .municipality_id
            .is_none_or(|m| self.municipality == Some(m));
        programme && municipality
    }
}

/// What every table has in common: an id, a kind, a place, a resource.
pub(crate) trait Row: EntityTrait<Column: ColumnTrait> + Kind {
    /// What its rows are part of, which a token must be for.
    const RESOURCE: Resource;
    /// The column of the id.
    const ID: Self::Column;
    /// The id of a row.
    fn key(row: &Self::Model) -> Uuid;
    /// Where a row belongs.
    fn place(row: &Self::Model) -> Place;
}

/// Says of entities what `Kind` and `Row` ask: type, prefix, what it is part of, and the programme
/// and municipality to which a row belongs.
macro_rules! rows {
    ($($entity:path, $type:literal, $prefix:literal, $resource:ident, |$row:ident| $place:expr;)+) => {
        const RESOURCES: &[(&str, Resource)] = &[$(($type, Resource::$resource)),+];
        const PREFIXES: &[(&str, &str)] = &[$(($type, $prefix)),+];

        /// The columns of every type, for the tests of totality.
        #[cfg(test)]
        pub(crate) fn columns_of_all_types() -> Vec<(&'static str, Vec<&'static str>)> {
            use sea_orm::{IdenStatic, Iterable};
            vec![$({
                use $entity as table;
                let names = table::Column::iter().map(|column| column.as_str());
                ($type, names.collect())
            }),+]
        }
    $(
        const _: () = {
            use $entity as table;
            impl Kind for table::Entity {
                const PREFIX: &'static str = $prefix;
                const TYPE: &'static str = $type;
            }
            impl Row for table::Entity {
                const RESOURCE: Resource = Resource::$resource;
                const ID: table::Column = table::Column::Id;
                fn key(row: &table::Model) -> Uuid {
                    row.id
                }
                fn place($row: &table::Model) -> Place {
                    let (programme, municipality) = $place;
                    Place { programme, municipality, resource: Self::RESOURCE }
                }
            }
        };
    )+ };
}

/// Types of the schema that are made of the rows of others.
const MADE_OF_ROWS: [(&str, Resource); 1] = [("AssessmentComparison", Resource::Assessments)];

/// What the rows of a type are part of.
pub(crate) fn resource_of(type_name: &str) -> Option<Resource> {
    let mut all = RESOURCES.iter().chain(&MADE_OF_ROWS);
    let found = all.find(|(known, _)| *known == type_name);
    found.map(|(_, resource)| *resource)
}

/// What the ids of a type start with.
pub(crate) fn prefix_of(type_name: &str) -> Option<&'static str> {
    let found = PREFIXES.iter().find(|(known, _)| *known == type_name);
    found.map(|(_, prefix)| *prefix)
}

/// The type whose ids start so.
pub(crate) fn type_of(prefix: &str) -> Option<&'static str> {
    let found = PREFIXES.iter().find(|(_, known)| *known == prefix);
    found.map(|(type_name, _)| *type_name)
}

rows! {
    entity::programme::programme, "Programme", "prg", Programmes, |r| (Some(r.id), None);
    entity::programme::programme_version, "ProgrammeVersion", "pgv", Programmes, |r| (Some(r.programme_id), None);
    entity::programme::milestone, "Milestone", "mst", Programmes, |_r| (None, None);
    entity::programme::criterion, "RecognitionCriterion", "crt", Programmes, |_r| (None, None);
    entity::programme::framework, "Framework", "fwk", Programmes, |r| (Some(r.programme_id), None);
    entity::programme::framework_element, "FrameworkElement", "fel", Programmes, |_r| (None, None);
    entity::programme::indicator, "Indicator", "ind", Programmes, |_r| (None, None);
    entity::programme::rating_level, "RatingLevel", "rtl", Programmes, |_r| (None, None);
    entity::programme::level_descriptor, "LevelDescriptor", "lvd", Programmes, |_r| (None, None);
    entity::municipality::region, "Region", "reg", Programmes, |_r| (None, None);
    entity::municipality::municipality, "Municipality", "mun", Municipalities,
        |r| (None, Some(r.id));
    entity::municipality::municipality_code, "MunicipalityCode", "mnc", Municipalities,
        |r| (None, Some(r.municipality_id));
    entity::municipality::municipality_name, "MunicipalityName", "mnn", Municipalities,
        |r| (None, Some(r.municipality_id));
    entity::municipality::population, "Population", "pop", Municipalities,
        |r| (None, Some(r.municipality_id));
    entity::municipality::participation, "Participation", "par", Municipalities,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::municipality::cycle, "Cycle", "cyc", Municipalities, |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::municipality::milestone_progress, "MilestoneProgress", "msp", Municipalities,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::account::account, "Account", "acc", Accounts, |_r| (None, None);
    entity::account::membership, "Membership", "mem", Accounts,
        |r| (r.programme_id, r.municipality_id);
    entity::account::identity, "Identity", "idn", Accounts, |_r| (None, None);
    entity::account::invitation, "Invitation", "inv", Accounts, |_r| (None, None);
    entity::assessment::assessment, "Assessment", "asm", Assessments,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::assessment::assessment_item, "AssessmentItem", "asi", Assessments,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::action_plan::responsible_entity, "ResponsibleEntity", "ren", Plans,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::action_plan::plan, "ActionPlan", "apl", Plans, |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::action_plan::objective, "Objective", "obj", Plans,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::action_plan::action, "Action", "act", Plans, |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::action_plan::action_indicator, "ActionIndicator", "ain", Plans,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::action_plan::measurement, "Measurement", "mea", Plans,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::recognition::decision, "RecognitionDecision", "dec", Recognitions,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::recognition::criterion_judgement, "CriterionJudgement", "crj", Recognitions,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::recognition::condition, "RecognitionCondition", "con", Recognitions,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::recognition::recognition, "Recognition", "rec", Recognitions,
        |r| (Some(r.programme_id), Some(r.municipality_id));
    entity::client::api_client, "ApiClient", "cli", Clients, |r| (Some(r.programme_id), r.municipality_id);
    entity::client::client_secret, "ClientSecret", "sec", Clients, |r| (Some(r.programme_id), r.municipality_id);
    entity::journal::audit_event, "AuditEvent", "aud", Audit,
        |r| (r.programme_id, r.municipality_id);
}
