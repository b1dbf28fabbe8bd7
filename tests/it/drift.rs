//! Entities and migrations say the same: every table can be read by its entity's columns.

use entity::{account, action_plan, assessment, journal, municipality, programme, recognition};
use sea_orm::{EntityTrait, QuerySelect};

use crate::harness::{App, on_both_databases};

on_both_databases! {
    every_entity_reads_its_table
}

async fn every_entity_reads_its_table(app: App) {
    macro_rules! read {
        ($($module:ident: $($table:ident)+;)+) => { $($(
            let rows = $module::$table::Entity::find().limit(1).all(&app.database).await;
            assert!(rows.is_ok(), "{}: {rows:?}", stringify!($table));
        )+)+ };
    }
    read! {
        account: account membership identity invitation signing_key;
        action_plan: responsible_entity plan objective action action_indicator measurement;
        assessment: assessment assessment_item;
        journal: audit_event chain_head outbox_event;
        municipality: region municipality municipality_code municipality_name population
            participation cycle milestone_progress;
        programme: programme programme_version milestone criterion framework framework_element
            rating_level indicator level_descriptor;
        recognition: decision criterion_judgement condition recognition;
    }
}
