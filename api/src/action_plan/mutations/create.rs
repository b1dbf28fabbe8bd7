//! Creates a plan: the first of a cycle, or an amendment, with the parts of the approved one if
//! asked for.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object};
use entity::{
    action_plan::{PlanStatus, action, action_indicator, objective, plan},
    municipality::cycle,
};
use sea_orm::{ActiveValue::Set, IntoActiveModel};
use uuid::Uuid;

use super::{
    super::{ActionPlan, rules},
    next_ordinal,
};
use crate::{
    access::{ChildOf, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, LONG_TEXT, trimmed},
    journal::Event,
    payload::payload,
    personal::Country,
    refusal::{Refused, UserError, UserErrorCode},
    scalars::Date,
};

/// Rows of one insert: well below the number of values that a database takes at once.
const CHUNK: usize = 500;

/// Creates a plan in a cycle. While one is approved this makes its amendment, with the next number.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateActionPlanInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<plan::Entity>>,
    /// The cycle it belongs to.
    pub(crate) cycle_id: Id<cycle::Entity>,
    /// The vision that it follows, up to 4,000 characters.
    pub(crate) vision: Option<String>,
    /// Its first day; that of the cycle if absent.
    pub(crate) period_from: Option<Date>,
    /// Its last day; that of the cycle if absent.
    pub(crate) period_to: Option<Date>,
    /// Whether to copy vision, objectives, actions and indicators of the approved plan, under new
    /// ids. Measurements stay with the old plan.
    pub(crate) copy_from_current: Option<bool>,
}

payload! {
    /// What `createActionPlan` did.
    CreateActionPlanPayload {
        /// The new plan.
        action_plan: ActionPlan
    }
}

/// Creation of plans.
#[derive(Debug, Default)]
pub(crate) struct CreationMutation;

#[Object]
impl CreationMutation {
    /// Creates a plan in an active cycle that has no unfinished one. Role: COORDINATOR.
    async fn create_action_plan(
        &self,
        ctx: &Context<'_>,
        input: Attempt<CreateActionPlanInput>,
    ) -> Result<Option<CreateActionPlanPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        CreateActionPlanPayload::of(ctx, &viewer, create_action_plan(&viewer, input).await).await
    }
}

/// Creates a plan.
pub(crate) async fn create_action_plan(
    viewer: &Viewer,
    input: CreateActionPlanInput,
) -> Result<plan::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let cycle = tx.lock_root(input.cycle_id).await?;
    let cycle = cycle.begin::<plan::Entity>(&rules::PLANNING)?;
    let earlier = tx
        .children::<cycle::Entity, plan::Entity>(cycle.row())
        .await?;
    let current = earlier.iter().find(|plan| rules::is_approved(plan.status));
    let copies = input.copy_from_current.unwrap_or_default();
    let row = new_plan(viewer, cycle.row(), &input, &earlier)?;
    let country = viewer.country(row.programme_id);
    check(&row, &earlier, copies && current.is_none(), country).done()?;
    let mut active = row.into_active_model();
    if let Some(current) = current.filter(|_| copies)
        && input.vision.is_none()
    {
        active.vision = Set(current.vision.clone());
    }
    let plan = tx
        .create::<cycle::Entity, plan::Entity>(&cycle, active)
        .await?;
    if let Some(current) = current.filter(|_| copies) {
        copy_parts(&mut tx, current, &plan).await?;
    }
    tx.commit::<plan::Entity>(Event::ActionPlanCreated, &plan)
        .await?;
    Ok(plan)
}

fn new_plan(
    viewer: &Viewer,
    cycle: &cycle::Model,
    input: &CreateActionPlanInput,
    earlier: &[plan::Model],
) -> Result<plan::Model, UserError> {
    Ok(plan::Model {
        id: viewer.key(input.id.as_ref())?,
        programme_id: cycle.programme_id,
        municipality_id: cycle.municipality_id,
        cycle_id: cycle.id,
        programme_version_id: cycle.programme_version_id,
        number: next_ordinal(earlier.iter().map(|plan| plan.number)),
        status: PlanStatus::Draft,
        vision: trimmed(input.vision.clone()),
        period_from: input.period_from.map_or(cycle.start_on, |day| day.0),
        period_to: input.period_to.map_or(cycle.planned_end_on, |day| day.0),
        adoption_body: None,
        adopted_on: None,
        adoption_reference: None,
        is_adoption_recorded: None,
        were_children_heard: None,
        adopted_by: None,
        submitted_by: None,
        proposed_by: None,
        confirmed_by: None,
        completion_proposed_by: None,
        return_reason: None,
        is_frozen: false,
        created_at: viewer.now(),
        updated_at: viewer.now(),
        version: 1,
    })
}

fn check(
    plan: &plan::Model,
    earlier: &[plan::Model],
    lacks_current: bool,
    country: Country,
) -> Checks {
    let mut checks = Checks::default();
    checks.text("vision", plan.vision.as_deref(), LONG_TEXT.public(country));
    let period = (Some(plan.period_from), Some(plan.period_to));
    rules::periods::check_order(&mut checks, "periodTo", period.0, period.1);
    checks.ensure(
        !earlier.iter().any(|plan| rules::is_unfinished(plan.status)),
        UserErrorCode::NotUnique,
        "",
        "There is an unfinished action plan in the cycle already.",
    );
    checks.ensure(
        !lacks_current,
        UserErrorCode::NotFound,
        "copyFromCurrent",
        "There is no approved plan in the cycle to copy from.",
    );
    checks
}

/// Copies objectives, actions and indicators under new ids. Actions keep their state.
async fn copy_parts(tx: &mut Tx, from: &plan::Model, to: &plan::Model) -> Result<(), Refused> {
    let viewer = tx.viewer().clone();
    let now = viewer.now();
    let mut objectives = tx.children::<plan::Entity, objective::Entity>(from).await?;
    let mut actions = tx.children::<plan::Entity, action::Entity>(from).await?;
    let mut indicators = tx
        .children::<plan::Entity, action_indicator::Entity>(from)
        .await?;
    let mut renamed: HashMap<Uuid, Uuid> = HashMap::new();
    let mut rename = |old: Uuid| *renamed.entry(old).or_insert_with(|| viewer.new_id());
    for row in &mut objectives {
        (row.id, row.plan_id, row.version) = (rename(row.id), to.id, 1);
        (row.created_at, row.updated_at) = (now, now);
    }
    for row in &mut actions {
        (row.id, row.plan_id, row.version) = (rename(row.id), to.id, 1);
        (row.created_at, row.updated_at) = (now, now);
        row.objective_id = rename(row.objective_id);
    }
    for row in &mut indicators {
        (row.id, row.plan_id, row.version) = (rename(row.id), to.id, 1);
        (row.created_at, row.updated_at) = (now, now);
        row.action_id = rename(row.action_id);
    }
    add_all::<objective::Entity>(tx, to, objectives).await?;
    add_all::<action::Entity>(tx, to, actions).await?;
    add_all::<action_indicator::Entity>(tx, to, indicators).await
}

async fn add_all<C: ChildOf<plan::Entity>>(
    tx: &mut Tx,
    plan: &plan::Model,
    rows: Vec<C::Model>,
) -> Result<(), Refused>
where
    C::Model: IntoActiveModel<C::ActiveModel>,
    C::ActiveModel: sea_orm::ActiveModelBehavior + Send,
{
    use sea_orm::ActiveModelTrait;
    let parent = tx.created::<plan::Entity>(plan)?;
    let mut rows = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    loop {
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        tx.create_all::<plan::Entity, C>(&parent, chunk).await?;
    }
}
