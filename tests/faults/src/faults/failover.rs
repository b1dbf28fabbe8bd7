//! A standby takes the place of its database.

use tokio::task::block_in_place;

use crate::{
    scene::Scene,
    wire::{Harm, Moment},
    workshop::Done,
};

/// The database is killed, in every second run after it went silent; the standby is promoted and
/// the wire leads there. Commits waited for the standby, so that it has all that was acknowledged.
pub(super) async fn promoted(scene: &mut Scene) -> Done {
    scene.wait(0, 1_500).await;
    if scene.dice.bool() {
        scene
            .wire()?
            .harm(Moment::Always, Harm::Silence { was_heard: true });
        scene.wait(500, 3_000).await;
        scene.notes.push("silent before it died".to_owned());
    }
    block_in_place(|| scene.postgres()?.kill())?;
    scene.wait(0, 1_000).await;
    scene.fail_over()?;
    scene.wire()?.heal();
    Ok(())
}
