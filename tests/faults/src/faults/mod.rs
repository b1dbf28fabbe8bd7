//! The faults: each has a name, a scene and a moment.

mod disks;
mod failover;
mod processes;
mod times;
mod wires;

use std::pin::Pin;

use crate::{
    clients::Manner,
    scene::{Ground, Scene},
    wire::Moment,
    workshop::Done,
};

type Strike = for<'a> fn(&'a mut Scene) -> Pin<Box<dyn Future<Output = Done> + Send + 'a>>;

/// One way to break things.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// What is broken, for people.
    pub(crate) what: &'static str,
    pub(crate) ground: Ground,
    pub(crate) servers: usize,
    pub(crate) manner: Manner,
    /// Whether servers have a clock that can be set.
    pub(crate) is_clocked: bool,
    /// Whether it is played wherever everything is tested.
    pub(crate) is_quick: bool,
    /// Breaks it, and comes back when the fault is over.
    pub(crate) strike: Strike,
}

/// One server and ordinary load.
const fn on(ground: Ground, name: &'static str, what: &'static str, strike: Strike) -> Fault {
    Fault {
        name,
        what,
        ground,
        servers: 1,
        manner: Manner::Ordinary,
        is_clocked: false,
        is_quick: false,
        strike,
    }
}

impl Fault {
    const fn quick(mut self) -> Self {
        self.is_quick = true;
        self
    }

    const fn clocked(mut self) -> Self {
        self.is_clocked = true;
        self
    }

    const fn stormy(mut self) -> Self {
        self.manner = Manner::StaleStorm;
        self
    }

    const fn with_two_servers(mut self) -> Self {
        self.servers = 2;
        self.manner = Manner::Twice;
        self
    }
}

/// All of them.
pub(crate) static FAULTS: &[Fault] = &[
    on(
        Ground::Sqlite,
        "server-killed-sqlite",
        "kill -9 of the server, up to three times",
        |scene| Box::pin(processes::server_killed(scene)),
    )
    .quick(),
    on(
        Ground::Postgres,
        "server-killed-postgres",
        "the same on PostgreSQL",
        |scene| Box::pin(processes::server_killed(scene)),
    )
    .quick(),
    on(
        Ground::Sqlite,
        "server-stopped-sqlite",
        "SIGTERM under load, then a new start",
        |scene| Box::pin(processes::server_stopped(scene)),
    ),
    on(
        Ground::Postgres,
        "server-stopped-postgres",
        "the same on PostgreSQL",
        |scene| Box::pin(processes::server_stopped(scene)),
    ),
    on(
        Ground::Postgres,
        "postgres-killed",
        "kill -9 of every process of PostgreSQL, then a new start",
        |scene| Box::pin(processes::postgres_killed(scene)),
    )
    .quick(),
    on(
        Ground::Postgres,
        "postgres-restarted",
        "PostgreSQL restarted in fast mode",
        |scene| Box::pin(processes::postgres_restarted(scene)),
    ),
    on(
        Ground::Postgres,
        "postgres-frozen",
        "every process of PostgreSQL stops where it stands, and goes on after seconds",
        |scene| Box::pin(processes::postgres_frozen(scene)),
    ),
    on(
        Ground::Postgres,
        "begin-silent",
        "connections go silent for good at BEGIN",
        |scene| Box::pin(wires::silent(scene, Moment::Begin)),
    )
    .quick(),
    on(
        Ground::Postgres,
        "statement-silent",
        "the same at a statement of a transaction",
        |scene| Box::pin(wires::silent_within(scene)),
    ),
    on(
        Ground::Postgres,
        "commit-silent",
        "the same at COMMIT, which the database got or not",
        |scene| Box::pin(wires::silent(scene, Moment::Commit)),
    )
    .quick(),
    on(
        Ground::Postgres,
        "read-silent",
        "the same at statements outside of transactions",
        |scene| Box::pin(wires::silent(scene, Moment::Read)),
    )
    .quick(),
    on(
        Ground::Postgres,
        "all-silent",
        "the same at whatever is said, new connections included",
        |scene| Box::pin(wires::silent(scene, Moment::Always)),
    ),
    on(
        Ground::Postgres,
        "statement-reset",
        "connections break at a statement of a transaction",
        |scene| Box::pin(wires::reset_within(scene)),
    ),
    on(
        Ground::Postgres,
        "commit-reset",
        "connections break at COMMIT, which the database got or not",
        |scene| Box::pin(wires::reset(scene, Moment::Commit)),
    )
    .quick(),
    on(
        Ground::Postgres,
        "wire-slow",
        "everything that is said arrives late",
        |scene| Box::pin(wires::slow(scene, Moment::Always)),
    ),
    on(
        Ground::Postgres,
        "commit-slow",
        "COMMIT arrives seconds late",
        |scene| Box::pin(wires::slow(scene, Moment::Commit)),
    ),
    on(
        Ground::SqliteOnSmallDisk,
        "disk-full-sqlite",
        "the disk is full, twice",
        |scene| Box::pin(disks::full(scene)),
    ),
    on(
        Ground::SqliteOnSmallDisk,
        "stale-storm-sqlite",
        "the disk is full; then stale versions, then valid ones",
        |scene| Box::pin(disks::full(scene)),
    )
    .stormy()
    .quick(),
    on(
        Ground::PostgresOnSmallDisk,
        "disk-full-postgres",
        "the disk of PostgreSQL is full, twice",
        |scene| Box::pin(disks::full(scene)),
    ),
    on(
        Ground::Sqlite,
        "clock-steps-sqlite",
        "the clock of the server steps days to and fro",
        |scene| Box::pin(times::steps(scene)),
    )
    .clocked(),
    on(
        Ground::Postgres,
        "clock-steps-postgres",
        "the same on PostgreSQL",
        |scene| Box::pin(times::steps(scene)),
    )
    .clocked(),
    on(
        Ground::PostgresWithStandby,
        "standby-promoted",
        "the database dies or goes silent; its synchronous standby takes over",
        |scene| Box::pin(failover::promoted(scene)),
    ),
    on(
        Ground::Postgres,
        "two-servers",
        "acts arrive at two servers at once, one of which is killed",
        |scene| Box::pin(processes::second_killed(scene)),
    )
    .with_two_servers(),
    on(
        Ground::Sqlite,
        "two-processes-sqlite",
        "the same with two processes on one file",
        |scene| Box::pin(processes::second_killed(scene)),
    )
    .with_two_servers(),
];
