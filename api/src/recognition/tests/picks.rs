//! The SQL side of a recognition's status says what the pure side says, on a real SQLite; the text
//! for PostgreSQL is at least built.

use entity::recognition::{
    RecognitionStatus::{
        self, Active, Conditional, Expired, Extended, Renewed, Suspended, Withdrawn,
    },
    recognition as table,
};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, Database, DatabaseConnection, DbBackend, IntoActiveModel,
    Schema,
    sea_query::{PostgresQueryBuilder, Query},
};
use uuid::Uuid;

use super::{day, id, recognition};
use crate::recognition::{picks::status_among, rules};

const ALL: [RecognitionStatus; 7] = [
    Active,
    Conditional,
    Extended,
    Suspended,
    Withdrawn,
    Expired,
    Renewed,
];

#[expect(
    clippy::disallowed_methods,
    reason = "a database of this test alone, not the one behind the doors"
)]
async fn database(rows: &[table::Model]) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let database = Database::connect(options).await.unwrap();
    let schema = Schema::new(DbBackend::Sqlite);
    let create = schema.create_table_from_entity(table::Entity);
    database.execute(&create).await.unwrap();
    for row in rows {
        let row = row.clone().into_active_model().reset_all();
        row.insert(&database).await.unwrap();
    }
    database
}

fn row(
    number: u128,
    place: (u128, u128),
    status: RecognitionStatus,
    from: &str,
    until: &str,
) -> table::Model {
    table::Model {
        id: id(number),
        programme_id: id(place.0),
        municipality_id: id(place.1),
        ..recognition(status, from, until)
    }
}

#[tokio::test]
async fn the_database_derives_the_same_status() {
    let days = [
        (day("2026-11-22"), vec![id(1), id(3)]),
        (day("2026-11-23"), vec![id(2)]),
    ];
    let mut rows = Vec::new();
    for programme in [id(1), id(2), id(3)] {
        for status in ALL {
            for until in ["2026-11-21", "2026-11-22", "2026-11-23"] {
                let number = 1_000 + rows.len() as u128;
                let place = (programme.as_u128(), number);
                rows.push(row(number, place, status, "2025-01-01", until));
            }
        }
    }
    let database = database(&rows).await;
    for status in ALL {
        let mut select = Query::select();
        select
            .column(table::Column::Id)
            .from(table::Entity)
            .cond_where(status_among(&[status], &days))
            .order_by(table::Column::Id, sea_orm::Order::Asc);
        let found = ids(&database, &select, "id").await;
        let expected: Vec<_> = rows
            .iter()
            .filter(|row| {
                let today = days.iter().find(|(_, of)| of.contains(&row.programme_id));
                rules::status_on(row, today.unwrap().0) == status
            })
            .map(|row| row.id)
            .collect();
        assert_eq!(found, expected, "{status:?}");
        assert!(!expected.is_empty());
        assert!(select.to_string(PostgresQueryBuilder).contains("status"));
    }
    let mut nothing = Query::select();
    nothing
        .column(table::Column::Id)
        .from(table::Entity)
        .cond_where(status_among(&[], &days));
    assert!(ids(&database, &nothing, "id").await.is_empty());
}

async fn ids(
    database: &DatabaseConnection,
    select: &sea_orm::sea_query::SelectStatement,
    column: &str,
) -> Vec<Uuid> {
    let rows = database.query_all(select).await.unwrap();
    let mut ids: Vec<Uuid> = rows
        .iter()
        .map(|row| row.try_get("", column).unwrap())
        .collect();
    ids.sort();
    ids
}
