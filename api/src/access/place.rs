//! Where a row belongs, and so which memberships count at it.

use entity::account::membership;
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use crate::id::Kind;

/// The programme and municipality of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The programme, if the row belongs to one.
    pub(crate) programme: Option<Uuid>,
    /// The municipality, if the row is local.
    pub(crate) municipality: Option<Uuid>,
}

impl Place {
    /// A municipality in a programme.
    pub(crate) const fn local(programme: Uuid, municipality: Uuid) -> Self {
        Self {
            programme: Some(programme),
            municipality: Some(municipality),
        }
    }

    /// A whole programme.
    pub(crate) const fn programme(programme: Uuid) -> Self {
        Self {
            programme: Some(programme),
            municipality: None,
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

/// What every table has in common: an id, a kind, a place.
pub(crate) trait Row: EntityTrait<Column: ColumnTrait> + Kind {
    /// The column of the id.
    const ID: Self::Column;
    /// The id of a row.
    fn key(row: &Self::Model) -> Uuid;
    /// Where a row belongs.
    fn place(row: &Self::Model) -> Place;
}

/// Says of entities what `Kind` and `Row` ask: type, prefix, and where the row belongs.
macro_rules! rows {
    ($($entity:path, $type:literal, $prefix:literal, |$row:ident| $place:expr;)+) => { $(
        const _: () = {
            use $entity as table;
            impl Kind for table::Entity {
                const PREFIX: &'static str = $prefix;
                const TYPE: &'static str = $type;
            }
            impl Row for table::Entity {
                const ID: table::Column = table::Column::Id;
                fn key(row: &table::Model) -> Uuid {
                    row.id
                }
                fn place($row: &table::Model) -> Place {
                    $place
                }
            }
        };
    )+ };
}

rows! {
    entity::programme::programme, "Programme", "prg", |r| Place::programme(r.id);
    entity::programme::programme_version, "ProgrammeVersion", "pgv", |r| Place::programme(r.programme_id);
    entity::programme::milestone, "Milestone", "mst", |_r| Place::default();
    entity::programme::criterion, "RecognitionCriterion", "crt", |_r| Place::default();
    entity::programme::framework, "Framework", "fwk", |r| Place::programme(r.programme_id);
    entity::programme::framework_element, "FrameworkElement", "fel", |_r| Place::default();
    entity::programme::indicator, "Indicator", "ind", |_r| Place::default();
    entity::programme::rating_level, "RatingLevel", "rtl", |_r| Place::default();
    entity::programme::level_descriptor, "LevelDescriptor", "lvd", |_r| Place::default();
    entity::municipality::region, "Region", "reg", |_r| Place::default();
    entity::municipality::municipality, "Municipality", "mun",
        |r| Place { programme: None, municipality: Some(r.id) };
    entity::municipality::municipality_code, "MunicipalityCode", "mnc",
        |r| Place { programme: None, municipality: Some(r.municipality_id) };
    entity::municipality::municipality_name, "MunicipalityName", "mnn",
        |r| Place { programme: None, municipality: Some(r.municipality_id) };
    entity::municipality::population, "Population", "pop",
        |r| Place { programme: None, municipality: Some(r.municipality_id) };
    entity::municipality::participation, "Participation", "par",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::municipality::cycle, "Cycle", "cyc", |r| Place::local(r.programme_id, r.municipality_id);
    entity::municipality::milestone_progress, "MilestoneProgress", "msp",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::account::account, "Account", "acc", |_r| Place::default();
    entity::account::membership, "Membership", "mem",
        |r| Place { programme: r.programme_id, municipality: r.municipality_id };
    entity::assessment::assessment, "Assessment", "asm",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::assessment::assessment_item, "AssessmentItem", "asi",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::action_plan::responsible_entity, "ResponsibleEntity", "ren",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::action_plan::plan, "ActionPlan", "apl", |r| Place::local(r.programme_id, r.municipality_id);
    entity::action_plan::objective, "Objective", "obj",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::action_plan::action, "Action", "act", |r| Place::local(r.programme_id, r.municipality_id);
    entity::action_plan::action_indicator, "ActionIndicator", "ain",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::action_plan::measurement, "Measurement", "mea",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::recognition::decision, "RecognitionDecision", "dec",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::recognition::criterion_judgement, "CriterionJudgement", "crj",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::recognition::condition, "RecognitionCondition", "con",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::recognition::recognition, "Recognition", "rec",
        |r| Place::local(r.programme_id, r.municipality_id);
    entity::journal::audit_event, "AuditEvent", "aud",
        |r| Place { programme: r.programme_id, municipality: r.municipality_id };
}
