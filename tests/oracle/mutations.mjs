// One fault in a document that was valid: for each rule of chapter 5 of the specification something
// that breaks it, or nearly does. Whether it is broken says graphql-js alone. Each gets the places
// of the document and changes its nodes; false says that the document has no such place.

import { Kind, getNamedType, getNullableType, isInputObjectType, isLeafType, isObjectType, parseType } from "graphql";

import { node, oddValue } from "./values.mjs";

const copy = (value) => structuredClone(value);
const typename = () => ({ kind: Kind.FIELD, name: node.name("__typename"), arguments: [], directives: [] });
const selectionSet = (...selections) => ({ kind: Kind.SELECTION_SET, selections });
const named = (name) => ({ kind: Kind.NAMED_TYPE, name: node.name(name) });
const argument = (name, value) => ({ kind: Kind.ARGUMENT, name: node.name(name), value });
const directive = (name, ...args) => ({ kind: Kind.DIRECTIVE, name: node.name(name), arguments: args });
const spread = (name) => ({ kind: Kind.FRAGMENT_SPREAD, name: node.name(name), directives: [] });
const inline = (type, ...selections) => ({ kind: Kind.INLINE_FRAGMENT, typeCondition: type && named(type), directives: [], selectionSet: selectionSet(...selections) });
const fragment = (name, type, ...selections) =>
  ({ kind: Kind.FRAGMENT_DEFINITION, name: node.name(name), typeCondition: named(type), directives: [], selectionSet: selectionSet(...selections) });

/** Does something to one of the places, if there are any. */
const at = (places, change) => ({ dice, found, ...rest }) => {
  const list = places(found);
  return list.length > 0 && change(dice.pick(list), dice, { found, ...rest }) !== false;
};
const insert = (list, item, dice) => list.splice(dice.below(list.length + 1), 0, item);
const remove = (list, item) => list.splice(list.indexOf(item), 1);
const put = (site, value) => (site.holder[site.key] = value);
const anyType = (schema, dice) => dice.pick(Object.keys(schema.getTypeMap()));

const DIRECTIVES = ["skip", "include", "deprecated", "specifiedBy", "oneOf", "access", "nope"];
const condition = (dice) => argument("if", dice.pick([node.boolean(true), node.boolean(false)]));

export const documents = {
  // Operations
  duplicateOperationName: ({ document, found, dice }) => {
    const first = found.operations[0];
    first.name ??= node.name("A");
    insert(document.definitions, { ...copy(first), operation: "query", variableDefinitions: [], selectionSet: selectionSet(typename()) }, dice);
  },
  anonymousBesideOthers: ({ document, dice }) =>
    void insert(document.definitions, { kind: Kind.OPERATION_DEFINITION, operation: dice.pick(["query", "query", "mutation", "subscription"]), selectionSet: selectionSet(typename()) }, dice),
  otherOperationType: at((found) => found.operations, (operation, dice) => void (operation.operation = dice.pick(["query", "mutation", "subscription", "subscription"]))),
  operationName: ({ found, dice, request }) => {
    request.operationName = dice.pick(["Nope", "", "Other", undefined, found.operations[0].name?.value, found.fragments[0]?.name.value ?? "Nope"]);
  },
  subscriptionBeside: ({ document, found, request, dice }) => {
    const first = found.operations[0];
    first.name ??= node.name("A");
    request.operationName = first.name.value;
    insert(document.definitions, { kind: Kind.OPERATION_DEFINITION, operation: "subscription", name: node.name("Feed"), selectionSet: selectionSet(typename()) }, dice);
  },
  definitionOfTypes: ({ document, dice }) =>
    void insert(document.definitions, { kind: Kind.OBJECT_TYPE_DEFINITION, name: node.name("Nope"), fields: [{ kind: Kind.FIELD_DEFINITION, name: node.name("a"), arguments: [], type: named("Int") }] }, dice),

  // Fields
  unknownField: at((found) => found.fields, ({ node: field }, dice) => void (field.name = node.name(dice.pick(["nope", "__nope", "__schema", "__type", "typename", `${field.name.value}s`])))),
  fieldOfOther: at((found) => found.sets, ({ node: set }, dice, { schema }) => {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    const leaves = Object.values(dice.pick(types).getFields()).filter((field) => isLeafType(getNamedType(field.type)));
    if (leaves.length === 0) return false;
    insert(set.selections, { ...typename(), name: node.name(dice.pick(leaves).name) }, dice);
  }),
  leafWithSelection: at((found) => found.leaves, ({ node: field }, dice) => void (field.selectionSet = selectionSet({ ...typename(), name: node.name(dice.pick(["__typename", "id"])) }))),
  compositeWithout: at((found) => found.composites, ({ node: field }) => void delete field.selectionSet),
  typename: at((found) => found.sets, ({ node: set }, dice) => {
    const odd = [
      { arguments: [argument("a", node.int(1))] },
      { directives: [directive("nope")] },
      { directives: [directive("skip", condition(dice)), directive("skip", condition(dice))] },
      { directives: [directive("include")] },
      { selectionSet: selectionSet(typename()) },
    ];
    insert(set.selections, { ...typename(), ...dice.pick(odd) }, dice);
  }),

  // Arguments
  unknownArgument: at((found) => [...found.composites, ...found.leaves, ...found.directives], ({ node: owner }, dice) => void insert(owner.arguments, argument(dice.pick(["nope", "If", "first_"]), node.int(1)), dice)),
  missingArgument: at((found) => found.args, ({ node: arg, siblings }) => void remove(siblings, arg)),
  repeatedArgument: at((found) => found.args, ({ node: arg, siblings }, dice) => void insert(siblings, dice.chance(0.5) ? copy(arg) : argument(arg.name.value, node.null()), dice)),

  // Values
  oddValue: at((found) => found.values, (site, dice) => void put(site, oddValue(dice, site.type))),
  oddVariableDefault: at((found) => found.definitions, ({ node: definition }, dice, { schema }) => void (definition.defaultValue = oddValue(dice, getNullableType(schema.getType(nameOf(definition.type)))))),
  nullValue: at((found) => found.values, (site) => void put(site, node.null())),
  listOfValue: at((found) => found.values, (site) => void put(site, node.list([site.node]))),
  itemOfList: at((found) => found.lists, (site) => (site.node.values.length === 0 ? false : void put(site, site.node.values[0]))),
  oddItem: at((found) => found.lists, ({ node: list, type }, dice) => void insert(list.values, oddValue(dice, getNamedType(type)), dice)),
  writtenOtherwise: at((found) => found.values.filter(({ node: { kind } }) => [Kind.INT, Kind.ENUM, Kind.BOOLEAN, Kind.STRING].includes(kind)), (site, dice) => {
    const { kind, value } = site.node;
    const text = String(value);
    const ways = { [Kind.INT]: ["float", "string"], [Kind.ENUM]: ["string"], [Kind.BOOLEAN]: ["string", "int"], [Kind.STRING]: ["enum"] };
    const way = dice.pick(ways[kind]);
    if (way === "enum" && !/^[A-Za-z_]\w*$/.test(text)) return false;
    put(site, { float: () => node.float(`${text}.0`), string: () => node.string(text), int: () => node.int(value ? 1 : 0), enum: () => node.enum(text) }[way]());
  }),
  unknownInputField: at((found) => found.objects, ({ node: object }, dice) => void insert(object.fields, node.field(dice.pick(["nope", "ID", "__typename"]), node.int(1)), dice)),
  missingInputField: at((found) => found.inputFields, ({ node: field, siblings }) => void remove(siblings, field)),
  repeatedInputField: at((found) => found.inputFields, ({ node: field, siblings }, dice) => void insert(siblings, dice.chance(0.5) ? copy(field) : node.field(field.name.value, node.null()), dice)),
  oneOf: at((found) => found.objects.filter(({ type }) => isInputObjectType(getNullableType(type)) && getNullableType(type).isOneOf), (site, dice, { found, document }) => {
    const operation = dice.pick(found.operations);
    const variable = (type, value) => {
      const definition = { kind: Kind.VARIABLE_DEFINITION, variable: node.variable("one"), type: parseType(type), defaultValue: value, directives: [] };
      operation.variableDefinitions = [...(operation.variableDefinitions ?? []), definition];
      return node.variable("one");
    };
    const code = () => node.field("code", node.string("FI-837"));
    const id = () => node.field("id", node.string("mun_01h455vb4pex5vsknk084sn02q"));
    const ways = [
      () => [], () => [code(), id()], () => [node.field("code", node.null())], () => [code(), node.field("id", node.null())],
      () => [node.field("code", variable("String"))], () => [node.field("code", variable("String!"))],
      () => [node.field("code", variable("String", node.string("FI-837")))], () => [code(), node.field("id", variable("ID!"))],
    ];
    site.node.fields = dice.pick(ways)();
    return document !== undefined;
  }),
};

function nameOf(type) {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

export const more = {
  // Fragments
  unknownFragment: at((found) => found.sets, ({ node: set }, dice) => void insert(set.selections, spread("Nope"), dice)),
  unusedFragment: ({ document, dice, schema }) => void insert(document.definitions, fragment("Unused", dice.pick(["Query", "Node", anyType(schema, dice)]), typename()), dice),
  unspread: at((found) => found.spreads, ({ node: one, siblings }) => void siblings.splice(siblings.indexOf(one), 1, typename())),
  repeatedFragment: at((found) => found.fragments, (one, dice, { document }) => void insert(document.definitions, fragment(one.name.value, one.typeCondition.name.value, typename()), dice)),
  fragmentOfItself: at((found) => found.fragments, (one, dice) => void insert(one.selectionSet.selections, spread(one.name.value), dice)),
  fragmentsInARound: at((found) => found.sets.filter(({ type }) => type), ({ node: set, type }, dice, { document }) => {
    const names = ["Round1", "Round2", "Round3"].slice(0, dice.between(1, 3));
    for (const [place, name] of names.entries()) insert(document.definitions, fragment(name, type.name, spread(names[(place + 1) % names.length]), typename()), dice);
    insert(set.selections, spread("Round1"), dice);
  }),
  fragmentOnOther: at((found) => found.conditions, (condition_, dice, { schema }) => void (condition_.name = node.name(dice.pick(["Nope", "String", "Role", "MunicipalityRef", "Node", "Query", anyType(schema, dice)])))),
  spreadElsewhere: at((found) => found.sets, ({ node: set }, dice, { found }) => (found.fragments.length === 0 ? false : void insert(set.selections, spread(dice.pick(found.fragments).name.value), dice))),
  inlineElsewhere: at((found) => found.sets, ({ node: set }, dice, { schema }) => void insert(set.selections, inline(dice.pick([undefined, "Node", "Query", "Nope", "Role", anyType(schema, dice)]), typename()), dice)),
  fragmentNameTaken: at((found) => found.fragments, (one, dice, { found }) => void (one.name = node.name(dice.pick([dice.pick(found.fragments).name.value, "Other", "Query", "Node"])))),

  // Directives
  unknownDirective: at((found) => [...found.fields, ...found.spreads, ...found.inlines], ({ node: owner }, dice) => void insert(owner.directives, directive(dice.pick(DIRECTIVES), ...(dice.chance(0.7) ? [condition(dice)] : [])), dice)),
  misplacedDirective: at((found) => [...found.operations, ...found.fragments, ...found.definitions.map((site) => site.node)], (owner, dice) => void (owner.directives = [directive(dice.pick(DIRECTIVES), condition(dice))])),
  repeatedDirective: at((found) => found.directives, ({ node: one, siblings }, dice) => void insert(siblings, copy(one), dice)),
  directiveOnVariable: at((found) => found.definitions, ({ node: definition }, dice) => void (definition.directives = [directive(dice.pick(DIRECTIVES), condition(dice))])),
  oddCondition: at((found) => found.directives, ({ node: one }, dice, { schema }) => void (one.arguments = dice.pick([[], [argument("if", node.null())], [argument("if", oddValue(dice, schema.getType("Boolean")))], [argument("unless", node.boolean(true))]]))),

  // Variables
  unusedVariable: at((found) => found.operations, (operation, dice) => {
    const type = parseType(dice.pick(["Int", "String!", "[ID!]!", "MunicipalityRef", "Role = PUBLIC"]).split(" ")[0]);
    operation.variableDefinitions = [...(operation.variableDefinitions ?? []), { kind: Kind.VARIABLE_DEFINITION, variable: node.variable("unused"), type, directives: [] }];
  }),
  undefinedVariable: at((found) => found.values, (site) => void put(site, node.variable("nope"))),
  undefine: at((found) => found.definitions, ({ node: one, siblings }) => void remove(siblings, one)),
  defineTwice: at((found) => found.definitions, ({ node: one, siblings }, dice) => void insert(siblings, copy(one), dice)),
  otherVariable: at((found) => found.values, (site, dice, { found }) => (found.definitions.length === 0 ? false : void put(site, copy(dice.pick(found.definitions).node.variable)))),
  typeOfVariable: at((found) => found.definitions, ({ node: definition }, dice, { schema }) => {
    const own = nameOf(definition.type);
    const name = dice.pick([own, own, own, "ID", "String", "Int", "Boolean", "Nope", "Query", "Node", anyType(schema, dice)]);
    definition.type = parseType(dice.pick([name, `${name}!`, `[${name}]`, `[${name}!]`, `[${name}!]!`, `[[${name}]]`]), { noLocation: true });
  }),
  nullable: at((found) => found.definitions.filter(({ node: { type } }) => type.kind === Kind.NON_NULL_TYPE), ({ node: definition }, dice) => {
    definition.type = definition.type.type;
    if (dice.chance(0.5)) delete definition.defaultValue;
  }),
  nullDefault: at((found) => found.definitions, ({ node: definition }) => void (definition.defaultValue = node.null())),
  noDefault: at((found) => found.definitions.filter((site) => site.node.defaultValue), ({ node: definition }) => void delete definition.defaultValue),
  variableInDefault: at((found) => found.definitions, ({ node: definition }, dice) => void (definition.defaultValue = dice.pick([node.variable("a"), node.list([node.variable("a")]), node.object([node.field("code", node.variable("a"))])]))),
};
