//! Municipalities, their way into a programme, cycles and milestones: what a municipality shows.

mod code;
mod cycle;
mod cycle_steps;
mod enrolment;
mod filter;
mod milestone;
mod milestone_steps;
mod newest;
mod operations;
mod participation;
mod query;
mod reference;
mod rules;

use std::sync::Arc;

use async_graphql::Context;
use entity::{
    account::{Role, membership},
    action_plan::responsible_entity,
    municipality::{
        MunicipalityKind, cycle as cycles, municipality, municipality_code,
        participation as participations, population,
    },
};
use fields::fields;

use self::newest::CurrentCycle;
pub(crate) use self::{
    code::folded_code,
    cycle::{Cycle, is_cancelled},
    cycle_steps::CycleMutation,
    enrolment::EnrolmentMutation,
    milestone::MilestoneProgress,
    milestone_steps::MilestoneMutation,
    operations::operations,
    participation::Participation,
    query::{MunicipalityQuery, MunicipalityRef},
    reference::{MunicipalityCode, Population, Region},
    rules::{CYCLE, MILESTONE, PARTICIPATION},
};
use crate::{
    access::{Action, Asking, Class, Field, Place, Resource, Viewer, field},
    account::Membership,
    action_plan::ResponsibleEntity,
    error::Failure,
    id::Id,
    in_order::Objects,
    payload::row_object,
    programme,
    recognition::{CurrentRecognition, NewestDecision, Recognition, RecognitionDecision},
    scalars::{Date, DateTime, Locale},
    translated::{self, Translation},
};

const RESPONSIBLE_ENTITIES: Field = field("Municipality.responsibleEntities", Class::Municipality);
const MEMBERSHIPS: Field = field("Municipality.memberships", Class::Personal).with_own(&[
    Role::YouthRepresentative,
    Role::SteeringMember,
    Role::Coordinator,
    Role::DecisionMaker,
    Role::ResponsibleEntity,
    Role::Adviser,
    Role::ServiceAccount,
]);
/// Fields above public, each with its class.
pub(crate) const FIELDS: &[Field] = &[
    RESPONSIBLE_ENTITIES,
    MEMBERSHIPS,
    cycle::CANCELLATION_REASON,
    milestone::RETURN_REASON,
    milestone::WAIVER_REASON,
];

row_object! {
    /// A local government.
    Municipality = MunicipalityFields of municipality
}

impl MunicipalityFields {
    /// Whether the viewer reads a field in some programme; a municipality belongs to none.
    fn is_read(&self, field: &Field, resource: Resource, viewer: &Viewer) -> bool {
        let programmes = viewer.catalogue().programmes.iter();
        let places = programmes.map(|p| Place::local(resource, p.row.id, self.0.id));
        field.at_any(viewer, places)
    }

    /// Whether the viewer holds a role here, with a token that is for accounts.
    fn is_own(&self, viewer: &Viewer) -> bool {
        let mut held = viewer.memberships().iter();
        viewer.scopes().allow(Resource::Accounts, Action::Read)
            && held.any(|held| held.municipality_id == Some(self.0.id))
    }
}

/// A local government, present or past. Everybody reads it.
#[fields(name = "Municipality")]
impl MunicipalityFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<municipality::Entity> {
        Id::new(self.0.id)
    }

    /// Its code: the country, a hyphen and the national code, such as `FI-837`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its codes in other schemes; at most 10.
    async fn codes(&self, ctx: &Context<'_>) -> Result<Objects<MunicipalityCode>, Failure> {
        let rows = ctx
            .reader()
            .children::<municipality::Entity, municipality_code::Entity>(self.0.id)
            .await?;
        let codes = rows.iter().map(Arc::clone);
        Ok(codes.map(MunicipalityCode::from).collect())
    }

    /// What kind of local government it is.
    async fn kind(&self) -> MunicipalityKind {
        self.0.kind
    }

    /// Its country, ISO 3166-1 alpha-2.
    async fn country_code(&self) -> &str {
        &self.0.country_code
    }

    /// Its name, in the language asked for or the first that there is along the programme's chain.
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        programme::text(ctx.viewer(), &self.0.name, locale.as_ref())
    }

    /// Its name in all languages.
    async fn name_translations(&self) -> Vec<Translation> {
        translated::all(&self.0.name)
    }

    /// The region it lies in; null where none is known.
    async fn region(&self, ctx: &Context<'_>) -> Option<Region> {
        let code = self.0.region_code.as_deref()?;
        let region = ctx.viewer().catalogue().region(code)?;
        Some(Region(Arc::clone(region)))
    }

    /// How many people live there by the latest figure; null where none is known.
    async fn population(&self) -> Option<i32> {
        self.0.population
    }

    /// The year of the latest figure.
    async fn population_year(&self) -> Option<i32> {
        self.0.population_year
    }

    /// All population figures, newest first; at most 200.
    async fn populations(&self, ctx: &Context<'_>) -> Result<Objects<Population>, Failure> {
        let rows = ctx
            .reader()
            .children::<municipality::Entity, population::Entity>(self.0.id)
            .await?;
        Ok(rows.iter().map(Arc::clone).map(Population::from).collect())
    }

    /// The first day of its existence; null where it is not known.
    async fn valid_from(&self) -> Option<Date> {
        self.0.valid_from.map(Date)
    }

    /// The last day of its existence; null while no end is known.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }

    /// Whether it exists today.
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        reference::is_current(ctx.viewer(), &self.0)
    }

    /// The municipality that it became part of; null if there is none.
    async fn successor(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        let Some(id) = self.0.successor_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Its participations, one per programme.
    async fn participations(&self, ctx: &Context<'_>) -> Result<Objects<Participation>, Failure> {
        let rows = ctx
            .reader()
            .children::<municipality::Entity, participations::Entity>(self.0.id)
            .await?;
        Ok(rows
            .iter()
            .map(Arc::clone)
            .map(Participation::from)
            .collect())
    }

    /// Its cycles in all programmes, newest first; at most a few dozen. Planned and cancelled ones
    /// only for the municipality and the committee.
    async fn cycles(&self, ctx: &Context<'_>) -> Result<Objects<Cycle>, Failure> {
        let rows = ctx
            .reader()
            .children::<municipality::Entity, cycles::Entity>(self.0.id)
            .await?;
        let mut rows = rows.to_vec();
        rows.sort_by_key(|row| std::cmp::Reverse((row.start_on, row.ordinal, row.id)));
        Ok(rows.into_iter().map(Cycle::from).collect())
    }

    /// The cycle under way, else the one closed last; null if there is none. Never a planned or
    /// cancelled one.
    async fn current_cycle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Key of the programme, such as `FI`; all programmes if absent.")]
        programme: Option<String>,
    ) -> Result<Option<Cycle>, Failure> {
        let programmes = newest::programmes(ctx.viewer(), programme.as_deref());
        let pick = CurrentCycle { programmes };
        Ok(ctx.reader().latest(pick, self.0.id).await?.map(Cycle::from))
    }

    /// The newest recognition, with its status today; null if there never was one.
    async fn current_recognition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Key of the programme, such as `FI`; all programmes if absent.")]
        programme: Option<String>,
    ) -> Result<Option<Recognition>, Failure> {
        let programmes = newest::programmes(ctx.viewer(), programme.as_deref());
        let pick = CurrentRecognition { programmes };
        Ok(ctx
            .reader()
            .latest(pick, self.0.id)
            .await?
            .map(Recognition::from))
    }

    /// The newest decision on recognition that is public, the same for everybody; null if there is
    /// none.
    async fn latest_recognition_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Key of the programme, such as `FI`; all programmes if absent.")]
        programme: Option<String>,
    ) -> Result<Option<RecognitionDecision>, Failure> {
        let programmes = newest::programmes(ctx.viewer(), programme.as_deref());
        let pick = NewestDecision { programmes };
        let decision = ctx.reader().latest(pick, self.0.id).await?;
        Ok(decision.map(RecognitionDecision::from))
    }

    /// Who can be given actions, in no order; at most a few hundred. For the municipality and the
    /// committee; null for others.
    async fn responsible_entities(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<ResponsibleEntity>>, Failure> {
        let viewer = ctx.viewer();
        if !self.is_read(&RESPONSIBLE_ENTITIES, Resource::Municipalities, viewer) {
            return Ok(None);
        }
        let rows = ctx
            .reader()
            .children::<municipality::Entity, responsible_entity::Entity>(self.0.id)
            .await?;
        let mine = rows.iter().filter(|row| {
            let place = Place::local(
                Resource::Municipalities,
                row.programme_id,
                row.municipality_id,
            );
            RESPONSIBLE_ENTITIES.is_read(viewer, place)
        });
        Ok(Some(
            mine.map(Arc::clone).map(ResponsibleEntity::from).collect(),
        ))
    }

    /// The roles that accounts hold here, ended ones included; at most a few hundred. Those who
    /// administer accounts here read all, those who hold a role here their own; null for others.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Option<Vec<Membership>>, Failure> {
        let viewer = ctx.viewer();
        if !self.is_own(viewer) && !self.is_read(&MEMBERSHIPS, Resource::Accounts, viewer) {
            return Ok(None);
        }
        let rows = ctx
            .reader()
            .children::<municipality::Entity, membership::Entity>(self.0.id)
            .await?;
        Ok(Some(
            rows.iter().map(Arc::clone).map(Membership::from).collect(),
        ))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was loaded first.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}

#[cfg(test)]
mod tests;
