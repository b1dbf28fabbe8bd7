//! Who had which part in what a decision rests on, read for the rules of separation of duties.

use async_graphql::Context;
use entity::{
    account::{account, membership},
    action_plan::plan,
    assessment::assessment,
    programme::Duty,
    recognition::decision,
};
use sea_orm::ColumnTrait;

use super::rules::{self, Duties};
use crate::{
    access::{Asking, Tx, Viewer},
    error::Failure,
    id::Id,
};

/// Inside the transaction of a mutation.
pub(super) async fn written(tx: &Tx, decision: &decision::Model) -> Result<Duties, Failure> {
    let viewer = tx.viewer();
    let assessment = Id::new(decision.assessment_id);
    let assessment = tx.find::<assessment::Entity>().by_id(assessment).await?;
    let plan = Id::new(decision.plan_id);
    let plan = tx.find::<plan::Entity>().by_id(plan).await?;
    let memberships = match viewer.account_id() {
        // Everybody sees their own memberships, the ended ones too.
        Some(account) => {
            let own = membership::Column::AccountId.eq(account);
            tx.find::<membership::Entity>().filter(own).all().await?
        }
        None => Vec::new(),
    };
    let has_advised = advised(decision, &memberships);
    let rows = (assessment.as_ref(), plan.as_ref());
    Ok(duties(viewer, decision, rows, has_advised))
}

/// For what the viewer may do.
pub(super) async fn shown(
    ctx: &Context<'_>,
    decision: &decision::Model,
) -> Result<Duties, Failure> {
    let viewer = ctx.viewer();
    let assessment = Id::<assessment::Entity>::new(decision.assessment_id);
    let assessment = ctx.reader().one(assessment).await?;
    let plan = Id::<plan::Entity>::new(decision.plan_id);
    let plan = ctx.reader().one(plan).await?;
    let has_advised = match viewer.account_id() {
        Some(id) => {
            let own = ctx
                .reader()
                .children::<account::Entity, membership::Entity>(id);
            advised(decision, own.await?.iter().map(AsRef::as_ref))
        }
        None => false,
    };
    let rows = (assessment.as_deref(), plan.as_deref());
    Ok(duties(viewer, decision, rows, has_advised))
}

fn advised<'m>(
    decision: &decision::Model,
    memberships: impl IntoIterator<Item = &'m membership::Model>,
) -> bool {
    rules::has_advised(memberships, decision.programme_id, decision.municipality_id)
}

fn duties(
    viewer: &Viewer,
    decision: &decision::Model,
    (assessment, plan): (Option<&assessment::Model>, Option<&plan::Model>),
    has_advised: bool,
) -> Duties {
    let version = viewer.catalogue().version(decision.programme_version_id);
    let mut took_part = vec![assessment.and_then(|row| row.submitted_by)];
    if let Some(plan) = plan {
        took_part.extend([
            plan.adopted_by,
            plan.submitted_by,
            plan.proposed_by,
            plan.confirmed_by,
            plan.completion_proposed_by,
        ]);
    }
    Duties {
        // A version that is not loaded is never laxer than one that is.
        duty: version.map_or(Duty::Strict, |version| version.row.duty),
        account: viewer.account_id(),
        has_advised,
        prepared_by: decision.prepared_by,
        confirmed_by: assessment.and_then(|row| row.confirmed_by),
        took_part,
    }
}
