//! The way of a municipality on a database: who may do what, and what others see of it.

mod ground;
mod lists;
mod participations;

use async_graphql::{EmptyMutation, EmptySubscription, Request, Schema};
use entity::municipality::{ParticipationStatus, cycle, milestone_progress, participation};
use serde_json::{Value, json};
use uuid::Uuid;

use self::ground::{FORMER, Ground, NORTH, SOUTH};
use super::{
    cycle_steps::{
        CancelCycleInput, CloseCycleInput, StartCycleInput, cancel as cancel_cycle,
        close as close_cycle, start as start_cycle,
    },
    enrolment::{ActivateParticipationInput, EnrolMunicipalityInput, activate, enrol},
    milestone_steps::{
        CompleteMilestoneInput, ReturnMilestoneInput, StartMilestoneInput, SubmitMilestoneInput,
        WaiveMilestoneInput, complete as complete_milestone, send_back as return_milestone,
        start as start_milestone, submit as submit_milestone, waive as waive_milestone,
    },
    *,
};
use crate::{
    access::Reader,
    refusal::{Refused, UserErrorCode},
};

async fn ask(viewer: &Viewer, document: &str) -> Value {
    let schema = Schema::new(MunicipalityQuery, EmptyMutation, EmptySubscription);
    let reader = Reader::new(viewer.clone());
    let request = Request::new(document).data(reader.clone());
    let response = reader.serve(schema.execute(request)).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    response.data.into_json().unwrap()
}

/// The codes of the municipalities found, and their number.
async fn codes(viewer: &Viewer, arguments: &str) -> String {
    let document =
        format!("{{ municipalities(first: 9{arguments}) {{ nodes {{ code }} totalCount }} }}");
    let answer = ask(viewer, &document).await;
    let found = &answer["municipalities"];
    let nodes = found["nodes"].as_array().unwrap().iter();
    let codes: Vec<_> = nodes.map(|node| node["code"].as_str().unwrap()).collect();
    assert_eq!(found["totalCount"], codes.len());
    codes.join(" ")
}

fn refusals<T: std::fmt::Debug>(outcome: Result<T, Refused>) -> Vec<UserErrorCode> {
    match outcome.unwrap_err() {
        Refused::User(errors) => errors.iter().map(|error| error.code).collect(),
        other => panic!("{other:?}"),
    }
}

fn failure<T: std::fmt::Debug>(outcome: Result<T, Refused>) -> &'static str {
    match outcome.unwrap_err() {
        Refused::Failure(failure) => failure.code.as_str(),
        other => panic!("{other:?}"),
    }
}

fn enrolment(municipality: Uuid) -> EnrolMunicipalityInput {
    EnrolMunicipalityInput {
        id: None,
        programme: "XX".into(),
        municipality_id: Id::new(municipality),
        agreement_signed_on: Some(Date("2026-01-10".parse().unwrap())),
        joined_on: None,
    }
}

fn beginning(participation: &participation::Model, start: &str) -> StartCycleInput {
    StartCycleInput {
        id: None,
        participation_id: Id::new(participation.id),
        start_on: Date(start.parse().unwrap()),
        planned_end_on: None,
    }
}

/// A cycle of the north, under way, and its milestones in order.
async fn under_way(ground: &Ground) -> (cycle::Model, Vec<milestone_progress::Model>) {
    let manager = ground.manager().await;
    let participation = enrol(&manager, enrolment(NORTH)).await.unwrap();
    let started = start_cycle(&manager, beginning(&participation, "2026-02-28"))
        .await
        .unwrap();
    let tx = manager.begin().await.unwrap();
    let milestones = tx
        .children::<cycle::Entity, milestone_progress::Entity>(&started)
        .await
        .unwrap();
    (started, milestones)
}

fn starting(row: &milestone_progress::Model) -> StartMilestoneInput {
    StartMilestoneInput {
        milestone_progress_id: Id::new(row.id),
        expected_version: row.version,
    }
}

fn submitting(row: &milestone_progress::Model) -> SubmitMilestoneInput {
    SubmitMilestoneInput {
        milestone_progress_id: Id::new(row.id),
        expected_version: row.version,
    }
}

#[tokio::test]
async fn a_cycle_starts_with_its_milestones_and_one_at_a_time() {
    let ground = Ground::new("cycle").await;
    let (started, milestones) = under_way(&ground).await;
    assert_eq!(started.planned_end_on.to_string(), "2028-02-28");
    assert_eq!(milestones.len(), 2);
    assert_eq!(milestones[0].due_on.unwrap().to_string(), "2026-05-28");
    let manager = ground.manager().await;
    let again = StartCycleInput {
        participation_id: Id::new(started.participation_id),
        id: None,
        start_on: Date(started.start_on),
        planned_end_on: None,
    };
    assert_eq!(
        refusals(start_cycle(&manager, again).await),
        [UserErrorCode::NotUnique]
    );
    let close = || CloseCycleInput {
        cycle_id: Id::new(started.id),
        expected_version: 1,
    };
    assert_eq!(
        refusals(close_cycle(&manager, close()).await),
        [UserErrorCode::RulesUnmet]
    );
    assert_eq!(
        failure(close_cycle(&ground.coordinator().await, close()).await),
        "FORBIDDEN"
    );
    let cancel = CancelCycleInput {
        cycle_id: Id::new(started.id),
        reason: "Merged".into(),
        expected_version: 1,
    };
    cancel_cycle(&manager, cancel).await.unwrap();
    let seen = "{ municipality(by: {code: \"XX-1\"}) { cycles { status cancellationReason } currentCycle { id } } }";
    assert_eq!(
        ask(&ground.coordinator().await, seen).await,
        json!({ "municipality": {
            "cycles": [{ "status": "CANCELLED", "cancellationReason": "Merged" }],
            "currentCycle": null,
        } })
    );
    assert_eq!(
        ask(&ground.public().await, seen).await,
        json!({ "municipality": { "cycles": [], "currentCycle": null } })
    );
}

#[tokio::test]
async fn a_cycle_to_come_is_planned_and_hidden() {
    let ground = Ground::new("planned").await;
    let manager = ground.manager().await;
    let participation = enrol(&manager, enrolment(NORTH)).await.unwrap();
    start_cycle(&manager, beginning(&participation, "2026-06-16"))
        .await
        .unwrap();
    let seen = "{ municipality(by: {code: \"XX-1\"}) { cycles { status viewerActions { action isAllowed } } currentCycle(programme: \"XX\") { id } } }";
    assert_eq!(
        ask(&manager, seen).await,
        json!({ "municipality": {
            "cycles": [{
                "status": "PLANNED",
                "viewerActions": [{ "action": "CANCEL", "isAllowed": true }],
            }],
            "currentCycle": null,
        } })
    );
    let public = ground.public().await;
    assert_eq!(
        ask(&public, seen).await,
        json!({ "municipality": { "cycles": [], "currentCycle": null } })
    );
}

#[tokio::test]
async fn others_neither_see_nor_find_what_is_submitted() {
    let ground = Ground::new("masked").await;
    let (_, milestones) = under_way(&ground).await;
    let coordinator = ground.coordinator().await;
    let begun = start_milestone(&coordinator, starting(&milestones[0]))
        .await
        .unwrap();
    submit_milestone(&coordinator, submitting(&begun))
        .await
        .unwrap();
    let seen = "{ municipality(by: {code: \"XX-1\"}) { currentCycle { milestones { status isOverdue } } } }";
    let (public, neighbour) = (ground.public().await, ground.neighbour().await);
    for (viewer, expected) in [
        (&coordinator, "SUBMITTED"),
        (&public, "IN_PROGRESS"),
        (&neighbour, "IN_PROGRESS"),
    ] {
        let answer = ask(viewer, seen).await;
        let milestones = json!({ "municipality": { "currentCycle": { "milestones": [
            { "status": expected, "isOverdue": true },
            { "status": "NOT_STARTED", "isOverdue": true },
        ] } } });
        assert_eq!(answer, milestones);
        for status in ["SUBMITTED", "IN_PROGRESS", "RETURNED", "NOT_STARTED"] {
            for programme in ["", ", programme: {eq: \"XX\"}"] {
                let arguments = format!(
                    ", filter: {{milestone: {{code: \"FIRST\", status: {{eq: {status}}}}}{programme}}}"
                );
                let found = codes(viewer, &arguments).await;
                let expected = if status == expected { "XX-1" } else { "" };
                assert_eq!(found, expected, "{arguments}");
            }
        }
    }
}

#[tokio::test]
async fn milestones_pass_their_gates_and_their_judges() {
    let ground = Ground::new("gates").await;
    let (_, milestones) = under_way(&ground).await;
    let (coordinator, adviser) = (ground.coordinator().await, ground.adviser().await);
    let plan = start_milestone(&coordinator, starting(&milestones[1]))
        .await
        .unwrap();
    let refused = submit_milestone(&coordinator, submitting(&plan)).await;
    assert_eq!(refusals(refused), [UserErrorCode::RulesUnmet; 2]);
    assert_eq!(
        failure(start_milestone(&adviser, starting(&milestones[0])).await),
        "FORBIDDEN"
    );
    assert_eq!(
        failure(start_milestone(&ground.neighbour().await, starting(&milestones[0])).await),
        "FORBIDDEN"
    );
    let waive = |reason: &str| WaiveMilestoneInput {
        milestone_progress_id: Id::new(milestones[0].id),
        reason: reason.into(),
        expected_version: 1,
    };
    let manager = ground.manager().await;
    assert_eq!(
        refusals(waive_milestone(&manager, waive(" ")).await),
        [UserErrorCode::Required]
    );
    waive_milestone(&manager, waive("Done before"))
        .await
        .unwrap();
    let refused = submit_milestone(&coordinator, submitting(&plan)).await;
    assert_eq!(refusals(refused), [UserErrorCode::RulesUnmet]);
    let stale = submit_milestone(&coordinator, submitting(&milestones[1])).await;
    assert!(matches!(stale, Err(Refused::Overtaken(_))));
}

#[tokio::test]
async fn what_was_returned_is_mended_and_completed() {
    let ground = Ground::new("returned").await;
    let (_, milestones) = under_way(&ground).await;
    let (coordinator, adviser) = (ground.coordinator().await, ground.adviser().await);
    let begun = start_milestone(&coordinator, starting(&milestones[0]))
        .await
        .unwrap();
    let submitted = submit_milestone(&coordinator, submitting(&begun))
        .await
        .unwrap();
    let send_back = ReturnMilestoneInput {
        milestone_progress_id: Id::new(submitted.id),
        reason: "Please add dates".into(),
        expected_version: submitted.version,
    };
    let returned = return_milestone(&adviser, send_back).await.unwrap();
    assert_eq!(returned.return_reason.as_deref(), Some("Please add dates"));
    let submitted = submit_milestone(&coordinator, submitting(&returned))
        .await
        .unwrap();
    let complete = CompleteMilestoneInput {
        milestone_progress_id: Id::new(submitted.id),
        expected_version: submitted.version,
    };
    let completed = complete_milestone(&adviser, complete).await.unwrap();
    assert_eq!(completed.completed_on.unwrap().to_string(), "2026-06-15");
    assert_eq!(completed.return_reason, None);
}
