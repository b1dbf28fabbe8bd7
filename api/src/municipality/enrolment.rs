//! Writes of participations: a municipality is enrolled in a programme, and takes part once the
//! agreement is signed.

use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    municipality::{municipality, participation},
    workflow::WorkflowAction,
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{Participation, reference, rules};
use crate::{
    access::{Place, Resource, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, still_to_come},
    journal::Event,
    payload::payload,
    programme,
    refusal::{Refused, UserError, UserErrorCode},
    scalars::Date,
};

/// Enrols a municipality in a programme.
#[derive(Debug, InputObject)]
pub(crate) struct EnrolMunicipalityInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<participation::Entity>>,
    /// Key of the programme, such as `FI`.
    pub(crate) programme: String,
    /// The municipality. It has to exist today.
    pub(crate) municipality_id: Id<municipality::Entity>,
    /// The day the agreement was signed. With it the participation is ACTIVE, else PENDING.
    pub(crate) agreement_signed_on: Option<Date>,
    /// The day it joins; today if absent.
    pub(crate) joined_on: Option<Date>,
}

/// Says that the agreement of a PENDING participation is signed.
#[derive(Debug, InputObject)]
pub(crate) struct ActivateParticipationInput {
    /// The participation.
    pub(crate) participation_id: Id<participation::Entity>,
    /// The day the agreement was signed.
    pub(crate) agreement_signed_on: Date,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `enrolMunicipality` did.
    EnrolMunicipalityPayload {
        /// The new participation.
        participation: Participation
    }
}

payload! {
    /// What `activateParticipation` did.
    ActivateParticipationPayload {
        /// The participation as it is now.
        participation: Participation
    }
}

/// Writes of participations.
#[derive(Debug, Default)]
pub(crate) struct EnrolmentMutation;

#[Object]
impl EnrolmentMutation {
    /// Enrols a municipality in a programme, once. A former municipality is refused, and its
    /// successor named. Role: `PROGRAMME_MANAGER` of the programme.
    async fn enrol_municipality(
        &self,
        ctx: &Context<'_>,
        input: Attempt<EnrolMunicipalityInput>,
    ) -> Result<Option<EnrolMunicipalityPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        EnrolMunicipalityPayload::of(ctx, &viewer, enrol(&viewer, input).await).await
    }

    /// Makes a PENDING participation ACTIVE, now that its agreement is signed. Role:
    /// `PROGRAMME_MANAGER` of the programme.
    async fn activate_participation(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ActivateParticipationInput>,
    ) -> Result<Option<ActivateParticipationPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ActivateParticipationPayload::of(ctx, &viewer, activate(&viewer, input).await).await
    }
}

/// Enrols a municipality.
pub(crate) async fn enrol(
    viewer: &Viewer,
    input: EnrolMunicipalityInput,
) -> Result<participation::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let programme = viewer.catalogue().named(&input.programme)?;
    let granted = viewer.permit(
        Place::programme(Resource::Municipalities, programme),
        rules::ENROLLING,
    )?;
    let municipality = tx.find::<municipality::Entity>();
    let Some(municipality) = municipality.by_id(input.municipality_id).await? else {
        let message = "There is no such municipality.";
        return Err(UserError::at(UserErrorCode::NotFound, "municipalityId", message).into());
    };
    check(&tx, &input, programme, &municipality).await?;
    let row = new_participation(viewer, &input, programme)?;
    let participation = tx.found::<participation::Entity>(granted, row).await?;
    tx.commit::<participation::Entity>(Event::MunicipalityEnrolled, &participation)
        .await?;
    Ok(participation)
}

/// Refuses former municipalities and days to come.
async fn check(
    tx: &Tx,
    input: &EnrolMunicipalityInput,
    programme: Uuid,
    municipality: &municipality::Model,
) -> Result<(), Refused> {
    let today = tx.viewer().today(programme);
    let mut checks = Checks::default();
    if !reference::is_current(tx.viewer(), municipality) {
        let message = ended(tx, municipality).await?;
        checks.fault(UserErrorCode::Invalid, "municipalityId", message);
    }
    for (path, date) in [
        ("agreementSignedOn", input.agreement_signed_on),
        ("joinedOn", input.joined_on),
    ] {
        not_to_come(&mut checks, path, date, today);
    }
    checks.done()
}

fn not_to_come(checks: &mut Checks, path: &str, date: Option<Date>, today: NaiveDate) {
    checks.ensure(
        date.is_none_or(|date| date.0 <= today),
        UserErrorCode::OutOfRange,
        path,
        still_to_come(today),
    );
}

/// Activates a participation.
pub(crate) async fn activate(
    viewer: &Viewer,
    input: ActivateParticipationInput,
) -> Result<participation::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let participation = tx.lock(input.participation_id).await?;
    let step = participation.step(
        &rules::PARTICIPATION,
        WorkflowAction::Activate,
        input.expected_version,
    )?;
    let signed_on = input.agreement_signed_on;
    let today = viewer.today(step.row().programme_id);
    let mut checks = Checks::default();
    not_to_come(&mut checks, "agreementSignedOn", Some(signed_on), today);
    let permitted = step.given(checks.into_faults())?;
    let participation = tx
        .update(permitted, |row| {
            row.agreement_signed_on = Set(Some(signed_on.0));
        })
        .await?;
    tx.commit::<participation::Entity>(Event::ParticipationActivated, &participation)
        .await?;
    Ok(participation)
}

fn new_participation(
    viewer: &Viewer,
    input: &EnrolMunicipalityInput,
    programme: Uuid,
) -> Result<participation::ActiveModel, UserError> {
    let joined_on = input.joined_on.map(|date| date.0);
    let signed_on = input.agreement_signed_on.map(|date| date.0);
    Ok(participation::ActiveModel {
        id: Set(viewer.key(input.id.as_ref())?),
        programme_id: Set(programme),
        municipality_id: Set(input.municipality_id.0),
        status: Set(rules::participation_status(signed_on)),
        joined_on: Set(joined_on.unwrap_or_else(|| viewer.today(programme))),
        agreement_signed_on: Set(signed_on),
        ended_on: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    })
}

/// Says that a municipality does not exist today, and which one to enrol instead.
async fn ended(tx: &Tx, municipality: &municipality::Model) -> Result<String, Failure> {
    let does_not_exist = "This municipality does not exist today.".to_owned();
    let Some(successor) = municipality.successor_id else {
        return Ok(does_not_exist);
    };
    let successor = tx.find::<municipality::Entity>().by_id(Id::new(successor));
    Ok(successor.await?.map_or(does_not_exist, |successor| {
        let name = programme::text(tx.viewer(), &successor.name, None);
        format!(
            "This municipality does not exist today. Its successor is {name} ({}).",
            successor.code
        )
    }))
}
