//! Child Friendly Cities API: a GraphQL server over two doors to the database.
//!
//! `access` holds the doors and who may pass; the domain slices hold types, reads, mutations and
//! pure rules; `http` is the way in; `schema` puts the slices together; `command` is `cfc`.

#![recursion_limit = "512"]

mod access;
mod account;
mod action_plan;
mod assessment;
mod attempt;
mod audit;
mod catalogue;
mod client;
pub mod command;
mod config;
mod database_url;
mod demo;
mod docs;
mod effects;
mod error;
mod explorer;
mod filter;
mod http;
mod id;
mod in_order;
mod input;
mod invisible;
mod issuer;
mod journal;
mod labels;
mod language;
mod limits;
mod municipality;
mod operator;
mod page;
mod payload;
mod permissions;
mod personal;
mod programme;
mod rate_limit;
mod recognition;
mod refusal;
mod scalars;
mod schema;
mod serving;
mod settings_in_force;
mod site;
mod stop;
pub mod telemetry;
mod translated;
mod trouble;
mod unreadable;
mod viewer_action;
mod warning;
mod workflow;

/// How much stack a thread needs that works on requests: the futures of deep documents and long
/// mutations lie there while they are polled, in a development build with room to spare in none of
/// them. Only what is used takes memory.
pub const STACK: usize = 8 * 1024 * 1024;

pub use self::{
    audit::{ROWS_AT_ONCE, RowsVerified, Verified},
    config::Config,
    issuer::{IssuerSettings, TokenType},
    limits::LimitSettings,
    operator::{Appointment, Operator, Registration, Work},
    permissions::{markdown as permissions_markdown, text as permissions},
    serving::{Surroundings, schema},
    stop::Stop,
    trouble::Trouble,
};
