//! What each field of the schema is to the cost walk: a leaf, an object, a page. Built once
//! at start from the text of the schema, so it needs no access to the executor. It judges no document.

use std::collections::HashMap;

use async_graphql::{
    Positioned, Value,
    parser::types::{
        BaseType, FieldDefinition, InputValueDefinition, SchemaDefinition, Type, TypeKind,
        TypeSystemDefinition,
    },
};

/// A type of the schema that has fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parent {
    /// A type of our own, by its place in the table.
    Known(usize),
    /// One of the types that describe the schema itself.
    Introspection,
    /// A type that the schema does not have: validation will say so.
    Unknown,
}

/// How a field counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A scalar or an enum, or a list of them.
    Leaf,
    /// An object, or a bounded list of objects.
    Object,
    /// A page of `first` or `last` entries; the default of the schema, if it has one.
    Page(Option<u64>),
    /// As many objects as the argument `ids` names.
    ByIds,
    /// The entries of a connection, which its page multiplies.
    Entries,
    /// The edges of a connection: entries whose wrapper is free.
    Edges,
    /// The count of a connection.
    TotalCount,
    /// A root field of a mutation.
    RootMutation,
    /// Not in the schema.
    #[default]
    Unknown,
}

/// Where null may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nulls {
    /// In place of the field.
    pub(crate) field: bool,
    /// In place of an item of its list.
    pub(crate) item: bool,
}

impl Default for Nulls {
    fn default() -> Self {
        Self {
            field: true,
            item: true,
        }
    }
}

/// A field as the walk sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// How the field itself counts.
    pub(crate) kind: Kind,
    /// The type of what is selected below it.
    pub(crate) below: Parent,
    /// Where null may stand.
    pub(crate) nulls: Nulls,
}

/// Every field of every type with fields.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    places: HashMap<String, usize>,
    types: Vec<HashMap<String, Shape>>,
    query: String,
    mutation: String,
}

impl Fields {
    /// Reads the types of a schema.
    pub(crate) fn of(definitions: &[TypeSystemDefinition]) -> Self {
        let mut own = Self {
            places: HashMap::new(),
            types: Vec::new(),
            query: "Query".to_owned(),
            mutation: "Mutation".to_owned(),
        };
        let mut composites: Vec<(&str, &[Positioned<FieldDefinition>])> = Vec::new();
        for definition in definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => own.name_roots(&schema.node),
                TypeSystemDefinition::Type(definition) => {
                    let fields: &[_] = match &definition.node.kind {
                        TypeKind::Object(object) => &object.fields,
                        TypeKind::Interface(interface) => &interface.fields,
                        TypeKind::Union(_) => &[],
                        _ => continue,
                    };
                    composites.push((&definition.node.name.node, fields));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        for (place, (name, _)) in composites.iter().enumerate() {
            own.places.insert((*name).to_owned(), place);
        }
        for (_, fields) in &composites {
            let is_connection = fields.iter().any(|field| field.node.name.node == "edges")
                && fields
                    .iter()
                    .any(|field| field.node.name.node == "pageInfo");
            let shapes = fields.iter().map(|field| {
                (
                    field.node.name.node.to_string(),
                    own.shape(&field.node, is_connection),
                )
            });
            own.types.push(shapes.collect());
        }
        own
    }

    fn name_roots(&mut self, schema: &SchemaDefinition) {
        if let Some(query) = &schema.query {
            self.query = query.node.to_string();
        }
        if let Some(mutation) = &schema.mutation {
            self.mutation = mutation.node.to_string();
        }
    }

    fn shape(&self, field: &FieldDefinition, in_connection: bool) -> Shape {
        let below = self.named(innermost(&field.ty.node));
        let is_list = matches!(field.ty.node.base, BaseType::List(_));
        let has = |name: &str| {
            field
                .arguments
                .iter()
                .any(|argument| argument.node.name.node == name)
        };
        let kind = match (below, field.name.node.as_str()) {
            (_, "totalCount") if in_connection => Kind::TotalCount,
            (Parent::Unknown, _) => Kind::Leaf,
            (_, "edges") if in_connection => Kind::Edges,
            (_, "nodes") if in_connection => Kind::Entries,
            _ if has("first") || has("last") => Kind::Page(default_page(&field.arguments)),
            _ if innermost(&field.ty.node).ends_with("Connection") => Kind::Page(None),
            _ if is_list && has("ids") => Kind::ByIds,
            _ => Kind::Object,
        };
        Shape {
            kind,
            below,
            nulls: nulls(&field.ty.node),
        }
    }

    /// The type of this name.
    pub(crate) fn named(&self, name: &str) -> Parent {
        if name.starts_with("__") {
            return Parent::Introspection;
        }
        self.places
            .get(name)
            .map_or(Parent::Unknown, |place| Parent::Known(*place))
    }

    /// The type that queries start from.
    pub(crate) fn query(&self) -> Parent {
        self.named(&self.query)
    }

    /// The type that mutations start from.
    pub(crate) fn mutation(&self) -> Parent {
        self.named(&self.mutation)
    }

    /// The field of this name at this type.
    pub(crate) fn shape_of(&self, parent: Parent, field: &str) -> Shape {
        let meta = Shape {
            below: Parent::Introspection,
            kind: Kind::Leaf,
            ..UNKNOWN
        };
        match (parent, field) {
            (_, "__typename" | "__schema" | "__type") | (Parent::Introspection, _) => meta,
            (Parent::Known(place), _) => self
                .types
                .get(place)
                .and_then(|fields| fields.get(field))
                .copied()
                .unwrap_or(UNKNOWN),
            (Parent::Unknown, _) => UNKNOWN,
        }
    }
}

const UNKNOWN: Shape = Shape {
    kind: Kind::Unknown,
    below: Parent::Unknown,
    nulls: Nulls {
        field: true,
        item: true,
    },
};

fn nulls(ty: &Type) -> Nulls {
    let item = match &ty.base {
        BaseType::List(item) => item.nullable,
        BaseType::Named(_) => true,
    };
    Nulls {
        field: ty.nullable,
        item,
    }
}

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost(inner),
    }
}

fn default_page(arguments: &[Positioned<InputValueDefinition>]) -> Option<u64> {
    let first = arguments
        .iter()
        .find(|argument| argument.node.name.node == "first")?;
    match &first.node.default_value.as_ref()?.node {
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_schema;

    use super::*;

    const SDL: &str = r#"
        "Marks what a role may see."
        directive @access(class: String!) on FIELD_DEFINITION | OBJECT
        type Query { towns(first: Int = 10, after: String): TownConnection! nodes(ids: [ID!]!): [Node]! town(id: ID!): Town names: [String!]! }
        interface Node { id: ID! }
        type Town implements Node { id: ID! mayor: Person hills: [Hill!]! }
        type Person { name: String! } type Hill { height: Int! }
        type TownConnection { edges: [TownEdge!]! nodes: [Town!]! pageInfo: PageInfo! totalCount: Int! }
        type TownEdge { cursor: String! node: Town! } type PageInfo { hasNextPage: Boolean! }
        union Thing = Town | Hill
    "#;

    #[test]
    fn each_field_gets_its_kind() {
        let fields = Fields::of(&parse_schema(SDL).unwrap().definitions);
        let kind = |ty: &str, field: &str| fields.shape_of(fields.named(ty), field).kind;
        assert_eq!(kind("Query", "towns"), Kind::Page(Some(10)));
        assert_eq!(kind("Query", "nodes"), Kind::ByIds);
        assert_eq!(kind("Query", "town"), Kind::Object);
        assert_eq!(kind("Query", "names"), Kind::Leaf);
        assert_eq!(kind("Query", "nothing"), Kind::Unknown);
        assert_eq!(kind("Nothing", "id"), Kind::Unknown);
        assert_eq!(kind("Town", "hills"), Kind::Object);
        assert_eq!(kind("TownConnection", "nodes"), Kind::Entries);
        assert_eq!(kind("TownConnection", "edges"), Kind::Edges);
        assert_eq!(kind("TownConnection", "totalCount"), Kind::TotalCount);
        assert_eq!(kind("TownConnection", "pageInfo"), Kind::Object);
        assert_ne!(fields.named("Thing"), Parent::Unknown);
        let schema = fields.shape_of(fields.query(), "__schema");
        assert_eq!(schema.below, Parent::Introspection);
        assert_eq!(fields.mutation(), Parent::Unknown);
    }
}
