//! `rateLimit(dryRun: true)`: the document is validated as a whole and nothing of it is executed
//! but `rateLimit`. Everything asked for is put aside under `@skip`, and `rateLimit` beside it.

use async_graphql::{
    Name, Pos, Positioned, Value, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, InlineFragment,
        OperationDefinition, OperationType, Selection, SelectionSet,
    },
};

use super::values::Values;

/// The field that asks.
const RATE_LIMIT: &str = "rateLimit";

/// Looks for it in an operation.
struct Search<'a>(Values<'a>);

/// The fields `rateLimit` of an operation if one of them asks for a dry run, else nothing. The
/// document was found within the limits, so its fragments end.
pub(crate) fn asked(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    sent: &Variables,
) -> Option<Vec<Positioned<Selection>>> {
    if operation.ty != OperationType::Query {
        return None;
    }
    let search = Search(Values {
        definitions: &operation.variable_definitions,
        sent,
    });
    let mut found = Vec::new();
    search.collect(document, &operation.selection_set.node, &mut found);
    let is_dry = found.iter().any(|field| search.is_dry(&field.node));
    is_dry.then(|| {
        let fields = found.into_iter().cloned();
        fields
            .map(|field| nowhere(Selection::Field(field)))
            .collect()
    })
}

/// Puts everything of the chosen operation aside but the fields given.
pub(crate) fn put_aside(
    document: &mut ExecutableDocument,
    name: Option<&str>,
    kept: Vec<Positioned<Selection>>,
) {
    let operation = match (&mut document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(all), Some(name)) => all.get_mut(name),
        (DocumentOperations::Multiple(all), None) => all.values_mut().next(),
    };
    let Some(operation) = operation else { return };
    let set = &mut operation.node.selection_set.node;
    let rest = std::mem::replace(set, SelectionSet { items: kept });
    let skip = Directive {
        name: nowhere(Name::new("skip")),
        arguments: vec![(
            nowhere(Name::new("if")),
            nowhere(Value::Boolean(true).into_value()),
        )],
    };
    let aside = InlineFragment {
        type_condition: None,
        directives: vec![nowhere(skip)],
        selection_set: nowhere(rest),
    };
    set.items
        .push(nowhere(Selection::InlineFragment(nowhere(aside))));
}

fn nowhere<T>(node: T) -> Positioned<T> {
    Positioned::new(node, Pos::default())
}

impl Search<'_> {
    /// The fields `rateLimit` that will be executed, through fragments.
    fn collect<'d>(
        &self,
        document: &'d ExecutableDocument,
        set: &'d SelectionSet,
        found: &mut Vec<&'d Positioned<Field>>,
    ) {
        for selection in &set.items {
            let selection = &selection.node;
            if !self.is_selected(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) if field.node.name.node == RATE_LIMIT => found.push(field),
                Selection::Field(_) => {}
                Selection::InlineFragment(inline) => {
                    self.collect(document, &inline.node.selection_set.node, found);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name) {
                        self.collect(document, &fragment.node.selection_set.node, found);
                    }
                }
            }
        }
    }

    fn is_selected(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let directive = &directive.node;
            match directive.name.node.as_str() {
                "skip" => !self.0.is_met(directive),
                "include" => self.0.is_met(directive),
                _ => true,
            }
        })
    }

    fn is_dry(&self, field: &Field) -> bool {
        self.0.argument(field, "dryRun") == Value::Boolean(true)
    }
}
