//! The `cfc` command: what it can be told, and what it answers. Every answer says what to do next.

use std::{collections::BTreeMap, net::TcpListener, path::PathBuf};

use chrono::{NaiveDate, TimeDelta};
use clap::{Parser, Subcommand};
use entity::account::Role;

use crate::{
    audit,
    config::Config,
    demo,
    operator::{Appointment, Operator, Registration, Work},
    permissions,
    schema::Schema,
    serving::{self, Surroundings},
    settings_in_force,
    stop::Stop,
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
    /// Print the settings in force, with their meaning and where each comes from.
    Config,
    /// Print the GraphQL schema.
    Schema,
    /// Print who may do what.
    Permissions {
        /// As a document for people.
        #[arg(long)]
        markdown: bool,
    },
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
    /// Work on machine clients, which get tokens at /oauth/token.
    Client {
        #[command(subcommand)]
        verb: ClientVerb,
    },
    /// Work on the audit log.
    Audit {
        #[command(subcommand)]
        verb: AuditVerb,
    },
    /// Work on the keys that sign tokens.
    Key {
        #[command(subcommand)]
        verb: KeyVerb,
    },
    /// After a backup was put back: refuse every token from before. A new key takes the place of all
    /// that sign tokens.
    RestoreMark,
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
    /// Link an account to who somebody is at an issuer, so that they sign in there. An invited
    /// account is in use then.
    Link {
        /// The id of the account, such as `acc_01jd…`.
        account: String,
        /// The issuer, as the configuration names it.
        #[arg(long)]
        issuer: String,
        /// The name of the person at the issuer: `sub` of its tokens.
        #[arg(long)]
        subject: String,
    },
}

#[derive(Debug, Subcommand)]
enum ClientVerb {
    /// Add a machine client and print its id and its secret, which nobody sees again.
    Add {
        /// What the client is called.
        #[arg(long)]
        name: String,
        /// The key of the programme, such as `FI`.
        #[arg(long)]
        programme: String,
        /// The code of the municipality, such as `FI-837`; the whole programme if absent.
        #[arg(long)]
        municipality: Option<String>,
        /// What its tokens may be for, such as `assessments:read`; may be repeated.
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// An origin of web pages that call in its name; may be repeated.
        #[arg(long = "origin")]
        origins: Vec<String>,
        /// A PEM file with the public half of its key, if it signs assertions (`private_key_jwt`).
        #[arg(long)]
        public_key: Option<PathBuf>,
    },
    /// Print a new secret. The one before holds on until you rotate again.
    Rotate {
        /// The id of the client, such as `cli_01jd…`.
        client: String,
    },
    /// Take a client out of use for good, with all its tokens.
    Revoke {
        /// The id of the client, such as `cli_01jd…`.
        client: String,
    },
}

#[derive(Debug, Subcommand)]
enum AuditVerb {
    /// Check that no row of the log was changed, added, moved or removed. Prints the head of the
    /// chain; note it elsewhere, and give it the next time.
    Verify {
        /// A head that was printed earlier. With it, a log that was written anew is found too.
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
        /// Compare every row that the log tells of with what it recorded last, too. Says what is left
        /// out. A server may run meanwhile.
        #[arg(long)]
        rows: bool,
    },
}

#[derive(Debug, Subcommand)]
enum KeyVerb {
    /// Make a new signing key. Servers sign with it within half a minute; tokens signed before
    /// hold on.
    Rotate,
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

const FIRST_STEPS: &str = "No programme is loaded yet. These two commands come next:
  cfc programme load fi
  cfc account add --name \"Programme manager\" --role PROGRAMME_MANAGER --programme FI";

const AFTER_A_RESTORE: &str = "Every token from before is refused; the audit log tells it. Roles, locks, \
clients and secrets are those of the copy: docs/operating.md says what to look through before others are \
let in.";

const STOPPED: &str = "Stopped before it was done. The same command can be given again.";

/// Does what was asked, until the process is asked to stop. What goes wrong is told in a sentence.
#[must_use]
pub fn run(
    cli: Cli,
    environment: BTreeMap<String, String>,
    around: Surroundings,
    stop: Stop,
) -> Work<'static, ()> {
    Box::pin(async move {
        let is_server = matches!(cli.verb, Verb::Serve | Verb::Demo { .. });
        tokio::select! {
            biased;
            done = act(cli, &environment, around, stop.clone()) => done,
            () = stop.before_serving() => {
                if is_server { Ok(()) } else { Err(Trouble::of(STOPPED)) }
            }
        }
    })
}

async fn act(
    cli: Cli,
    environment: &BTreeMap<String, String>,
    around: Surroundings,
    stop: Stop,
) -> Result<(), Trouble> {
    let file = match &cli.config {
        Some(path) => Some(read_text(path)?),
        None => None,
    };
    let (config, read) = Config::trace(file.as_deref(), environment).map_err(Trouble::of)?;
    match cli.verb {
        Verb::Demo { json, today, seed } => {
            demo::run(config, around, demo::Story { today, seed }, json, stop).await
        }
        Verb::Serve => serve(&config, &around, stop).await,
        Verb::Migrate => {
            Operator::open(&config, &around).await?.migrate().await?;
            say(
                "The tables are up to date, a signing key is in place. Next: cfc programme load fi",
            );
            Ok(())
        }
        Verb::Config => {
            print(&settings_in_force::text(&config, &read)?);
            Ok(())
        }
        Verb::Schema => {
            print(Schema::new().sdl());
            Ok(())
        }
        Verb::Permissions { markdown } => {
            print(&if markdown {
                permissions::markdown()
            } else {
                permissions::text()
            });
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
        Verb::Account { verb } => account(&config, &around, verb).await,
        Verb::Client { verb } => client(&config, &around, verb).await,
        Verb::Audit {
            verb: AuditVerb::Verify { head, rows },
        } => {
            let operator = Operator::enter(&config, &around).await?;
            audit::verify_by_command(&operator, head.as_deref(), rows).await
        }
        Verb::Key {
            verb: KeyVerb::Rotate,
        } => {
            Operator::enter(&config, &around)
                .await?
                .rotate_key()
                .await?;
            say("There is a new key. Servers sign with it within half a minute.");
            Ok(())
        }
        Verb::RestoreMark => {
            Operator::enter(&config, &around)
                .await?
                .mark_restored()
                .await?;
            say(AFTER_A_RESTORE);
            Ok(())
        }
        Verb::Token { account, hours } => {
            let operator = Operator::enter(&config, &around).await?;
            print(&operator.token(&account, TimeDelta::hours(hours)).await?);
            Ok(())
        }
    }
}

async fn account(config: &Config, around: &Surroundings, verb: AccountVerb) -> Result<(), Trouble> {
    let operator = Operator::enter(config, around).await?;
    match verb {
        AccountVerb::Add {
            name,
            role,
            programme,
            municipality,
        } => {
            let appointment = Appointment {
                name: &name,
                role,
                programme: programme.as_deref(),
                municipality: municipality.as_deref(),
            };
            let id = operator.add_account(appointment).await?;
            print(&id);
            say(&format!("Added. Next: cfc token {id}"));
        }
        AccountVerb::Link {
            account,
            issuer,
            subject,
        } => {
            operator.link_account(&account, &issuer, &subject).await?;
            say("Linked. They sign in there from now on.");
        }
    }
    Ok(())
}

async fn client(config: &Config, around: &Surroundings, verb: ClientVerb) -> Result<(), Trouble> {
    let operator = Operator::enter(config, around).await?;
    match verb {
        ClientVerb::Add {
            name,
            programme,
            municipality,
            scopes,
            origins,
            public_key,
        } => {
            let public_key = public_key.as_deref().map(read_text).transpose()?;
            let (id, secret) = operator
                .add_client(Registration {
                    name: &name,
                    programme: &programme,
                    municipality: municipality.as_deref(),
                    scopes: &scopes,
                    origins: &origins,
                    public_key: public_key.as_deref(),
                })
                .await?;
            print(&id);
            match secret {
                Some(secret) => {
                    print(&secret);
                    say("Added. The second line is the secret; it is not shown again.");
                }
                None => say("Added. It signs assertions with its own key."),
            }
            say(
                "Next: POST grant_type=client_credentials to /oauth/token with both as user and password.",
            );
        }
        ClientVerb::Rotate { client } => {
            print(&operator.rotate_client(&client).await?);
            say(
                "This is the new secret; it is not shown again. The one before holds on until you rotate again.",
            );
        }
        ClientVerb::Revoke { client } => {
            operator.revoke_client(&client).await?;
            say("The client is out of use; its tokens are refused.");
        }
    }
    Ok(())
}

fn read_text(path: &std::path::Path) -> Result<String, Trouble> {
    let read = std::fs::read_to_string(path);
    read.map_err(|error| Trouble::of(format!("{}: {error}", path.display())))
}

async fn serve(config: &Config, around: &Surroundings, stop: Stop) -> Result<(), Trouble> {
    let operator = Operator::enter(config, around).await?;
    if !operator.has_programme() {
        return Err(Trouble::of(FIRST_STEPS));
    }
    let listener = TcpListener::bind(config.bind).map_err(|e| Trouble::bind(config.bind, &e))?;
    let base = serving::base(listener.local_addr().map_err(Trouble::io)?);
    say(&format!(
        "Serving at {base}/graphql (open it in a browser for the explorer)."
    ));
    operator.serve_until(listener, stop).await
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
