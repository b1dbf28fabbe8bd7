// The places of a document where a rule may be broken.

import { Kind, TypeInfo, getNamedType, isCompositeType, visit, visitWithTypeInfo } from "graphql";

/**
 * What there is, by kind. The nodes are those of the document, so that changing them changes it.
 * A value also has its `holder` and `key`, to put another in its place, and the type of the place.
 */
export function sites(schema, document) {
  const types = new TypeInfo(schema);
  const found = {
    operations: [],
    fragments: [],
    sets: [],
    fields: [],
    leaves: [],
    composites: [],
    spreads: [],
    inlines: [],
    directives: [],
    args: [],
    values: [],
    objects: [],
    inputFields: [],
    lists: [],
    variables: [],
    definitions: [],
    conditions: [],
  };
  const ancestors = [];
  visit(
    document,
    visitWithTypeInfo(types, {
      enter(node, key, parent) {
        const siblings = Array.isArray(parent) ? parent : undefined;
        const owner = siblings ? ancestors.at(-1) : parent;
        ancestors.push(node);
        switch (node.kind) {
          case Kind.OPERATION_DEFINITION:
            found.operations.push(node);
            break;
          case Kind.FRAGMENT_DEFINITION:
            found.fragments.push(node);
            found.conditions.push(node.typeCondition);
            break;
          case Kind.SELECTION_SET:
            found.sets.push({ node, type: types.getParentType() });
            break;
          case Kind.FIELD: {
            const definition = types.getFieldDef();
            const site = { node, siblings, parent: types.getParentType(), definition };
            found.fields.push(site);
            if (definition) found[isCompositeType(getNamedType(definition.type)) ? "composites" : "leaves"].push(site);
            break;
          }
          case Kind.FRAGMENT_SPREAD:
            found.spreads.push({ node, siblings });
            break;
          case Kind.INLINE_FRAGMENT:
            found.inlines.push({ node, siblings });
            if (node.typeCondition) found.conditions.push(node.typeCondition);
            break;
          case Kind.DIRECTIVE:
            found.directives.push({ node, siblings, owner });
            break;
          case Kind.ARGUMENT:
            found.args.push({ node, siblings, definition: types.getArgument() });
            break;
          case Kind.OBJECT_FIELD:
            found.inputFields.push({ node, siblings });
            break;
          case Kind.VARIABLE_DEFINITION:
            found.definitions.push({ node, siblings });
            break;
          default:
            value(node, key, parent);
        }
      },
      leave() {
        ancestors.pop();
      },
    }),
  );

  function value(node, key, parent) {
    const isName = [Kind.NAME, Kind.NAMED_TYPE, Kind.LIST_TYPE, Kind.NON_NULL_TYPE, Kind.DOCUMENT].includes(node.kind);
    const type = types.getInputType();
    // Of a definition: the variable itself is no value.
    if (isName || (node.kind === Kind.VARIABLE && parent.kind === Kind.VARIABLE_DEFINITION)) return;
    if (parent.kind === Kind.FIELD || parent.kind === Kind.OPERATION_DEFINITION) return;
    const site = { node, holder: parent, key, type };
    found.values.push(site);
    if (node.kind === Kind.OBJECT) found.objects.push(site);
    if (node.kind === Kind.LIST) found.lists.push(site);
    if (node.kind === Kind.VARIABLE) found.variables.push(site);
  }
  return found;
}
