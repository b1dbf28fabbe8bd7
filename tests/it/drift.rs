//! Entities and migrations say the same: every table can be read by its entity's columns.

use entity::{
    account, action_plan, assessment, client, journal, municipality, programme, recognition,
};
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait,
    IdenStatic, Iterable, QuerySelect, Statement,
};

use crate::harness::{App, on_both_databases};

on_both_databases! {
    every_entity_reads_its_table
}

async fn every_entity_reads_its_table(app: App) {
    macro_rules! read {
        ($($module:ident: $($table:ident)+;)+) => { $($(
            let rows = $module::$table::Entity::find().limit(1).all(&app.database).await;
            assert!(rows.is_ok(), "{}: {rows:?}", stringify!($table));
            same_types($module::$table::Entity, &app.database).await;
        )+)+ };
    }
    read! {
        account: account membership identity invitation signing_key;
        action_plan: responsible_entity plan objective action action_indicator measurement;
        assessment: assessment assessment_item;
        client: api_client client_secret spent_token;
        journal: audit_event chain_head outbox_event;
        municipality: region municipality municipality_code municipality_name population
            participation cycle milestone_progress;
        programme: programme programme_version milestone criterion framework framework_element
            rating_level indicator level_descriptor;
        recognition: decision criterion_judgement condition recognition;
    }
}

/// The read door takes the types of columns for granted. SQLite has none.
async fn same_types<E: EntityTrait>(table: E, database: &DatabaseConnection) {
    if database.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let sql = "SELECT udt_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = $1 AND column_name = $2";
    for column in E::Column::iter() {
        let values = [table.table_name().into(), column.as_str().into()];
        let asked = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let found = database.query_one_raw(asked).await.unwrap().unwrap();
        let stored: String = found.try_get_by_index(0).unwrap();
        let read = match column.def().get_column_type() {
            // The driver tells the two apart itself.
            ColumnType::Json | ColumnType::JsonBinary if stored == "json" => "json",
            ColumnType::Json | ColumnType::JsonBinary => "jsonb",
            ColumnType::BigInteger => "int8",
            ColumnType::Boolean => "bool",
            ColumnType::Date => "date",
            ColumnType::Integer => "int4",
            ColumnType::String(_) | ColumnType::Text => "text",
            ColumnType::TimestampWithTimeZone => "timestamptz",
            ColumnType::Uuid => "uuid",
            ColumnType::VarBinary(_) | ColumnType::Blob => "bytea",
            other => panic!("{other:?}"),
        };
        let (table, column) = (table.table_name(), column.as_str());
        assert_eq!(stored, read, "{table}.{column}");
    }
}
