//! Enrolment, and what makes a participation active.

use super::*;

#[tokio::test]
async fn only_current_municipalities_are_enrolled_once() {
    let ground = Ground::new("enrolled").await;
    let manager = ground.manager().await;
    let refused = enrol(&manager, enrolment(FORMER)).await;
    assert!(format!("{refused:?}").contains("Its successor is Northby (XX-1)"));
    assert_eq!(
        failure(enrol(&ground.coordinator().await, enrolment(NORTH)).await),
        "FORBIDDEN"
    );
    let unknown = EnrolMunicipalityInput {
        programme: "ZZ".into(),
        ..enrolment(NORTH)
    };
    assert_eq!(
        refusals(enrol(&manager, unknown).await),
        [UserErrorCode::NotFound]
    );
    let missing = enrol(&manager, enrolment(Uuid::nil())).await;
    assert_eq!(refusals(missing), [UserErrorCode::NotFound]);
    enrol(&manager, enrolment(NORTH)).await.unwrap();
    assert_eq!(
        refusals(enrol(&manager, enrolment(NORTH)).await),
        [UserErrorCode::NotUnique]
    );
    let pending = EnrolMunicipalityInput {
        agreement_signed_on: None,
        ..enrolment(SOUTH)
    };
    let pending = enrol(&manager, pending).await.unwrap();
    let locked = start_cycle(&manager, beginning(&pending, "2026-02-01")).await;
    assert_eq!(refusals(locked), [UserErrorCode::Locked]);
    let found = codes(
        &ground.public().await,
        ", filter: {programme: {eq: \"XX\"}}",
    )
    .await;
    assert_eq!(found, "XX-1");
}

#[tokio::test]
async fn a_participation_is_activated_by_its_agreement() {
    let ground = Ground::new("activated").await;
    let manager = ground.manager().await;
    let pending = EnrolMunicipalityInput {
        agreement_signed_on: None,
        ..enrolment(SOUTH)
    };
    let pending = enrol(&manager, pending).await.unwrap();
    let signed = |day: &str, expected_version| ActivateParticipationInput {
        participation_id: Id::new(pending.id),
        agreement_signed_on: Date(day.parse().unwrap()),
        expected_version,
    };
    let day = "2026-01-10";
    let by_another = activate(&ground.coordinator().await, signed(day, 1)).await;
    assert_eq!(failure(by_another), "FORBIDDEN");
    let to_come = activate(&manager, signed("2999-01-10", 1)).await;
    assert_eq!(refusals(to_come), [UserErrorCode::OutOfRange]);
    assert!(matches!(
        activate(&manager, signed(day, 2)).await,
        Err(Refused::Overtaken(_))
    ));
    let active = activate(&manager, signed(day, 1)).await.unwrap();
    assert_eq!(active.status, ParticipationStatus::Active);
    assert_eq!(active.agreement_signed_on.unwrap().to_string(), day);
    assert_eq!(
        refusals(activate(&manager, signed(day, 2)).await),
        [UserErrorCode::InvalidTransition]
    );
}
