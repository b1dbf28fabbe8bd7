//! The wire to the database: silent, broken, slow.

use std::time::Duration;

use crate::{
    scene::Scene,
    wire::{Harm, Moment},
    workshop::Done,
};

/// The statements of a transaction that may be struck.
const STATEMENTS: std::ops::RangeInclusive<u32> = 1..=6;

async fn harmed(scene: &mut Scene, moment: Moment, harm: Harm, times: (u64, u64)) -> Done {
    scene.wait(0, 1_000).await;
    let before = scene.wire()?.struck();
    scene.wire()?.harm(moment, harm);
    scene.wait(times.0, times.1).await;
    scene.wire()?.heal();
    let struck = scene.wire()?.struck() - before;
    scene
        .notes
        .push(format!("{harm:?} at {moment:?}: {struck} times"));
    if struck == 0 {
        scene.complaints.push("the wire struck nobody".to_owned());
    }
    Ok(())
}

/// Connections go silent for good at a moment.
pub(super) async fn silent(scene: &mut Scene, moment: Moment) -> Done {
    let harm = Harm::Silence {
        was_heard: scene.dice.bool(),
    };
    harmed(scene, moment, harm, (3_000, 9_000)).await
}

/// The same at a statement within a transaction.
pub(super) async fn silent_within(scene: &mut Scene) -> Done {
    let number = scene.dice.u32(STATEMENTS);
    silent(scene, Moment::Statement(number)).await
}

/// Connections break at a moment.
pub(super) async fn reset(scene: &mut Scene, moment: Moment) -> Done {
    let harm = Harm::Reset {
        was_heard: scene.dice.bool(),
    };
    harmed(scene, moment, harm, (2_000, 6_000)).await
}

/// The same at a statement within a transaction.
pub(super) async fn reset_within(scene: &mut Scene) -> Done {
    let number = scene.dice.u32(STATEMENTS);
    reset(scene, Moment::Statement(number)).await
}

/// What is said at a moment arrives late: COMMIT by seconds, everything by less.
pub(super) async fn slow(scene: &mut Scene, moment: Moment) -> Done {
    let late = match moment {
        Moment::Always => scene.dice.u64(20..250),
        _ => scene.dice.u64(500..8_000),
    };
    let harm = Harm::Delay(Duration::from_millis(late));
    harmed(scene, moment, harm, (3_000, 8_000)).await
}
