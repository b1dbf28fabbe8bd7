//! Saving what is there already: no version, no trace, and an answer for whoever tries again.

use serde_json::{Value, json};

use crate::{
    ground::{Ground, Stage},
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    saving_what_is_there_already_changes_nothing
    of_many_answers_those_that_differ_are_written
    an_act_that_changed_nothing_is_remembered_under_its_key
}

/// Sends a mutation that changes nothing: it is accepted, and leaves no trace.
async fn idle(app: &App, who: &Person, name: &str, input: &Value, select: &str) -> Value {
    let before = app.audited().await;
    let answer = app.act(who, name, input.clone(), select).await;
    let payload = answer.body["data"][name].clone();
    assert_eq!(
        payload["userErrors"],
        json!([]),
        "{name} {input}\n{}",
        answer.body
    );
    assert_eq!(app.audited().await, before, "{name} changed nothing");
    payload
}

/// What a form sends back that nobody has touched.
async fn untouched(ground: &Ground<'_>) -> [(&'static str, Value, &'static str); 6] {
    let document = "query R($plan: ID!, $objective: ID!, $action: ID!, $entity: ID!, $item: ID!) {
        plan: node(id: $plan) { ... on ActionPlan { id version periodFrom periodTo vision } }
        objective: node(id: $objective) { ... on Objective { id version title } }
        action: node(id: $action) { ... on Action { id version title description } }
        entity: node(id: $entity) { ... on ResponsibleEntity { id version name kind } }
        item: node(id: $item) { ... on AssessmentItem { id version answer level comment } } }";
    let variables = json!({ "plan": ground.id("draft plan"), "objective": ground.id("draft objective"),
        "action": ground.id("draft action"), "entity": ground.id("carrying entity"),
        "item": ground.id("item of the steering member") });
    let who = &ground.world.coordinator;
    let read = ground.world.app.read(who, document, variables).await;
    let input = |key: &str, of: &str, fields: &[&str]| {
        let mut input = World::step(key, &read[of]);
        for field in fields {
            input[*field] = read[of][*field].clone();
        }
        input
    };
    let mut assign = input("itemId", "item", &[]);
    assign["membershipId"] = ground.id("seat of the steering member");
    let plan = ["periodFrom", "periodTo", "vision"];
    [
        (
            "changeActionPlan",
            input("actionPlanId", "plan", &plan),
            "actionPlan",
        ),
        (
            "changeObjective",
            input("objectiveId", "objective", &["title"]),
            "objective",
        ),
        (
            "changeAction",
            input("actionId", "action", &["title", "description"]),
            "action",
        ),
        (
            "changeResponsibleEntity",
            input("responsibleEntityId", "entity", &["name", "kind"]),
            "responsibleEntity",
        ),
        (
            "answerIndicator",
            input("itemId", "item", &["answer", "level", "comment"]),
            "item",
        ),
        ("assignIndicator", assign, "item"),
    ]
}

async fn saving_what_is_there_already_changes_nothing(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Planning).await;
    let who = &ground.world.coordinator;
    for (name, input, field) in untouched(&ground).await {
        let select = format!("{field} {{ version updatedAt }} conflict {{ currentVersion }}");
        let first = idle(&app, who, name, &input, &select).await;
        let again = idle(&app, who, name, &input, &select).await;
        assert_eq!(first[field]["version"], input["expectedVersion"], "{name}");
        assert_eq!(again, first, "{name}");
        // Who read an older version is told so, whatever they send.
        let mut late = input.clone();
        late["expectedVersion"] = json!(input["expectedVersion"].as_i64().unwrap() + 1);
        let codes = app.refused(who, name, late).await;
        assert_eq!(codes, ["VERSION_CONFLICT"], "{name}");
    }
}

async fn of_many_answers_those_that_differ_are_written(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    world.answered(&assessment, 2, &[]).await;
    let answers = |levels: [i64; 3], versions: [i64; 3]| {
        let items = assessment["items"].as_array().unwrap().iter();
        let answers: Vec<_> = items
            .zip(levels.into_iter().zip(versions))
            .map(|(item, (level, version))| {
                json!({ "itemId": item["id"], "answer": "LEVEL", "level": level, "expectedVersion": version })
            })
            .collect();
        json!({ "assessmentId": assessment["id"], "answers": answers })
    };
    let versions = || async {
        let asked = world
            .ask(
                &world.coordinator,
                "currentCycle { assessment { items { version } } }",
            )
            .await;
        let items = &asked["currentCycle"]["assessment"]["items"];
        json!([
            items[0]["version"],
            items[1]["version"],
            items[2]["version"]
        ])
    };
    let who = &world.coordinator;
    let name = "answerIndicators";
    idle(
        &app,
        who,
        name,
        &answers([2, 2, 2], [2, 2, 2]),
        "assessment { id }",
    )
    .await;
    assert_eq!(versions().await, json!([2, 2, 2]));
    let one = answers([2, 3, 2], [2, 2, 2]);
    app.done(who, name, one, "assessment { id }").await;
    assert_eq!(versions().await, json!([2, 3, 2]));
    let told =
        "currentCycle { assessment { history(first: 1) { nodes { changes { id version } } } } }";
    let told = world.ask(who, told).await;
    assert_eq!(
        told["currentCycle"]["assessment"]["history"]["nodes"][0]["changes"],
        json!([{ "id": assessment["items"][1]["id"], "version": 3 }])
    );
}

async fn an_act_that_changed_nothing_is_remembered_under_its_key(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let item = world.assessment(&cycle, "BASELINE").await["items"][0].clone();
    let input = |version: i64| json!({ "itemId": item["id"], "answer": "LEVEL", "level": 2, "expectedVersion": version });
    let who = &world.coordinator;
    app.done(who, "answerIndicator", input(1), "item { id }")
        .await;
    let mut trial = input(2);
    trial["validateOnly"] = json!(true);
    let records = app.count("idempotency_record").await;
    idle(&app, who, "answerIndicator", &trial, "").await;
    let mut keyed = input(2);
    keyed["idempotencyKey"] = json!("nightly");
    let select = "item { id version } replayed";
    let first = idle(&app, who, "answerIndicator", &keyed, select).await;
    let again = idle(&app, who, "answerIndicator", &keyed, select).await;
    assert_eq!(app.count("idempotency_record").await, records + 1);
    assert_eq!(
        (&first["replayed"], &again["replayed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(first["item"], json!({ "id": item["id"], "version": 2 }));
    assert_eq!(again["item"], first["item"]);
    keyed["level"] = json!(3);
    let other = app.act(who, "answerIndicator", keyed, "").await;
    assert_eq!(other.codes("answerIndicator"), ["IDEMPOTENCY_KEY_REUSED"]);
}
