//! Each kind of loss is seen, by rows that were changed by hand.

use serde_json::json;

use super::*;
use crate::{acts::Attempt, town::Item};

const ITEM: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
const ENTITY: Uuid = Uuid::from_u128(3);

fn place() -> Place {
    let item = |key| Item {
        id: format!("{key}"),
        key,
        version: 1,
    };
    Place {
        token: String::new(),
        id: String::new(),
        assessment: String::new(),
        items: vec![item(ITEM), item(OTHER)],
    }
}

fn act(mark: &str, deed: Deed, outcome: Outcome) -> (usize, Act) {
    let mut act = Act::new(mark.to_owned(), deed, false);
    act.attempts.push(Attempt {
        request: format!("{mark}-0"),
        times: (0, 1),
        outcome,
    });
    (0, act)
}

fn audit(request: &str, action: &str, target: Uuid, changes: Value) -> Audit {
    Audit {
        request: request.to_owned(),
        action: action.to_owned(),
        target,
        changes,
    }
}

/// Two items answered at once, and an entity: all of it there, once.
fn whole() -> (Rows, Vec<(usize, Act)>) {
    let done = Outcome::Acknowledged { replayed: false };
    let acts = vec![
        act("both", Deed::Answer(vec![(0, 1), (1, 1)]), done.clone()),
        act("body", Deed::Entity(Some(ENTITY)), done),
        act(
            "late",
            Deed::Answer(vec![(0, 1)]),
            Outcome::Refused("VERSION_CONFLICT".to_owned()),
        ),
    ];
    let changes = json!([{ "id": ITEM, "version": 2 }, { "id": OTHER, "version": 2 }]);
    let rows = Rows {
        audit: vec![
            audit("both-0", "ANSWERED", ITEM, changes),
            audit(
                "body-0",
                "ADDED",
                ENTITY,
                json!([{ "id": ENTITY, "version": 1 }]),
            ),
        ],
        outbox: vec![("ANSWERED".to_owned(), ITEM), ("ADDED".to_owned(), ENTITY)],
        items: [ITEM, OTHER]
            .map(|key| (key, (2, Some("both".to_owned()))))
            .into(),
        entities: vec![(ENTITY, "body".to_owned())],
    };
    (rows, acts)
}

/// Lost, refused but stored, half written, doubled.
fn figures(change: impl FnOnce(&mut Rows)) -> [bool; 4] {
    let (mut rows, acts) = whole();
    change(&mut rows);
    let town = Town {
        places: vec![place()],
        probed: Place {
            items: Vec::new(),
            ..place()
        },
    };
    let losses = judge(&rows, &town, &acts);
    [losses.lost, losses.stored, losses.half, losses.doubled].map(|wrongs| !wrongs.is_empty())
}

#[test]
fn what_is_whole_is_whole() {
    assert_eq!(figures(|_| {}), [false; 4]);
}

#[test]
fn what_was_acknowledged_and_is_nowhere_is_lost() {
    let found = figures(|rows| {
        rows.audit.remove(1);
        rows.outbox.remove(1);
        rows.entities.clear();
    });
    assert_eq!(found, [true, false, false, false]);
}

#[test]
fn what_was_refused_and_is_audited_was_stored() {
    let found = figures(|rows| {
        let changes = json!([{ "id": ITEM, "version": 3 }]);
        rows.audit.push(audit("late-0", "ANSWERED", ITEM, changes));
        rows.outbox.push(("ANSWERED".to_owned(), ITEM));
        rows.items.insert(ITEM, (3, Some("late".to_owned())));
    });
    assert!(found[1] && !found[0] && !found[3]);
}

#[test]
fn each_part_that_is_missing_is_seen() {
    let changes: [fn(&mut Rows); 8] = [
        |rows| _ = rows.outbox.pop(),
        |rows| rows.outbox.push(("ADDED".to_owned(), OTHER)),
        |rows| rows.entities.clear(),
        |rows| rows.entities.push((OTHER, "another".to_owned())),
        |rows| rows.entities[0].0 = OTHER,
        |rows| _ = rows.items.insert(OTHER, (1, None)),
        |rows| rows.items.entry(OTHER).or_default().1 = Some("something else".to_owned()),
        |rows| rows.audit[0].changes = json!([{ "id": ITEM, "version": 2 }]),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert!(figures(change)[2], "{number}");
    }
}

#[test]
fn what_is_there_twice_is_doubled() {
    let found = figures(|rows| {
        let again = audit("body-0", "ADDED", OTHER, json!([]));
        rows.audit.push(again);
        rows.outbox.push(("ADDED".to_owned(), OTHER));
    });
    assert!(found[3]);
    let found = figures(|rows| rows.entities.push((OTHER, "body".to_owned())));
    assert!(found[3]);
}
