//! Any object by its id.

use async_graphql::{Context, Interface, Object};
use entity::{
    account as accounts, action_plan as plans, assessment as assessments, client as clients,
    journal as journals, municipality as municipalities, programme as programmes,
    recognition as recognitions,
};
use std::sync::Arc;

use crate::{
    access::{Asking, Reader},
    account::{Account, Membership},
    action_plan::{Action, ActionIndicator, ActionPlan, Measurement, Objective, ResponsibleEntity},
    assessment::{Assessment, AssessmentItem},
    audit::AuditEvent,
    client::ApiClient,
    error::{Code, Failure},
    id::{AnyId, Id, Kind},
    municipality::{Cycle, MilestoneProgress, Municipality, Participation},
    programme::{
        Framework, FrameworkElement, Indicator, Milestone, Programme, ProgrammeVersion,
        RecognitionCriterion,
    },
    recognition::{Recognition, RecognitionCondition, RecognitionDecision},
};

/// The most ids of one `nodes`.
const IDS_MAX: usize = 100;

/// Anything that has an id.
#[derive(Clone, Debug, Interface)]
#[graphql(field(name = "id", ty = "AnyId", desc = "Its id."))]
pub(crate) enum Node {
    Account(Account),
    Action(Action),
    ActionIndicator(ActionIndicator),
    ActionPlan(ActionPlan),
    ApiClient(ApiClient),
    Assessment(Assessment),
    AssessmentItem(AssessmentItem),
    AuditEvent(AuditEvent),
    Cycle(Cycle),
    Framework(Framework),
    FrameworkElement(FrameworkElement),
    Indicator(Indicator),
    Measurement(Measurement),
    Membership(Membership),
    Milestone(Milestone),
    MilestoneProgress(MilestoneProgress),
    Municipality(Municipality),
    Objective(Objective),
    Participation(Participation),
    Programme(Programme),
    ProgrammeVersion(ProgrammeVersion),
    Recognition(Recognition),
    RecognitionCondition(RecognitionCondition),
    RecognitionCriterion(RecognitionCriterion),
    RecognitionDecision(RecognitionDecision),
    ResponsibleEntity(ResponsibleEntity),
}

impl<E: Kind> From<Id<E>> for AnyId {
    fn from(id: Id<E>) -> Self {
        Self {
            prefix: E::PREFIX.to_owned(),
            key: id.0,
        }
    }
}

/// Objects by id.
#[derive(Debug, Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its id; null if there is no such thing for you.
    async fn node(&self, ctx: &Context<'_>, id: AnyId) -> Result<Option<Node>, Failure> {
        find(ctx, &id).await
    }

    /// Up to 100 things by their ids, in the order of the ids, null for what is not there for you.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        ids: Vec<AnyId>,
    ) -> Result<Vec<Option<Node>>, Failure> {
        if ids.len() > IDS_MAX {
            return Err(Failure::with(
                Code::PageSizeExceeded,
                "nodes takes at most 100 ids.",
            ));
        }
        futures_util::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

/// Anything by its id.
pub(crate) async fn find(ctx: &Context<'_>, id: &AnyId) -> Result<Option<Node>, Failure> {
    match published(ctx, id) {
        Some(node) => Ok(Some(node)),
        None => stored(ctx.reader(), id).await,
    }
}

/// What the catalogue holds.
fn published(ctx: &Context<'_>, id: &AnyId) -> Option<Node> {
    let catalogue = ctx.viewer().catalogue();
    let is = |prefix: &str| id.prefix == prefix;
    if is(programmes::programme::Entity::PREFIX) {
        return Some(Node::Programme(Programme(Arc::clone(
            catalogue.programme(id.key)?,
        ))));
    }
    if is(programmes::programme_version::Entity::PREFIX) {
        return Some(Node::ProgrammeVersion(ProgrammeVersion(Arc::clone(
            catalogue.version(id.key)?,
        ))));
    }
    if is(programmes::framework::Entity::PREFIX) {
        return Some(Node::Framework(Framework(Arc::clone(
            catalogue.framework(id.key)?,
        ))));
    }
    if is(programmes::framework_element::Entity::PREFIX) {
        return Some(Node::FrameworkElement(FrameworkElement::from(Arc::clone(
            catalogue.element(id.key)?,
        ))));
    }
    if is(programmes::indicator::Entity::PREFIX) {
        return Some(Node::Indicator(Indicator::from(Arc::clone(
            catalogue.indicator(id.key)?,
        ))));
    }
    if is(programmes::milestone::Entity::PREFIX) {
        return Some(Node::Milestone(Milestone::from(Arc::clone(
            catalogue.milestone(id.key)?,
        ))));
    }
    if is(programmes::criterion::Entity::PREFIX) {
        let criterion = Arc::clone(catalogue.criterion(id.key)?);
        return Some(Node::RecognitionCriterion(RecognitionCriterion(criterion)));
    }
    None
}

/// What the database holds, through the read door.
async fn stored(reader: &Reader, id: &AnyId) -> Result<Option<Node>, Failure> {
    macro_rules! by_prefix {
        ($($name:ident of $entity:path;)+) => {{
            $({
                use $entity as table;
                if id.prefix == table::Entity::PREFIX {
                    return Ok(reader.object::<$name>(id.key).await?.map(Node::$name));
                }
            })+
            Ok(None)
        }};
    }
    by_prefix! {
        Account of accounts::account;
        Action of plans::action;
        ActionIndicator of plans::action_indicator;
        ActionPlan of plans::plan;
        ApiClient of clients::api_client;
        Assessment of assessments::assessment;
        AssessmentItem of assessments::assessment_item;
        AuditEvent of journals::audit_event;
        Cycle of municipalities::cycle;
        Measurement of plans::measurement;
        Membership of accounts::membership;
        MilestoneProgress of municipalities::milestone_progress;
        Municipality of municipalities::municipality;
        Objective of plans::objective;
        Participation of municipalities::participation;
        Recognition of recognitions::recognition;
        RecognitionCondition of recognitions::condition;
        RecognitionDecision of recognitions::decision;
        ResponsibleEntity of plans::responsible_entity;
    }
}
