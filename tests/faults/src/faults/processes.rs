//! Servers and databases that are killed, asked to end, or stopped where they stand.

use std::{sync::Arc, time::Duration};

use tokio::task::block_in_place;

use crate::{scene::Scene, workshop::Done};

/// The server's own limit, and a little.
const END_WITHIN: Duration = Duration::from_secs(20);

/// The only server is killed and started, up to three times.
pub(super) async fn server_killed(scene: &mut Scene) -> Done {
    for _ in 0..scene.dice.u32(1..=3) {
        scene.wait(100, 1_500).await;
        scene.servers[0].kill()?;
        scene.wait(0, 500).await;
        let shop = Arc::clone(&scene.shop);
        scene.servers[0].again(&shop).await?;
    }
    Ok(())
}

/// The only server is asked to end, and must; then a new one takes its place.
pub(super) async fn server_stopped(scene: &mut Scene) -> Done {
    scene.wait(100, 1_500).await;
    let status = scene.servers[0].stop(END_WITHIN).await?;
    if !status.is_some_and(|status| status.success()) {
        scene
            .complaints
            .push(format!("asked to end, the server ended with {status:?}"));
    }
    let shop = Arc::clone(&scene.shop);
    scene.servers[0].again(&shop).await
}

/// The second of two servers is killed and started, twice.
pub(super) async fn second_killed(scene: &mut Scene) -> Done {
    for _ in 0..2 {
        scene.wait(500, 2_000).await;
        scene.servers[1].kill()?;
        scene.wait(0, 1_000).await;
        let shop = Arc::clone(&scene.shop);
        scene.servers[1].again(&shop).await?;
    }
    Ok(())
}

/// The database is killed and started again.
pub(super) async fn postgres_killed(scene: &mut Scene) -> Done {
    scene.wait(0, 1_000).await;
    block_in_place(|| scene.postgres()?.kill())?;
    scene.wait(100, 3_000).await;
    block_in_place(|| scene.postgres()?.start(&scene.shop))
}

/// The database is restarted as an operator does.
pub(super) async fn postgres_restarted(scene: &mut Scene) -> Done {
    scene.wait(0, 1_000).await;
    block_in_place(|| scene.postgres()?.stop(&scene.shop, "fast"))?;
    block_in_place(|| scene.postgres()?.start(&scene.shop))
}

/// The database stands still. What was sent to it meanwhile is done when it goes on.
pub(super) async fn postgres_frozen(scene: &mut Scene) -> Done {
    scene.wait(0, 1_000).await;
    scene.postgres()?.freeze(true)?;
    scene.wait(3_000, 12_000).await;
    scene.postgres()?.freeze(false)
}
