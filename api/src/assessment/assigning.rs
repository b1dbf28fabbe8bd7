//! Who is to answer an item: given to a member of the municipality, and taken back.

use async_graphql::InputObject;
use entity::{
    account::{Role, membership},
    assessment::{assessment, assessment_item},
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{AssessmentItem, rules};
use crate::{
    access::Viewer,
    id::Id,
    input::Checks,
    journal::Event,
    payload::payload,
    refusal::{Refused, UserErrorCode},
};

/// Gives an item to a member of the municipality to answer.
#[derive(Debug, InputObject)]
pub(crate) struct AssignIndicatorInput {
    /// The item.
    pub(crate) item_id: Id<assessment_item::Entity>,
    /// A membership of a `STEERING_MEMBER` or `RESPONSIBLE_ENTITY` of the municipality.
    pub(crate) membership_id: Id<membership::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Takes an item back from whoever has it.
#[derive(Debug, InputObject)]
pub(crate) struct UnassignIndicatorInput {
    /// The item.
    pub(crate) item_id: Id<assessment_item::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `assignIndicator` did.
    AssignIndicatorPayload {
        /// The item as it is now.
        item: AssessmentItem
    }
}
payload! {
    /// What `unassignIndicator` did.
    UnassignIndicatorPayload {
        /// The item as it is now.
        item: AssessmentItem
    }
}

/// Assigns an item.
pub(crate) async fn assign(
    viewer: &Viewer,
    input: AssignIndicatorInput,
) -> Result<assessment_item::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (assessment, item) = tx
        .lock_below::<assessment::Entity, assessment_item::Entity>(input.item_id)
        .await?;
    let permitted = assessment.edit_child(item, &rules::ASSIGNING, input.expected_version)?;
    let assignee = tx
        .find::<membership::Entity>()
        .by_id(input.membership_id)
        .await?;
    let fits = assignee.is_some_and(|m| {
        matches!(m.role, Role::SteeringMember | Role::ResponsibleEntity)
            && m.programme_id == Some(permitted.row().programme_id)
            && m.municipality_id == Some(permitted.row().municipality_id)
            && m.ends_at.is_none_or(|end| end > viewer.now())
    });
    let mut checks = Checks::default();
    checks.ensure(
        fits,
        UserErrorCode::NotFound,
        "membershipId",
        "There is no such steering member or responsible entity in this municipality.",
    );
    checks.done()?;
    let item = tx
        .update(permitted, |row| assigned(row, Some(input.membership_id.0)))
        .await?;
    tx.commit::<assessment_item::Entity>(Event::ItemAssigned, &item)
        .await?;
    Ok(item)
}

/// Takes an item back.
pub(crate) async fn unassign(
    viewer: &Viewer,
    input: UnassignIndicatorInput,
) -> Result<assessment_item::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (assessment, item) = tx
        .lock_below::<assessment::Entity, assessment_item::Entity>(input.item_id)
        .await?;
    let permitted = assessment.edit_child(item, &rules::ASSIGNING, input.expected_version)?;
    let item = tx.update(permitted, |row| assigned(row, None)).await?;
    tx.commit::<assessment_item::Entity>(Event::ItemUnassigned, &item)
        .await?;
    Ok(item)
}

fn assigned(row: &mut assessment_item::ActiveModel, assignee: Option<Uuid>) {
    row.assignee_id = Set(assignee);
    if let Ok(item) = assessment_item::Model::try_from(row.clone()) {
        row.status = Set(rules::status(&item));
    }
}
