//! Clocks that step.

use crate::{asking::Caller, scene::Scene, town::today, workshop::Done};

const DAY: i64 = 24 * 3_600;

/// The clock of the server jumps to and fro by up to days, then goes right. Always ahead of the
/// rig's: tokens were issued in the past for all servers, and hold for thirty days.
pub(super) async fn steps(scene: &mut Scene) -> Done {
    scene.clock()?.set(10 * DAY)?;
    scene.wait(1_200, 1_200).await;
    let told = Caller::new(None)?.date(&scene.servers[0].url()).await?;
    if told.contains(&today().format("%d %b %Y").to_string()) {
        scene
            .complaints
            .push(format!("the clock of the server did not step: {told}"));
    }
    for _ in 0..8 {
        let shift = match scene.dice.u32(0..3) {
            0 => scene.dice.i64(0..20 * DAY),
            1 => scene.dice.i64(0..DAY),
            _ => scene.dice.i64(0..10),
        };
        scene.clock()?.set(shift)?;
        scene.wait(200, 1_200).await;
    }
    scene.clock()?.set(0)?;
    scene.notes.push(format!("ten days ahead it was {told}"));
    Ok(())
}
