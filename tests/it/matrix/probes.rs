//! How a cell is asked: the document and its variables, and where in the answer to see whether it was
//! allowed.

use serde_json::{Value, json};

use super::{
    cast::Actor,
    operations::{MUTATIONS, QUERIES},
    schema::Schema,
    table::Relation::Assigned,
};
use crate::ground::Ground;

/// A version that nothing has: whoever passes the question of right is refused for it, and nothing
/// changes.
const WRONG_VERSION: i64 = 999_999;

/// One question, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) document: String,
    pub(super) variables: Value,
    /// Where the row is in the data; none for a mutation.
    pub(super) row: Option<String>,
    /// Where the value is that may be masked.
    pub(super) value: Option<String>,
    /// Whether an id is sent, which could be one that names nothing.
    pub(super) has_id: bool,
}

/// What a target is for somebody: work that is assigned to them, or else work that is not.
fn target(ground: &Ground<'_>, actor: &Actor, name: &str) -> Value {
    let is_assigned = actor.relation == Assigned;
    let name = match (actor.role, name) {
        ("STEERING_MEMBER", "open item") if is_assigned => "item of the steering member",
        ("RESPONSIBLE_ENTITY", "open item") if is_assigned => "item of the carrier",
        ("RESPONSIBLE_ENTITY", "action") if is_assigned => "action of the carrier",
        ("RESPONSIBLE_ENTITY", "indicator") if is_assigned => "indicator of the carrier",
        ("RESPONSIBLE_ENTITY", "measurement") if is_assigned => "measurement of the carrier",
        _ => name.split(" as ").next().unwrap(),
    };
    ground.id(name)
}

/// An id of the same kind that names nothing.
fn absent(id: &Value) -> Value {
    let (prefix, _) = id.as_str().unwrap().split_once('_').unwrap();
    format!("{prefix}_01h455vb4pex5vsknk084sn02q").into()
}

impl Probe {
    /// The question of an operation about a target, for somebody; about nothing that exists if
    /// `is_absent`.
    pub(super) fn of(
        schema: &Schema,
        ground: &Ground<'_>,
        actor: &Actor,
        (operation, about): (&str, &str),
        is_absent: bool,
    ) -> Option<Self> {
        let id = |name: &str| {
            let id = target(ground, actor, name);
            if is_absent { absent(&id) } else { id }
        };
        if let Some((name, key, rest)) = MUTATIONS.iter().find(|m| m.0 == operation) {
            let mut input = serde_json::from_str::<Value>(&format!("{{ {rest} }}")).unwrap();
            input[key] = id(about);
            complete(schema, ground, actor, (operation, about), &mut input);
            return Some(Self {
                document: mutation(name),
                variables: json!({ "input": input }),
                row: None,
                value: None,
                // Whoever has an account is told so before any code is looked at.
                has_id: operation != "acceptInvitation",
            });
        }
        if operation == "node" || operation == "nodes" {
            let document = match operation {
                "node" => "query($id: ID!) { node(id: $id) { id } }",
                _ => "query($id: ID!) { nodes(ids: [$id]) { id } }",
            };
            let row = ["/node", "/nodes/0"][usize::from(operation == "nodes")];
            return Some(Self {
                document: document.to_owned(),
                variables: json!({ "id": id(about) }),
                row: Some(row.to_owned()),
                value: None,
                has_id: true,
            });
        }
        let mut queries = QUERIES.iter();
        let found = queries.find(|query| (query.0, query.1) == (operation, about));
        let (_, _, document, row, value) = found?;
        let has_id = document.contains("$id");
        let variables = if has_id {
            json!({ "id": id("municipality") })
        } else {
            json!({})
        };
        Some(Self {
            document: (*document).to_owned(),
            variables,
            row: Some((*row).to_owned()),
            value: (!value.is_empty()).then(|| (*value).to_owned()),
            has_id,
        })
    }
}

fn mutation(name: &str) -> String {
    let input = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {input}!) {{ {name}(input: $input) {{ userErrors {{ code path message }} }} }}"
    )
}

/// What an input holds that follows from the actor or from the schema.
fn complete(
    schema: &Schema,
    ground: &Ground<'_>,
    actor: &Actor,
    (operation, about): (&str, &str),
    input: &mut Value,
) {
    if schema.versioned.contains(operation) {
        input["expectedVersion"] = WRONG_VERSION.into();
    }
    match operation {
        "answerIndicators" => {
            let item = match about {
                "assessment led by children" => "item led by children",
                _ => "open item",
            };
            input["answers"] = json!([{ "itemId": target(ground, actor, item), "answer": "LEVEL",
                "level": 2, "expectedVersion": WRONG_VERSION }]);
        }
        "inviteAccount" | "grantMembership" => {
            input["role"] = about.split(" as ").nth(1).unwrap().into();
            if operation == "grantMembership" {
                input["municipalityId"] = ground.id("municipality");
            }
        }
        _ => {}
    }
}
