//! Disks that are full for a while.

use tokio::task::block_in_place;

use crate::{scene::Scene, workshop::Done};

/// Fills the disk under the database and frees it, twice. A database that gave up is started
/// again, as whatever keeps it running would do.
pub(super) async fn full(scene: &mut Scene) -> Done {
    for round in 0..2 {
        if round > 0 {
            scene.wait(2_500, 4_000).await;
        }
        let left = scene.dice.u64(0..48);
        block_in_place(|| scene.disk()?.fill_but(left))?;
        scene.wait(2_000, 5_000).await;
        scene.disk()?.free()?;
        if let Ok(postgres) = scene.postgres()
            && !postgres.is_running()
        {
            block_in_place(|| postgres.start(&scene.shop))?;
            scene
                .notes
                .push("PostgreSQL gave up and was started again".to_owned());
        }
    }
    Ok(())
}
