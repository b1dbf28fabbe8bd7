//! What each field of the schema is to the cost walk: a leaf, an object, a page. Built once
//! at start from the text of the schema, so it needs no access to the executor. It judges no document.

use std::collections::HashMap;

use apollo_compiler::{
    Schema,
    ast::{FieldDefinition, OperationType, Type, Value},
    schema::ExtendedType,
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
    pub(crate) fn of(schema: &Schema) -> Self {
        let root = |of| schema.root_operation(of).map(ToString::to_string);
        let mut own = Self {
            query: root(OperationType::Query).unwrap_or_default(),
            mutation: root(OperationType::Mutation).unwrap_or_default(),
            ..Self::default()
        };
        let own_types = schema
            .types
            .iter()
            .filter(|(_, known)| !known.is_built_in());
        let composites: Vec<_> = own_types
            .filter_map(|(name, known)| {
                let fields = match known {
                    ExtendedType::Object(object) => Some(&object.fields),
                    ExtendedType::Interface(interface) => Some(&interface.fields),
                    ExtendedType::Union(_) => None,
                    _ => return None,
                };
                Some((name, fields))
            })
            .collect();
        for (place, (name, _)) in composites.iter().enumerate() {
            own.places.insert(name.to_string(), place);
        }
        for (_, fields) in &composites {
            let of = |name: &str| fields.is_some_and(|fields| fields.contains_key(name));
            let is_connection = of("edges") && of("pageInfo");
            let fields = fields.iter().flat_map(|fields| fields.iter());
            let shapes =
                fields.map(|(name, field)| (name.to_string(), own.shape(field, is_connection)));
            let shapes = shapes.collect();
            own.types.push(shapes);
        }
        own
    }

    fn shape(&self, field: &FieldDefinition, in_connection: bool) -> Shape {
        let innermost = field.ty.inner_named_type();
        let below = self.named(innermost);
        let is_list = field.ty.is_list();
        let has = |name: &str| field.argument_by_name(name).is_some();
        let kind = match (below, field.name.as_str()) {
            (_, "totalCount") if in_connection => Kind::TotalCount,
            (Parent::Unknown, _) => Kind::Leaf,
            (_, "edges") if in_connection => Kind::Edges,
            (_, "nodes") if in_connection => Kind::Entries,
            _ if has("first") || has("last") => Kind::Page(default_page(field)),
            _ if innermost.ends_with("Connection") => Kind::Page(None),
            _ if is_list && has("ids") => Kind::ByIds,
            _ => Kind::Object,
        };
        Shape {
            kind,
            below,
            nulls: nulls(&field.ty),
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
    let item = match ty {
        Type::List(item) | Type::NonNullList(item) => !item.is_non_null(),
        Type::Named(_) | Type::NonNullNamed(_) => true,
    };
    Nulls {
        field: !ty.is_non_null(),
        item,
    }
}

fn default_page(field: &FieldDefinition) -> Option<u64> {
    let first = field.argument_by_name("first")?;
    match &**first.default_value.as_ref()? {
        Value::Int(digits) => digits.as_str().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

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
        let fields = Fields::of(Language::of(SDL).schema());
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
