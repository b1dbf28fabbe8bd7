//! One run: load, fault, recovery, and what is left.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::sleep;

use crate::{
    acts::Act,
    checks,
    clients::Load,
    faults::Fault,
    probes::Probes,
    readiness,
    scene::{Scene, Template},
    server,
    verdict::Verdict,
    workshop::{Done, Workshop},
};

/// How long the load runs before anything breaks.
const QUIET: Duration = Duration::from_millis(1_500);
/// How long the rig waits for the service to come back at all.
const PATIENCE: Duration = Duration::from_secs(25);
/// How long a server may take to end when it is asked.
const END_WITHIN: Duration = Duration::from_secs(25);

/// Plays a fault once.
pub(crate) async fn play(
    shop: &Arc<Workshop>,
    fault: &Fault,
    template: &Template,
    seed: u64,
    logs: &Path,
) -> Done<Verdict> {
    let equipment = (fault.servers, fault.is_clocked);
    let mut scene = Scene::set(shop, template, fault.ground, equipment, (fault.name, seed)).await?;
    let town = template.town();
    let urls: Vec<_> = scene.servers.iter().map(server::Server::url).collect();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let now = u64::try_from(now.as_millis())?;
    let probes = Probes::begin(&town.probed, &urls[0])?;
    let load = Load::begin(town, &urls, fault.manner, now, seed)?;
    sleep(QUIET).await;
    (fault.strike)(&mut scene).await?;
    let ended = probes.now();
    let back = probes.until_back(ended, PATIENCE).await;
    let mut acts = load.end().await;
    let (samples, written) = probes.end().await;
    acts.extend(written.into_iter().map(|act| (town.places.len(), act)));
    for server in &mut scene.servers {
        let status = server.stop(END_WITHIN).await?;
        if !status.is_some_and(|status| status.success()) {
            scene
                .complaints
                .push(format!("the server did not end well: {status:?}"));
        }
    }
    let url = scene.url()?;
    let mut verdict = Verdict {
        losses: checks::compare(&url, town, &acts).await?,
        back: back.map(|back| back.saturating_sub(ended)),
        lies: readiness::lies(&samples),
        notes: std::mem::take(&mut scene.notes),
        ..Verdict::default()
    };
    verdict.count(&acts);
    let audit = server::audit_fault(shop, &url, scene.around());
    scene
        .complaints
        .extend(audit.map(|fault| format!("the audit log is not whole: {fault}")));
    verdict.complaints = std::mem::take(&mut scene.complaints);
    if !verdict.holds() {
        let folder = logs.join(format!("{}-{seed}", fault.name));
        fs::create_dir_all(&folder)?;
        keep(&folder, &acts, &verdict)?;
        let probes = samples.iter().map(|sample| format!("{sample:?}\n"));
        fs::write(folder.join("probes.log"), probes.collect::<String>())?;
        scene.keep_logs(&folder)?;
    }
    scene.strike()?;
    Ok(verdict)
}

fn keep(folder: &Path, acts: &[(usize, Act)], verdict: &Verdict) -> Done {
    let told = acts
        .iter()
        .map(|(place, act)| format!("{place} {}\n", checks::story(act)));
    fs::write(folder.join("acts.log"), told.collect::<String>())?;
    fs::write(folder.join("wrong.log"), verdict.wrongs().join("\n"))?;
    Ok(())
}
