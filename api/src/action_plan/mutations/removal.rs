//! Removes parts of a plan with what hangs below them, from the leaves up.

use entity::action_plan::{action, action_indicator, plan};
use uuid::Uuid;

use super::super::rules;
use crate::{
    access::{ChildOf, Locked, Permitted, Tx, Versioned},
    refusal::Refused,
};

/// Removes these actions of a plan with their indicators. Plans that are being written have no
/// measurements yet.
pub(super) async fn remove_actions(
    tx: &mut Tx,
    plan: &Locked<plan::Entity>,
    actions: Vec<Permitted<action::Entity>>,
) -> Result<(), Refused> {
    let ids: Vec<Uuid> = actions.iter().map(|action| action.row().id).collect();
    let indicators = tx
        .children::<plan::Entity, action_indicator::Entity>(plan.row())
        .await?;
    let below = indicators
        .into_iter()
        .filter(|row| ids.contains(&row.action_id))
        .map(|row| row.id);
    let below = lock_parts::<action_indicator::Entity>(tx, plan, below.collect()).await?;
    tx.remove_all(below).await?;
    tx.remove_all(actions).await
}

/// Locks parts that are changed together with the one that was asked for, at whatever version.
pub(super) async fn lock_parts<C: ChildOf<plan::Entity> + Versioned>(
    tx: &Tx,
    plan: &Locked<plan::Entity>,
    ids: Vec<Uuid>,
) -> Result<Vec<Permitted<C>>, Refused> {
    let locked = tx.lock_children::<plan::Entity, C>(plan, ids).await?;
    let parts = locked.into_iter().map(|part| {
        let version = C::version(part.row());
        plan.edit_child(part, &rules::WRITING, version)
    });
    parts.collect()
}
