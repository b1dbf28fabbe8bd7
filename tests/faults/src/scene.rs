//! What one run is played on: databases, servers and what lies between, fresh each time.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::task::block_in_place;

use crate::{
    clock::Clock,
    disk::Disk,
    postgres::{self, Postgres},
    server::{Around, Server},
    town::{self, Town},
    wire::Wire,
    workshop::{Done, Workshop},
};

/// Where the content is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// A file.
    Sqlite,
    /// A file on a small disk.
    SqliteOnSmallDisk,
    /// A cluster behind a wire.
    Postgres,
    /// The same on a small disk.
    PostgresOnSmallDisk,
    /// A cluster behind a wire, and a standby that it waits for.
    PostgresWithStandby,
}

impl Ground {
    /// Whether it is a file.
    pub(crate) fn is_sqlite(self) -> bool {
        matches!(self, Self::Sqlite | Self::SqliteOnSmallDisk)
    }

    /// Whether it needs a disk of its own.
    pub(crate) fn is_small(self) -> bool {
        matches!(self, Self::SqliteOnSmallDisk | Self::PostgresOnSmallDisk)
    }
}

/// A database with the town, made once and copied for each run.
#[derive(Debug)]
pub(crate) enum Template {
    /// A file that nobody has open.
    Sqlite(PathBuf, Town),
    /// A cluster that is stopped.
    Postgres(Postgres, Town),
}

impl Template {
    /// Founds the town on one of the databases.
    pub(crate) async fn make(shop: &Workshop, is_sqlite: bool) -> Done<Self> {
        let around = Around::new();
        if is_sqlite {
            let file = shop.room("template")?.join("cfc.db");
            let url = format!("sqlite://{}", file.display());
            let town = town::found(shop, &url, &around).await?;
            return Ok(Self::Sqlite(file, town));
        }
        let postgres = block_in_place(|| Postgres::create(shop, "template-postgres"))?;
        let town = town::found(shop, &postgres.url(), &around).await?;
        block_in_place(|| postgres.stop(shop, "fast"))?;
        Ok(Self::Postgres(postgres, town))
    }

    /// What the load works on.
    pub(crate) fn town(&self) -> &Town {
        match self {
            Self::Sqlite(_, town) | Self::Postgres(_, town) => town,
        }
    }
}

/// Everything that one run is played with. A fault takes what it breaks out of here.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) shop: Arc<Workshop>,
    pub(crate) dice: fastrand::Rng,
    /// The servers; probes ask the first.
    pub(crate) servers: Vec<Server>,
    wire: Option<Wire>,
    postgres: Option<Postgres>,
    standby: Option<Postgres>,
    disk: Option<Disk>,
    clock: Option<Clock>,
    file: Option<PathBuf>,
    room: PathBuf,
    around: Around,
    /// What else went wrong.
    pub(crate) complaints: Vec<String>,
    /// What is worth telling of the run.
    pub(crate) notes: Vec<String>,
}

impl Scene {
    /// Sets the scene with so many servers.
    pub(crate) async fn set(
        shop: &Arc<Workshop>,
        template: &Template,
        ground: Ground,
        (servers, is_clocked): (usize, bool),
        (name, seed): (&str, u64),
    ) -> Done<Self> {
        let room = shop.room(&format!("{name}-{seed}"))?;
        let mut scene = Self {
            shop: Arc::clone(shop),
            dice: fastrand::Rng::with_seed(seed),
            servers: Vec::new(),
            wire: None,
            postgres: None,
            standby: None,
            disk: None,
            clock: None,
            file: None,
            around: Around::new(),
            room,
            complaints: Vec::new(),
            notes: Vec::new(),
        };
        if is_clocked {
            let clock = Clock::make(&scene.room)?;
            scene.around = clock.around();
            scene.clock = Some(clock);
        }
        let url = match template {
            Template::Sqlite(file, _) => scene.sqlite(file, ground)?,
            Template::Postgres(postgres, _) => scene.cluster(postgres, ground).await?,
        };
        for number in 0..servers {
            let log = scene.room.join(format!("server-{number}.log"));
            let server = Server::start(shop, &url, &log, scene.around.clone()).await?;
            scene.servers.push(server);
        }
        Ok(scene)
    }

    fn home(&mut self, ground: Ground, megabytes: u32) -> Done<PathBuf> {
        let home = self.room.join("home");
        if ground.is_small() {
            self.disk = Some(Disk::mount(&home, megabytes)?);
        } else {
            fs::create_dir_all(&home)?;
        }
        Ok(home)
    }

    fn sqlite(&mut self, template: &Path, ground: Ground) -> Done<String> {
        let file = self.home(ground, 24)?.join("cfc.db");
        fs::copy(template, &file)?;
        // A server that ends need not have folded its log into the file.
        let log = |file: &Path| file.with_extension("db-wal");
        if log(template).exists() {
            fs::copy(log(template), log(&file))?;
        }
        let url = format!("sqlite://{}", file.display());
        self.file = Some(file);
        Ok(url)
    }

    async fn cluster(&mut self, template: &Postgres, ground: Ground) -> Done<String> {
        let home = self.home(ground, 160)?;
        let shop = Arc::clone(&self.shop);
        let settings: &[&str] = match ground {
            Ground::PostgresWithStandby => &["synchronous_standby_names=*"],
            _ => &[],
        };
        let postgres = block_in_place(|| template.copy(&shop, &home.join("first"), settings))?;
        if ground == Ground::PostgresWithStandby {
            let standby = block_in_place(|| postgres.standby(&shop, &home.join("second")))?;
            self.standby = Some(standby);
        }
        let wire = Wire::lay(postgres.port()).await?;
        let url = wire.url(postgres::NAME);
        self.wire = Some(wire);
        self.postgres = Some(postgres);
        Ok(url)
    }

    /// The wire to the database.
    pub(crate) fn wire(&self) -> Done<&Wire> {
        Ok(self.wire.as_ref().ok_or("this scene has no wire")?)
    }

    /// The cluster in use.
    pub(crate) fn postgres(&self) -> Done<&Postgres> {
        Ok(self
            .postgres
            .as_ref()
            .ok_or("this scene has no PostgreSQL")?)
    }

    /// The small disk.
    pub(crate) fn disk(&self) -> Done<&Disk> {
        Ok(self
            .disk
            .as_ref()
            .ok_or("this scene has no disk of its own")?)
    }

    /// The clock of the servers.
    pub(crate) fn clock(&self) -> Done<&Clock> {
        Ok(self
            .clock
            .as_ref()
            .ok_or("this scene has no clock of its own")?)
    }

    /// Puts the standby in the place of the cluster.
    pub(crate) fn fail_over(&mut self) -> Done {
        let standby = self.standby.take().ok_or("this scene has no standby")?;
        block_in_place(|| standby.promote(&self.shop))?;
        self.wire()?.lead_to(standby.port());
        self.postgres = Some(standby);
        Ok(())
    }

    /// Waits between two times, as the dice fall.
    pub(crate) async fn wait(&mut self, from_ms: u64, to_ms: u64) {
        let time = self.dice.u64(from_ms..=to_ms);
        tokio::time::sleep(Duration::from_millis(time)).await;
    }

    /// The address of the database itself, for those who look from outside.
    pub(crate) fn url(&self) -> Done<String> {
        match &self.file {
            Some(file) => Ok(format!("sqlite://{}", file.display())),
            None => Ok(self.postgres()?.url()),
        }
    }

    /// What the servers were started with beside their database.
    pub(crate) fn around(&self) -> &Around {
        &self.around
    }

    /// Keeps the logs of servers and cluster in a folder.
    pub(crate) fn keep_logs(&self, folder: &Path) -> Done {
        for number in 0..self.servers.len() {
            let name = format!("server-{number}.log");
            fs::copy(self.room.join(&name), folder.join(&name))?;
        }
        if let Some(postgres) = &self.postgres {
            fs::copy(postgres.log(), folder.join("postgres.log"))?;
        }
        Ok(())
    }

    /// Ends everything and removes it.
    pub(crate) fn strike(mut self) -> Done {
        self.servers.clear();
        for postgres in self.postgres.iter().chain(&self.standby) {
            if postgres.is_running() {
                block_in_place(|| postgres.kill())?;
            }
        }
        drop(self.disk.take());
        fs::remove_dir_all(&self.room)?;
        Ok(())
    }
}
