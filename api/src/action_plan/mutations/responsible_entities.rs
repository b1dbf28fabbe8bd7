//! Writes of responsible entities: add, change.

use async_graphql::{Context, InputObject, Object};
use entity::{
    account::Role,
    action_plan::{ResponsibleEntityKind, responsible_entity},
    municipality::municipality,
};
use sea_orm::ActiveValue::Set;

use super::super::ResponsibleEntity;
use crate::{
    access::{Place, Resource, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, SHORT_TEXT},
    journal::Event,
    payload::payload,
    refusal::Refused,
    translated,
};

pub(in crate::action_plan) const WRITERS: &[Role] = &[Role::Coordinator];

/// Adds a responsible entity to a municipality.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AddResponsibleEntityInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<responsible_entity::Entity>>,
    /// Key of the programme, such as `FI`.
    pub(crate) programme: String,
    /// The municipality.
    pub(crate) municipality_id: Id<municipality::Entity>,
    /// Its name, up to 300 characters, unique in the municipality: names that read the same are the
    /// same. Never the name of a person.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) kind: ResponsibleEntityKind,
}

/// Changes a responsible entity. What is absent or null stays as it is.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ChangeResponsibleEntityInput {
    /// The responsible entity.
    pub(crate) responsible_entity_id: Id<responsible_entity::Entity>,
    /// Its name, up to 300 characters, unique in the municipality: names that read the same are the
    /// same. Never the name of a person. Null leaves it unchanged.
    pub(crate) name: Option<String>,
    /// Its kind. Null leaves it unchanged.
    pub(crate) kind: Option<ResponsibleEntityKind>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `addResponsibleEntity` did.
    AddResponsibleEntityPayload {
        /// The new responsible entity.
        responsible_entity: ResponsibleEntity
    }
}
payload! {
    /// What `changeResponsibleEntity` did.
    ChangeResponsibleEntityPayload {
        /// The responsible entity as it is now.
        responsible_entity: ResponsibleEntity
    }
}

/// Writes of responsible entities.
#[derive(Debug, Default)]
pub(crate) struct ResponsibleEntityMutation;

#[Object]
impl ResponsibleEntityMutation {
    /// Adds a responsible entity to a municipality. `NOT_FOUND` for a programme or municipality
    /// that does not exist. Role: COORDINATOR.
    async fn add_responsible_entity(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AddResponsibleEntityInput>,
    ) -> Result<Option<AddResponsibleEntityPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AddResponsibleEntityPayload::of(ctx, &viewer, add_responsible_entity(&viewer, input).await)
            .await
    }

    /// Changes name or kind of a responsible entity. Role: COORDINATOR.
    async fn change_responsible_entity(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ChangeResponsibleEntityInput>,
    ) -> Result<Option<ChangeResponsibleEntityPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ChangeResponsibleEntityPayload::of(
            ctx,
            &viewer,
            change_responsible_entity(&viewer, input).await,
        )
        .await
    }
}

/// Adds a responsible entity.
pub(crate) async fn add_responsible_entity(
    viewer: &Viewer,
    input: AddResponsibleEntityInput,
) -> Result<responsible_entity::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let municipality = tx
        .find::<municipality::Entity>()
        .by_id(input.municipality_id)
        .await?
        .ok_or_else(Failure::not_found)?;
    let programme = viewer.catalogue().named(&input.programme)?;
    let granted = viewer.permit(
        Place::local(Resource::Plans, programme, municipality.id),
        WRITERS,
    )?;
    let mut checks = Checks::default();
    let rule = SHORT_TEXT.public(viewer.country(programme));
    checks.required_text("name", &input.name, rule);
    checks.done()?;
    let row = responsible_entity::ActiveModel {
        id: Set(viewer.key(input.id.as_ref())?),
        programme_id: Set(programme),
        municipality_id: Set(municipality.id),
        name: Set(input.name.trim().to_owned()),
        sort_name: Set(translated::sort_key(&input.name)),
        name_key: Set(translated::unique_key(&input.name)),
        kind: Set(input.kind),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    };
    let entity = tx.found::<responsible_entity::Entity>(granted, row).await?;
    tx.commit::<responsible_entity::Entity>(Event::ResponsibleEntityAdded, &entity)
        .await?;
    Ok(entity)
}

/// Changes a responsible entity.
pub(crate) async fn change_responsible_entity(
    viewer: &Viewer,
    input: ChangeResponsibleEntityInput,
) -> Result<responsible_entity::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let entity = tx.lock(input.responsible_entity_id).await?;
    let permitted = entity
        .amend(WRITERS, input.expected_version)?
        .given(Vec::new())?;
    let mut checks = Checks::default();
    if let Some(name) = &input.name {
        let country = viewer.country(permitted.row().programme_id);
        checks.required_text("name", name, SHORT_TEXT.public(country));
    }
    checks.done()?;
    let before = permitted.row().name.clone();
    let entity = tx
        .update(permitted, |row| {
            // The key of a name that stays may tell it from an older one that reads the same.
            if let Some(name) = input.name.filter(|name| name.trim() != before) {
                row.name = Set(name.trim().to_owned());
                row.sort_name = Set(translated::sort_key(&name));
                row.name_key = Set(translated::unique_key(&name));
            }
            if let Some(kind) = input.kind {
                row.kind = Set(kind);
            }
        })
        .await?;
    tx.commit::<responsible_entity::Entity>(Event::ResponsibleEntityChanged, &entity)
        .await?;
    Ok(entity)
}
