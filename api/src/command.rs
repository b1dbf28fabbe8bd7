//! The `cfc` command: what it can be told, and what it answers. Every answer says what to do next.

use std::{collections::BTreeMap, net::TcpListener, path::PathBuf};

use chrono::{NaiveDate, TimeDelta};
use clap::{Parser, Subcommand};
use entity::account::Role;

use crate::{
    config::Config,
    demo,
    operator::{Appointment, Operator, Work},
    schema::Schema,
    serving::{self, Surroundings},
    trouble::Trouble,
};

/// Child Friendly Cities API.
#[derive(Debug, Parser)]
#[command(name = "cfc", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// A TOML file with settings; environment variables go before it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show a complete made-up programme: fills a database of its own and serves it.
    Demo {
        /// Print one line of JSON with addresses and tokens, and nothing else.
        #[arg(long)]
        json: bool,
        /// The day it is in the demonstration.
        #[arg(long, value_name = "YYYY-MM-DD")]
        today: Option<NaiveDate>,
        /// Another seed makes other numbers.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Serve the API.
    Serve,
    /// Make or update the tables, and the key that signs tokens.
    Migrate,
    /// Print the GraphQL schema.
    Schema,
    /// Print who may do what.
    Permissions,
    /// Work on programmes.
    Programme {
        #[command(subcommand)]
        verb: ProgrammeVerb,
    },
    /// Work on accounts.
    Account {
        #[command(subcommand)]
        verb: AccountVerb,
    },
    /// Print an access token for an account.
    Token {
        /// The id of the account, such as `acc_01jd…`.
        account: String,
        /// For how many hours it holds.
        #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(i64).range(1..=24 * 30))]
        hours: i64,
    },
}

#[derive(Debug, Subcommand)]
enum ProgrammeVerb {
    /// Check a programme's folder and publish what it holds, all or nothing.
    Load {
        /// The folder, such as `programmes/fi`. `fi` alone takes the one inside this program.
        folder: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum AccountVerb {
    /// Add an account with a role. The only way to the roles of a manager, the deciding body and
    /// the administrator.
    Add {
        /// What the account is called.
        #[arg(long)]
        name: String,
        /// The role, such as `PROGRAMME_MANAGER`.
        #[arg(long, value_parser = role)]
        role: Role,
        /// The key of the programme, such as `FI`.
        #[arg(long)]
        programme: Option<String>,
        /// The code of the municipality, such as `FI-837`.
        #[arg(long)]
        municipality: Option<String>,
    },
}

fn role(text: &str) -> Result<Role, String> {
    let items = <Role as async_graphql::resolver_utils::EnumType>::items();
    let found = items
        .iter()
        .find(|item| item.name == text && item.value != Role::Public);
    found.map(|item| item.value).ok_or_else(|| {
        let names: Vec<_> = items
            .iter()
            .map(|item| item.name)
            .filter(|n| *n != "PUBLIC")
            .collect();
        format!("the roles are {}", names.join(", "))
    })
}

const FIRST_STEPS: &str = "The database is empty or not up to date. These three commands come next:
  cfc migrate
  cfc programme load fi
  cfc account add --name \"Programme manager\" --role PROGRAMME_MANAGER --programme FI";

/// Does what was asked. What goes wrong is told in a sentence.
#[must_use]
pub fn run(
    cli: Cli,
    environment: BTreeMap<String, String>,
    around: Surroundings,
) -> Work<'static, ()> {
    Box::pin(async move { act(cli, &environment, around).await })
}

async fn act(
    cli: Cli,
    environment: &BTreeMap<String, String>,
    around: Surroundings,
) -> Result<(), Trouble> {
    let file = match &cli.config {
        Some(path) => {
            let read = std::fs::read_to_string(path);
            Some(read.map_err(|error| Trouble::of(format!("{}: {error}", path.display())))?)
        }
        None => None,
    };
    let config = Config::read(file.as_deref(), environment).map_err(Trouble::of)?;
    match cli.verb {
        Verb::Demo { json, today, seed } => {
            demo::run(config, around, demo::Story { today, seed }, json).await
        }
        Verb::Serve => serve(&config, &around).await,
        Verb::Migrate => {
            Operator::open(&config, &around).await?.migrate().await?;
            say(
                "The tables are up to date, a signing key is in place. Next: cfc programme load fi",
            );
            Ok(())
        }
        Verb::Schema => {
            print(Schema::new().sdl());
            Ok(())
        }
        Verb::Permissions => {
            print(&crate::permissions::text());
            Ok(())
        }
        Verb::Programme {
            verb: ProgrammeVerb::Load { folder },
        } => {
            let (loaded, key) = Operator::enter(&config, &around)
                .await?
                .load(&folder)
                .await?;
            say(&format!(
                "{loaded} Next: cfc account add --name NAME --role ROLE --programme {key}"
            ));
            Ok(())
        }
        Verb::Account {
            verb:
                AccountVerb::Add {
                    name,
                    role,
                    programme,
                    municipality,
                },
        } => {
            let (programme, municipality) = (programme.as_deref(), municipality.as_deref());
            let appointment = Appointment {
                name: &name,
                role,
                programme,
                municipality,
            };
            let id = Operator::enter(&config, &around)
                .await?
                .add_account(appointment)
                .await?;
            print(&id);
            say(&format!("Added. Next: cfc token {id}"));
            Ok(())
        }
        Verb::Token { account, hours } => {
            let operator = Operator::enter(&config, &around).await?;
            print(&operator.token(&account, TimeDelta::hours(hours)).await?);
            Ok(())
        }
    }
}

async fn serve(config: &Config, around: &Surroundings) -> Result<(), Trouble> {
    if !Operator::open(config, around).await?.is_migrated().await? {
        return Err(Trouble::of(FIRST_STEPS));
    }
    let operator = Operator::enter(config, around).await?;
    if !operator.has_programme() {
        return Err(Trouble::of(FIRST_STEPS));
    }
    let listener = TcpListener::bind(config.bind).map_err(|e| Trouble::bind(config.bind, &e))?;
    let base = serving::base(listener.local_addr().map_err(Trouble::io)?);
    say(&format!(
        "Serving at {base}/graphql (open it in a browser for the explorer)."
    ));
    operator.serve(listener).await
}

/// Answers on standard output.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
pub(crate) fn print(text: &str) {
    println!("{}", text.trim_end());
}

/// Tells people on standard error, so that standard output holds answers alone.
#[expect(clippy::print_stderr, reason = "what people read beside the answer")]
pub(crate) fn say(text: &str) {
    eprintln!("{text}");
}
