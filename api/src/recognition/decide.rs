//! Writes of decisions: their inputs and payloads, and the act of deciding.

use async_graphql::{Context, InputObject, Object};
use entity::{
    municipality::cycle,
    programme::criterion,
    recognition::{
        ConditionStatus, DecisionBasis, DecisionOutcome, condition, criterion_judgement, decision,
        recognition,
    },
    workflow::WorkflowAction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Order};

use super::{
    RecognitionDecision, duties, prepare, publish,
    rules::{self, DECISION},
    verdict::{self, Frame, Verdict},
};
use crate::{
    access::{Permitted, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    journal::Event,
    payload::payload,
    refusal::Refused,
    scalars::Date,
};

/// Puts the file of a cycle before the deciding body.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PrepareRecognitionDecisionInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<decision::Entity>>,
    /// The cycle. One unpublished decision per cycle.
    pub(crate) cycle_id: Id<cycle::Entity>,
    /// What the decision rests on; if absent, what the programme's label timing asks for.
    pub(crate) basis: Option<DecisionBasis>,
}

/// How one criterion is judged.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CriterionJudgementInput {
    /// The criterion, by id; either this or `criterionCode`.
    pub(crate) criterion_id: Option<Id<criterion::Entity>>,
    /// The criterion, by its code in the version that the cycle follows.
    pub(crate) criterion_code: Option<String>,
    /// Whether it is met.
    pub(crate) is_met: bool,
    /// Why, up to 4,000 characters. Needed where it is not met. Public with the decision.
    pub(crate) reason: Option<String>,
}

/// How the body voted. At least one vote; each number from 0.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct RecognitionVotesInput {
    /// Votes for the decision. GRANTED and CONDITIONAL need more than `against`.
    #[graphql(name = "for")]
    pub(crate) in_favour: i32,
    /// Votes against it.
    pub(crate) against: i32,
    /// Members who abstained.
    #[graphql(default)]
    pub(crate) abstained: i32,
}

/// Something that has to be met for recognition to stay.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ConditionInput {
    /// What has to be met, up to 4,000 characters. Public with the decision.
    pub(crate) text: String,
    /// By which day, not before the day of the decision.
    pub(crate) due_on: Option<Date>,
}

/// Decides. Nothing of it changes afterwards.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct DecideRecognitionInput {
    /// The prepared decision.
    pub(crate) decision_id: Id<decision::Entity>,
    /// What is decided. GRANTED needs every criterion met.
    pub(crate) outcome: DecisionOutcome,
    /// Every criterion of the programme version, each once.
    pub(crate) criteria: Vec<CriterionJudgementInput>,
    /// How the body voted.
    pub(crate) votes: RecognitionVotesInput,
    /// The body that decides, up to 300 characters.
    pub(crate) deciding_body: String,
    /// The day of the decision, not in the future; today if absent.
    pub(crate) decided_on: Option<Date>,
    /// The first day of the recognition, with GRANTED and CONDITIONAL only; the day of the
    /// decision if absent. Not before the first day of the recognition before.
    pub(crate) valid_from: Option<Date>,
    /// The last day of the recognition, with GRANTED and CONDITIONAL only; if absent it follows
    /// from the programme's `validityMonths`.
    pub(crate) valid_until: Option<Date>,
    /// What has to be met: 1 to 20 with CONDITIONAL, none otherwise.
    pub(crate) conditions: Option<Vec<ConditionInput>>,
    /// Until when it is put off, with DEFERRED only, and needed there.
    pub(crate) deferred_until: Option<Date>,
    /// Why it is decided so, up to 4,000 characters. Public with the decision.
    pub(crate) public_reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Makes a decision public, and brings the recognition into being if it was granted.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PublishRecognitionDecisionInput {
    /// The decision.
    pub(crate) decision_id: Id<decision::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `prepareRecognitionDecision` did.
    PrepareRecognitionDecisionPayload {
        /// The new decision.
        recognition_decision: RecognitionDecision
    }
}
payload! {
    /// What `decideRecognition` did.
    DecideRecognitionPayload {
        /// The decision as it is now.
        recognition_decision: RecognitionDecision
    }
}
payload! {
    /// What `publishRecognitionDecision` did.
    PublishRecognitionDecisionPayload {
        /// The decision as it is now.
        recognition_decision: RecognitionDecision
    }
}

/// Writes of decisions.
#[derive(Debug, Default)]
pub(crate) struct DecisionMutation;

#[Object]
impl DecisionMutation {
    /// Puts the file of a cycle before the deciding body: its newest confirmed assessment and its
    /// approved plan. Role: `PROGRAMME_MANAGER`.
    async fn prepare_recognition_decision(
        &self,
        ctx: &Context<'_>,
        input: Attempt<PrepareRecognitionDecisionInput>,
    ) -> Result<Option<PrepareRecognitionDecisionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        PrepareRecognitionDecisionPayload::of(ctx, &viewer, prepare::prepare(&viewer, input).await)
            .await
    }

    /// Decides on recognition, every fault told at once. Role: `DECIDING_BODY`, not the one who
    /// prepared the decision or confirmed the assessment; in a STRICT programme nobody who took
    /// part in the assessment or the plan or is or was an adviser of the municipality.
    async fn decide_recognition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<DecideRecognitionInput>,
    ) -> Result<Option<DecideRecognitionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        DecideRecognitionPayload::of(ctx, &viewer, decide(&viewer, input).await).await
    }

    /// Makes a decision public. A granted recognition comes into being, and the one before is
    /// renewed or expires. A refusal or deferral is public only where the programme publishes
    /// those. Role: `PROGRAMME_MANAGER`, not the one who decided.
    async fn publish_recognition_decision(
        &self,
        ctx: &Context<'_>,
        input: Attempt<PublishRecognitionDecisionInput>,
    ) -> Result<Option<PublishRecognitionDecisionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        PublishRecognitionDecisionPayload::of(ctx, &viewer, publish::publish(&viewer, input).await)
            .await
    }
}

/// Decides.
pub(crate) async fn decide(
    viewer: &Viewer,
    input: DecideRecognitionInput,
) -> Result<decision::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let decision = tx.lock(input.decision_id).await?;
    let step = decision.step(&DECISION, WorkflowAction::Decide, input.expected_version)?;
    prepare::in_open_cycle(&tx, step.row()).await?;
    let duties = duties::written(&tx, step.row()).await?;
    let step = step.unless(duties.decider_conflict())?;
    let verdict = reached(&tx, step.row(), input).await?;
    let permitted = step.given(Vec::new())?;
    add_judgements(&mut tx, &permitted, &verdict).await?;
    add_conditions(&mut tx, &permitted, &verdict).await?;
    let decision = tx
        .update(permitted, |row| record(viewer, row, verdict))
        .await?;
    tx.commit::<decision::Entity>(Event::DecisionDecided, &decision)
        .await?;
    Ok(decision)
}

async fn reached(
    tx: &Tx,
    decision: &decision::Model,
    input: DecideRecognitionInput,
) -> Result<Verdict, Refused> {
    let viewer = tx.viewer();
    let version = viewer.catalogue().version(decision.programme_version_id);
    let version = version.ok_or_else(Failure::not_found)?;
    let cycle = Id::<cycle::Entity>::new(decision.cycle_id);
    let cycle = tx.find().by_id(cycle).await?;
    let months = &version.row.validity_months.0;
    let newest = tx
        .find::<recognition::Entity>()
        .filter(recognition::Column::ProgrammeId.eq(decision.programme_id))
        .filter(recognition::Column::MunicipalityId.eq(decision.municipality_id))
        .order(recognition::Column::ValidFrom, Order::Desc)
        .one()
        .await?;
    let frame = Frame {
        country: viewer.country(decision.programme_id),
        today: viewer.today(decision.programme_id),
        criteria: &version.criteria,
        months: cycle.and_then(|cycle| rules::for_cycle(months, cycle.ordinal)),
        newest_from: newest.map(|row| row.valid_from),
    };
    verdict::reached(input, &frame).map_err(Refused::User)
}

async fn add_judgements(
    tx: &mut Tx,
    decision: &Permitted<decision::Entity>,
    verdict: &Verdict,
) -> Result<(), Refused> {
    let viewer = tx.viewer().clone();
    let row = decision.row();
    let judgements = verdict.judgements.iter();
    let judgements = judgements.map(|judgement| criterion_judgement::ActiveModel {
        id: Set(viewer.new_id()),
        programme_id: Set(row.programme_id),
        municipality_id: Set(row.municipality_id),
        decision_id: Set(row.id),
        criterion_id: Set(judgement.criterion_id),
        ordinal: Set(judgement.ordinal),
        is_met: Set(judgement.is_met),
        reason: Set(judgement.reason.clone()),
        created_at: Set(viewer.now()),
    });
    let judgements = judgements.collect();
    tx.create_all::<decision::Entity, criterion_judgement::Entity>(decision, judgements)
        .await?;
    Ok(())
}

async fn add_conditions(
    tx: &mut Tx,
    decision: &Permitted<decision::Entity>,
    verdict: &Verdict,
) -> Result<(), Refused> {
    let viewer = tx.viewer().clone();
    let row = decision.row();
    let conditions = (1..).zip(&verdict.conditions);
    let conditions = conditions.map(|(ordinal, (text, due_on))| condition::ActiveModel {
        id: Set(viewer.new_id()),
        programme_id: Set(row.programme_id),
        municipality_id: Set(row.municipality_id),
        decision_id: Set(row.id),
        ordinal: Set(ordinal),
        text: Set(text.clone()),
        due_on: Set(*due_on),
        status: Set(ConditionStatus::Open),
        note: Set(None),
        submitted_by: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    });
    let conditions = conditions.collect();
    tx.create_all::<decision::Entity, condition::Entity>(decision, conditions)
        .await?;
    Ok(())
}

fn record(viewer: &Viewer, row: &mut decision::ActiveModel, verdict: Verdict) {
    let (in_favour, against, abstained) = verdict.votes;
    row.outcome = Set(Some(verdict.outcome));
    row.decided_on = Set(Some(verdict.decided_on));
    row.deciding_body = Set(Some(verdict.deciding_body));
    row.votes_for = Set(Some(in_favour));
    row.votes_against = Set(Some(against));
    row.votes_abstained = Set(Some(abstained));
    row.valid_from = Set(verdict.validity.map(|(from, _)| from));
    row.valid_until = Set(verdict.validity.map(|(_, until)| until));
    row.deferred_until = Set(verdict.deferred_until);
    row.public_reason = Set(Some(verdict.public_reason));
    row.decided_by = Set(viewer.account_id());
}
