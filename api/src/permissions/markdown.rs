//! The permission tables as a document for people.

use std::fmt::Write;

use async_graphql::resolver_utils::EnumType;

use super::{asks, scope, steps, words};
use crate::{
    access::{Action, Class},
    schema,
    workflow::word,
};

const HEAD: &str = "\
# Who may do what

Written by `cfc permissions --markdown` from the tables that enforce it; a test compares. Programs
read the same at `/permissions.json`, and at `@access` in [schema.graphql](../schema.graphql).

A right is a role AND a scope of the token AND a place AND a state. A role counts where its membership
is held: in one municipality or in a whole programme. Elsewhere everybody is the public. People who
signed in have every scope. What a document asks for can be tried without running it: `accessCheck`
tells what of it your roles and your token allow somewhere.

- A row that you may not see is answered like one that does not exist.
- A root field that you may not use is refused: `FORBIDDEN`, or `INSUFFICIENT_SCOPE` if the token alone
  stands against it.
- A field that you may not read answers null. `extensions.redactions` names each such field once, with
  the reason (`ROLE` or `SCOPE`), what would be needed, and how often it was hidden.

Nobody gives a role to themself, nobody approves what they submitted, and who works for a municipality,
who advises it and who decides about it are different people. Where the programme's `duty` is
`TWO_PERSON`, an adviser may sit in the deciding body, but whoever confirmed the assessment does not
decide. The refusal is `CONFLICT_OF_INTEREST`.
";

/// The tables in Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = HEAD.to_owned();
    // Writing to a string cannot fail.
    let _ = root_fields(&mut text)
        .and_then(|()| fields(&mut text))
        .and_then(|()| transitions(&mut text));
    text
}

fn root_fields(text: &mut String) -> std::fmt::Result {
    text.push_str("\n## Root fields\n\nThose that are not listed are for everybody.\n\n");
    text.push_str("| field | roles | scope |\n| --- | --- | --- |\n");
    for operation in schema::operations() {
        let (coordinate, scope) = (operation.coordinate, operation.scope().unwrap_or("none"));
        writeln!(
            text,
            "| `{coordinate}` | {} | `{scope}` |",
            asks(&operation)
        )?;
    }
    Ok(())
}

fn fields(text: &mut String) -> std::fmt::Result {
    text.push_str(
        "\n## Fields of rows\n\nThose that are not listed are for everybody who sees the row.\n\n",
    );
    text.push_str("| class | for |\n| --- | --- |\n");
    for item in Class::items() {
        let own = match item.value {
            Class::Personal => "the person; ",
            Class::Draft => "PUBLIC once it is final; before that ",
            _ => "",
        };
        writeln!(
            text,
            "| {} | {own}{} |",
            item.name,
            words(item.value.roles()).join(", ")
        )?;
    }
    text.push_str("\n| field | class | scope |\n| --- | --- | --- |\n");
    for field in schema::fields() {
        let (coordinate, scope) = (field.coordinate, field.scope().unwrap_or("none"));
        writeln!(
            text,
            "| `{coordinate}` | {} | `{scope}` |",
            word(field.class)
        )?;
    }
    Ok(())
}

fn transitions(text: &mut String) -> std::fmt::Result {
    text.push_str("\n## Steps\n");
    let mut last = "";
    for step in steps() {
        if step.kind != last {
            last = step.kind;
            let scope = scope(last, Action::Write).unwrap_or("none");
            writeln!(text, "\n### {last}\n\nScope: `{scope}`.\n")?;
            text.push_str("| from | step | to | roles |\n| --- | --- | --- | --- |\n");
        }
        let (from, action, to) = (step.from, step.action, step.to);
        writeln!(
            text,
            "| {from} | {action} | {to} | {} |",
            step.who.join(", ")
        )?;
    }
    Ok(())
}
