//! Documents made from the schema: random valid ones, and for each type one that asks for every field.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chance::Chance;
use crate::harness::App;

/// How deep a document goes, and how many lists are below each other in it.
const DEPTH: (usize, usize) = (5, 3);

const INTROSPECTION: &str = "{ __schema { types { kind name isOneOf
    enumValues { name }
    inputFields { name type { ...T } }
    possibleTypes { name }
    fields { name args { name type { ...T } } type { ...T } }
} } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The schema as far as documents are made from it.
#[derive(Debug)]
pub(crate) struct Grammar {
    types: BTreeMap<String, Value>,
    /// The type of what a kind of id names, by prefix.
    kinds: BTreeMap<String, String>,
}

/// What arguments are taken from.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) ids: Vec<String>,
    pub(crate) codes: Vec<String>,
}

fn name(of: &Value) -> &str {
    of["name"].as_str().unwrap()
}

/// The named type within lists and non-nulls.
fn bare(of: &Value) -> &str {
    match of["kind"].as_str().unwrap() {
        "LIST" | "NON_NULL" => bare(&of["ofType"]),
        _ => name(of),
    }
}

/// How many lists a field counts for. The items of an assessment are many.
fn lists(field: &Value) -> usize {
    let is_list = field["type"]["kind"] == "LIST" || field["type"]["ofType"]["kind"] == "LIST";
    match (name(field), is_list) {
        ("items" | "populations", _) => 2,
        (_, is_list) => usize::from(is_list),
    }
}

/// What is left below a field.
fn below(depth: (usize, usize), field: &Value) -> (usize, usize) {
    (depth.0 - 1, depth.1.saturating_sub(lists(field)))
}

fn list(of: &Value) -> &[Value] {
    of.as_array().map_or(&[], Vec::as_slice)
}

impl Grammar {
    /// Asks the server, and looks at what each id names.
    pub(crate) async fn of(app: &App, who: &crate::harness::Person, ids: &[String]) -> Self {
        let read = app.read(&app.public(), INTROSPECTION, json!({})).await;
        let types = list(&read["__schema"]["types"]).iter();
        let types = types
            .map(|one| (name(one).to_owned(), one.clone()))
            .collect();
        let mut kinds = BTreeMap::new();
        for id in ids {
            let prefix = id.split('_').next().unwrap().to_owned();
            let document = "query($id: ID!) { node(id: $id) { __typename } }";
            let read = app.read(who, document, json!({ "id": id })).await;
            if let Some(kind) = read["node"]["__typename"].as_str() {
                kinds.insert(prefix, kind.to_owned());
            }
        }
        Self { types, kinds }
    }

    fn is_leaf(&self, kind: &str) -> bool {
        matches!(self.types[kind]["kind"].as_str(), Some("SCALAR" | "ENUM"))
    }

    /// A document that asks for every field of what an id names and for the leaves of what is
    /// directly below it.
    pub(crate) fn whole(&self, id: &str) -> String {
        let kind = &self.kinds[id.split('_').next().unwrap()];
        let fields: String = list(&self.types[kind]["fields"])
            .iter()
            .filter_map(|field| {
                let required =
                    |arg: &&Value| arg["type"]["kind"] == "NON_NULL" && name(arg) == "with";
                if list(&field["args"]).iter().any(|arg| required(&arg)) {
                    return None;
                }
                Some(self.part(field, |kind| self.leaves(kind)))
            })
            .collect();
        format!("{{ node(id: \"{id}\") {{ __typename ... on {kind} {{ {fields} }} }} }}")
    }

    /// A document for each root field without arguments that must be given: all that is one and two
    /// levels below it.
    pub(crate) fn roots(&self) -> Vec<String> {
        let roots = list(&self.types["Query"]["fields"]).iter();
        let is_open = |root: &&Value| {
            let mut arguments = list(&root["args"]).iter();
            arguments.all(|argument| argument["type"]["kind"] != "NON_NULL")
                && name(root) != "rateLimit"
        };
        let roots = roots.filter(is_open).map(|root| {
            let fields = list(&self.types[bare(&root["type"])]["fields"]).iter();
            let below = fields.map(|field| self.part(field, |kind| self.deep(kind)));
            format!("{{ {} {{ {} }} }}", name(root), below.collect::<String>())
        });
        roots.collect()
    }

    /// A field with what is selected below it, if anything can be.
    fn part(&self, field: &Value, below: impl Fn(&str) -> String) -> String {
        let kind = bare(&field["type"]);
        if self.is_leaf(kind) {
            return format!("{} ", name(field));
        }
        format!("{} {{ {} }} ", name(field), below(kind))
    }

    /// The leaves of a type and of what is directly below it.
    fn deep(&self, kind: &str) -> String {
        let fields = list(&self.types[kind]["fields"]).iter();
        let fields = fields.filter(|field| {
            let mut arguments = list(&field["args"]).iter();
            arguments.all(|argument| argument["type"]["kind"] != "NON_NULL")
        });
        let parts = fields.map(|field| self.part(field, |kind| self.leaves(kind)));
        format!("__typename {}", parts.collect::<String>())
    }

    /// Walks over an answer: each coordinate in it, and whether it is null there.
    pub(crate) fn walk(&self, kind: &str, answer: &Value, told: &mut impl FnMut(String, bool)) {
        match answer {
            Value::Array(items) => items.iter().for_each(|item| self.walk(kind, item, told)),
            Value::Object(members) => {
                let kind = answer["__typename"].as_str().unwrap_or(kind);
                for (key, value) in members.iter().filter(|(key, _)| *key != "__typename") {
                    let fields = list(&self.types[kind]["fields"]).iter();
                    let Some(field) = fields.clone().find(|field| name(field) == key) else {
                        panic!("{kind} has no {key}");
                    };
                    told(format!("{kind}.{key}"), value.is_null());
                    self.walk(bare(&field["type"]), value, told);
                }
            }
            _ => {}
        }
    }

    fn leaves(&self, kind: &str) -> String {
        let fields = list(&self.types[kind]["fields"]).iter();
        let leaves = fields.filter(|field| self.is_leaf(bare(&field["type"])));
        let leaves: String = leaves.map(|field| format!("{} ", name(field))).collect();
        format!("__typename {leaves}")
    }

    /// A random document.
    pub(crate) fn random(&self, chance: &mut Chance, material: &Material) -> String {
        let roots = list(&self.types["Query"]["fields"]).iter();
        // A dry run would leave all the rest out, and a document within a document is text.
        let roots: Vec<_> = roots
            .filter(|root| !["rateLimit", "accessCheck"].contains(&name(root)))
            .collect();
        // Most of what there is to see is below a municipality or an id.
        let narrow: Vec<_> = roots
            .iter()
            .filter(|root| ["node", "nodes", "municipality", "viewer"].contains(&name(root)))
            .collect();
        let root = if chance.percent(70) {
            chance.one(&narrow)
        } else {
            chance.one(&roots)
        };
        format!("{{ {} }}", self.field(chance, material, root, DEPTH))
    }

    fn field(
        &self,
        chance: &mut Chance,
        material: &Material,
        field: &Value,
        depth: (usize, usize),
    ) -> String {
        let mut kind = None;
        let mut arguments = Vec::new();
        for argument in list(&field["args"]) {
            let is_required = argument["type"]["kind"] == "NON_NULL";
            if !is_required && !chance.percent(25) {
                continue;
            }
            let value = self.value(chance, material, name(argument), &argument["type"]);
            let id = value.trim_matches(['[', ']', '"']);
            kind = kind.or_else(|| self.kinds.get(id.split('_').next().unwrap()).cloned());
            arguments.push(format!("{}: {value}", name(argument)));
        }
        let arguments = if arguments.is_empty() {
            String::new()
        } else {
            format!("({})", arguments.join(", "))
        };
        let named = bare(&field["type"]);
        if self.is_leaf(named) {
            return format!("{}{arguments}", name(field));
        }
        let selection = match (named, kind) {
            ("Node", Some(kind)) => {
                let inner = self.selection(chance, material, &kind, below(depth, field));
                format!("__typename id ... on {kind} {{ {inner} }}")
            }
            _ => self.selection(chance, material, named, below(depth, field)),
        };
        format!("{}{arguments} {{ {selection} }}", name(field))
    }

    /// All leaves of a type, and some of what is below.
    fn selection(
        &self,
        chance: &mut Chance,
        material: &Material,
        kind: &str,
        depth: (usize, usize),
    ) -> String {
        let mut parts = vec![self.leaves(kind)];
        let fields = list(&self.types[kind]["fields"]).iter();
        let fields: Vec<_> = fields
            .filter(|field| !self.is_leaf(bare(&field["type"])))
            .filter(|field| depth.0 > 0 && depth.1 >= lists(field))
            .collect();
        if !fields.is_empty() {
            let first = chance.below(fields.len());
            for at in 0..=chance.below(3).min(fields.len() - 1) {
                let field = fields[(first + at) % fields.len()];
                parts.push(self.field(chance, material, field, depth));
            }
        }
        parts.join(" ")
    }

    fn value(
        &self,
        chance: &mut Chance,
        material: &Material,
        argument: &str,
        kind: &Value,
    ) -> String {
        match kind["kind"].as_str().unwrap() {
            "NON_NULL" => self.value(chance, material, argument, &kind["ofType"]),
            "LIST" => format!(
                "[{}]",
                self.value(chance, material, argument, &kind["ofType"])
            ),
            "ENUM" => {
                let values = list(&self.types[name(kind)]["enumValues"]);
                name(chance.one(values)).to_owned()
            }
            "INPUT_OBJECT" => self.object(chance, material, &self.types[name(kind)]),
            _ => match (name(kind), argument) {
                ("ID", _) => format!("\"{}\"", chance.one(&material.ids)),
                ("Int", _) => (1 + chance.below(3)).to_string(),
                ("Boolean", _) => chance.percent(50).to_string(),
                ("Locale", _) => "\"sv\"".to_owned(),
                (_, "programme" | "key") => "\"FI\"".to_owned(),
                (_, "after" | "before") => "null".to_owned(),
                (_, "theme") => "\"PARTICIPATION\"".to_owned(),
                _ => format!("\"{}\"", chance.one(&material.codes)),
            },
        }
    }

    fn object(&self, chance: &mut Chance, material: &Material, kind: &Value) -> String {
        let fields = list(&kind["inputFields"]);
        let only = fields[chance.below(fields.len())].clone();
        let is_one_of = kind["isOneOf"] == true;
        let parts: Vec<_> = fields
            .iter()
            .filter(|field| {
                if is_one_of {
                    return name(field) == name(&only);
                }
                field["type"]["kind"] == "NON_NULL" || name(field) == name(&only)
            })
            .map(|field| {
                let value = self.value(chance, material, name(field), &field["type"]);
                format!("{}: {value}", name(field))
            })
            .collect();
        format!("{{ {} }}", parts.join(", "))
    }
}
