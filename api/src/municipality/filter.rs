//! What municipalities are found by. A state is asked for as the viewer is shown it, so that no
//! filter tells what a field would not.

use std::sync::Arc;

use async_graphql::InputObject;
use entity::{
    municipality::{
        MilestoneStatus, MunicipalityKind, ParticipationStatus, cycle, milestone_progress,
        municipality, municipality_code, municipality_name, participation,
    },
    recognition::{RecognitionStatus, recognition},
};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{
    newest::{self, CurrentCycle},
    reference, rules,
};
use crate::{
    access::{Class, Pick, Viewer},
    error::Failure,
    filter::{BooleanFilter, CodeFilter, equality_filter},
    recognition::{CurrentRecognition, status_among},
    translated,
};

equality_filter! {
    /// Finds by kind of local government.
    MunicipalityKindFilter of MunicipalityKind
}
equality_filter! {
    /// Finds by the state of a milestone as it is shown to you: outside the municipality and the
    /// committee `SUBMITTED` and `RETURNED` count as `IN_PROGRESS`.
    MilestoneStatusFilter of MilestoneStatus
}
equality_filter! {
    /// Finds by the status of the recognition today.
    RecognitionStatusFilter of RecognitionStatus
}

/// Finds by a milestone of the current cycle.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MunicipalityMilestoneFilter {
    /// The code of the milestone, such as `ACTION_PLAN`. An unknown one finds nothing.
    pub(crate) code: String,
    /// Its state; any if absent.
    pub(crate) status: Option<MilestoneStatusFilter>,
}

/// Narrows a list of municipalities. All that is given has to hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct MunicipalityFilter {
    /// Key of a programme, such as `FI`, in which the municipality takes part, ACTIVE or PAUSED.
    /// Unknown keys find nothing. `milestone` and `recognitionStatus` then look at this programme
    /// alone, else at all programmes.
    pub(crate) programme: Option<CodeFilter>,
    /// Code of its region.
    pub(crate) region: Option<CodeFilter>,
    /// Its kind.
    pub(crate) kind: Option<MunicipalityKindFilter>,
    /// Its country, ISO 3166-1 alpha-2.
    pub(crate) country_code: Option<CodeFilter>,
    /// A milestone of its current cycle.
    pub(crate) milestone: Option<MunicipalityMilestoneFilter>,
    /// The status of its current recognition today.
    pub(crate) recognition_status: Option<RecognitionStatusFilter>,
    /// Whether it exists today. If absent, only those that do are found; `in: [true, false]` finds
    /// former ones too.
    pub(crate) is_current: Option<BooleanFilter>,
}

impl MunicipalityFilter {
    /// The filter with codes and keys as they are stored.
    pub(super) fn folded(self) -> Self {
        let capitals = |filter: CodeFilter| filter.folded(str::to_ascii_uppercase);
        Self {
            programme: self.programme.map(capitals),
            country_code: self.country_code.map(capitals),
            ..self
        }
    }

    /// The filter as a predicate over municipalities.
    pub(super) fn condition(&self, viewer: &Viewer) -> Result<Condition, Failure> {
        let (region, country_code) = (
            values(self.region.as_ref())?,
            values(self.country_code.as_ref())?,
        );
        let kind = self.kind.as_ref().map(MunicipalityKindFilter::values);
        let programmes = self.programmes(viewer)?;
        let mut all = Condition::all().add(self.existing(viewer)?).add_option(
            self.programme
                .as_ref()
                .map(|_| taking_part(viewer, &programmes)),
        );
        // Codes that the catalogue does not know never reach a statement.
        let known = |code: &String| viewer.catalogue().region(code).is_some();
        all =
            all.add_option(region.map(|codes| {
                municipality::Column::RegionCode.is_in(codes.into_iter().filter(known))
            }));
        let alphabetic = |code: &String| code.bytes().all(|b| b.is_ascii_alphabetic());
        all = all.add_option(country_code.map(|codes| {
            municipality::Column::CountryCode.is_in(codes.into_iter().filter(alphabetic))
        }));
        let kind = kind.transpose()?;
        all = all.add_option(kind.map(|kinds| municipality::Column::Kind.is_in(kinds)));
        if let Some(milestone) = &self.milestone {
            all = all.add(at_milestone(viewer, &programmes, milestone)?);
        }
        if let Some(status) = &self.recognition_status {
            all = all.add(recognised(viewer, programmes, &status.values()?));
        }
        Ok(all)
    }

    /// The programmes that are looked at.
    fn programmes(&self, viewer: &Viewer) -> Result<Arc<[Uuid]>, Failure> {
        let Some(keys) = values(self.programme.as_ref())? else {
            return Ok(newest::programmes(viewer, None));
        };
        let entries = keys
            .iter()
            .filter_map(|key| viewer.catalogue().programme_by_key(key));
        Ok(entries.map(|programme| programme.row.id).collect())
    }

    fn existing(&self, viewer: &Viewer) -> Result<Condition, Failure> {
        let wanted = match &self.is_current {
            Some(filter) => filter.values()?,
            None => vec![true],
        };
        let current = reference::are_current(viewer);
        Ok(match (wanted.contains(&true), wanted.contains(&false)) {
            (true, true) => Condition::all(),
            (true, false) => current,
            (false, true) => current.not(),
            (false, false) => Condition::any(),
        })
    }
}

fn values(filter: Option<&CodeFilter>) -> Result<Option<Vec<String>>, Failure> {
    filter.map(CodeFilter::values).transpose()
}

fn taking_part(viewer: &Viewer, programmes: &[Uuid]) -> Condition {
    let taking_part = [ParticipationStatus::Active, ParticipationStatus::Paused];
    let select = viewer
        .find::<participation::Entity>()
        .filter(participation::Column::ProgrammeId.is_in(programmes.iter().copied()))
        .filter(participation::Column::Status.is_in(taking_part))
        .column(participation::Column::MunicipalityId);
    Condition::all().add(municipality::Column::Id.in_subquery(select))
}

fn at_milestone(
    viewer: &Viewer,
    programmes: &Arc<[Uuid]>,
    wanted: &MunicipalityMilestoneFilter,
) -> Result<Condition, Failure> {
    let pick = CurrentCycle {
        programmes: Arc::clone(programmes),
    };
    let current = viewer
        .find::<cycle::Entity>()
        .filter(pick.filter(viewer))
        .latest_ids(pick.partition(), pick.order());
    let versions = viewer
        .catalogue()
        .programmes
        .iter()
        .flat_map(|p| &p.versions);
    let milestones = versions
        .flat_map(|version| &version.milestones)
        .filter(|milestone| milestone.code == wanted.code)
        .map(|milestone| milestone.id);
    let statuses = wanted.status.as_ref().map(MilestoneStatusFilter::values);
    let status = statuses.transpose()?;
    let status = status.map_or_else(Condition::all, |wanted| shown_as(viewer, &wanted));
    let select = viewer
        .find::<milestone_progress::Entity>()
        .filter(milestone_progress::Column::MilestoneId.is_in(milestones))
        .filter(milestone_progress::Column::CycleId.in_subquery(current))
        .filter(status)
        .column(milestone_progress::Column::MunicipalityId);
    Ok(Condition::all().add(municipality::Column::Id.in_subquery(select)))
}

/// Milestones that this viewer is shown in one of these states.
fn shown_as(viewer: &Viewer, wanted: &[MilestoneStatus]) -> Condition {
    use milestone_progress::Column::{MunicipalityId, ProgrammeId, Status};
    let reads_all = || viewer.reads_rows(Class::Municipality, ProgrammeId, MunicipalityId);
    let as_stored = Condition::all()
        .add(reads_all())
        .add(Status.is_in(wanted.iter().copied()));
    let masked = Condition::all()
        .add(reads_all().not())
        .add(Status.is_in(rules::stored_behind(wanted)));
    Condition::any().add(as_stored).add(masked)
}

fn recognised(viewer: &Viewer, programmes: Arc<[Uuid]>, wanted: &[RecognitionStatus]) -> Condition {
    let days = viewer.days(programmes.iter().copied());
    let pick = CurrentRecognition { programmes };
    let newest = viewer
        .find::<recognition::Entity>()
        .filter(pick.filter(viewer))
        .latest_ids(pick.partition(), pick.order());
    let select = viewer
        .find::<recognition::Entity>()
        .filter(recognition::Column::Id.in_subquery(newest))
        .filter(status_among(wanted, &days))
        .column(recognition::Column::MunicipalityId);
    Condition::all().add(municipality::Column::Id.in_subquery(select))
}

/// The longest text to search by, in characters.
const SEARCH_MAX: usize = 100;

/// Municipalities with a name that begins like this in any language, or with exactly this code.
/// Blank text finds all.
pub(super) fn search(viewer: &Viewer, text: &str) -> Result<Condition, Failure> {
    use municipality_name::Column::{MunicipalityId, SortName};
    let text = text.trim();
    if text.chars().count() > SEARCH_MAX || text.chars().any(char::is_control) {
        return Err(Failure::bad_input(
            "search takes at most 100 characters and no control characters.",
        ));
    }
    let prefix = translated::sort_key(text);
    if prefix.is_empty() {
        return Ok(Condition::all());
    }
    let end = format!("{prefix}{}", char::MAX);
    let named = viewer
        .find::<municipality_name::Entity>()
        .filter(SortName.gte(prefix))
        .filter(SortName.lt(end))
        .column(MunicipalityId);
    let codes = [text.to_owned(), text.to_ascii_uppercase()];
    let having_code = viewer
        .find::<municipality_code::Entity>()
        .filter(municipality_code::Column::Code.is_in(codes.clone()))
        .column(municipality_code::Column::MunicipalityId);
    Ok(Condition::any()
        .add(municipality::Column::Id.in_subquery(named))
        .add(municipality::Column::Id.in_subquery(having_code))
        .add(municipality::Column::Code.is_in(codes)))
}
