//! Leaks: texts that show up where nobody may read them, and answers that differ by what somebody
//! may not see.

mod agreement;
mod chance;
mod documents;
mod marks;
mod oracle;
mod readers;
mod twins;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

pub(crate) use self::chance::Chance;
use self::{
    documents::{Grammar, Material},
    marks::Reply,
    readers::Reader,
};
use crate::{
    ground::{Ground, Stage},
    harness::{App, on_both_databases},
};

on_both_databases! {
    no_text_shows_up_where_nobody_may_read_it
}

/// Random documents of each reader.
const DOCUMENTS: u64 = 120;
/// How many documents are asked at once.
const AT_ONCE: usize = 4;

async fn no_text_shows_up_where_nobody_may_read_it(app: App) {
    let places = [
        ("FI-837", Stage::Decided),
        ("FI-049", Stage::Decided),
        ("FI-091", Stage::Planning),
        ("FI-853", Stage::Assessing),
    ];
    let mut grounds = Vec::new();
    for (code, stage) in places {
        grounds.push(Ground::of(&app, code, stage).await);
    }
    let stages: BTreeMap<String, Stage> = places
        .iter()
        .map(|(code, stage)| (code[3..].to_owned(), *stage))
        .collect();
    let material = material(&grounds);
    let manager = &grounds[0].world.manager;
    let grammar = Grammar::of(&app, manager, &material.ids).await;
    let readers = Reader::all(&app, &grounds[0]).await;
    let client = reqwest::Client::new();
    let mut seen = BTreeSet::new();
    let mut leaks = BTreeMap::new();
    for (number, reader) in readers.iter().enumerate() {
        let documents = asked(&grammar, &material, number);
        let replies = stream::iter(&documents)
            .map(|document| Reply::to(&client, &app, &reader.person, document))
            .buffered(AT_ONCE);
        let replies: Vec<Reply> = replies.collect().await;
        check_use(&replies, &documents);
        for (reply, document) in replies.iter().zip(&documents) {
            for (digits, cell) in reply.marks() {
                seen.insert(oracle::listed_as(&cell));
                if !oracle::may_read(&cell, stages[&digits], reader.stand(&digits)) {
                    let what = format!("{cell} of {digits} to {}", reader.role);
                    leaks.entry(what).or_insert_with(|| document.clone());
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    let unseen: Vec<_> = oracle::cells()
        .filter(|cell| !seen.contains(cell))
        .collect();
    assert!(unseen.is_empty(), "nobody ever read {unseen:?}");
}

/// What arguments are taken from: all that is there.
fn material(grounds: &[Ground<'_>]) -> Material {
    let ids = grounds.iter().flat_map(Ground::ids);
    Material {
        ids: ids.map(|id| id.as_str().unwrap().to_owned()).collect(),
        codes: grounds
            .iter()
            .map(|ground| ground.world.code.clone())
            .collect(),
    }
}

/// Everything of everything, and random documents.
fn asked(grammar: &Grammar, material: &Material, number: usize) -> Vec<String> {
    let mut chance = Chance::of(u64::try_from(number).unwrap());
    let whole = material.ids.iter().map(|id| grammar.whole(id));
    let random = (0..DOCUMENTS).map(|_| grammar.random(&mut chance, material));
    whole.chain(random).collect()
}

/// The documents are valid, and most of them are answered.
fn check_use(replies: &[Reply], documents: &[String]) {
    let mut refused = 0;
    for (reply, document) in replies.iter().zip(documents) {
        let code = reply.code();
        assert_ne!(
            code.as_deref(),
            Some("GRAPHQL_VALIDATION_FAILED"),
            "{document}\n{}",
            reply.body
        );
        assert_ne!(
            code.as_deref(),
            Some("GRAPHQL_PARSE_FAILED"),
            "{document}\n{}",
            reply.body
        );
        assert!(
            reply.status < 500 || reply.is_late(),
            "{document}\n{}",
            reply.body
        );
        refused += usize::from(code.is_some());
    }
    assert!(
        refused * 4 < documents.len(),
        "{refused} of {} were refused",
        documents.len()
    );
}
