// One fault in a document that was valid: for each rule of chapter 5 of the specification something
// that breaks it, or nearly does. Whether it is broken says graphql-js alone. Each gets the places
// of the document and changes its nodes; false says that the document has no such place.

import { Kind, getNamedType, getNullableType, isInputObjectType, isLeafType, isObjectType, parseType } from "graphql";

import { at, condition, insert, nameOf, put, remove } from "./change.mjs";
import { argument, copy, directive, node, selectionSet, typename, named } from "./nodes.mjs";
import { oddValue } from "./values.mjs";

export const mutations = {
  // Operations
  duplicateOperationName: ({ document, found, dice }) => {
    const first = found.operations[0];
    first.name ??= node.name("A");
    insert(
      document.definitions,
      { ...copy(first), operation: "query", variableDefinitions: [], selectionSet: selectionSet(typename()) },
      dice,
    );
  },
  anonymousBesideOthers: ({ document, dice }) =>
    void insert(
      document.definitions,
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: dice.pick(["query", "query", "mutation", "subscription"]),
        selectionSet: selectionSet(typename()),
      },
      dice,
    ),
  otherOperationType: at(
    (found) => found.operations,
    (operation, dice) => void (operation.operation = dice.pick(["query", "mutation", "subscription", "subscription"])),
  ),
  operationName: ({ found, dice, request }) => {
    request.operationName = dice.pick([
      "Nope",
      "",
      "Other",
      undefined,
      found.operations[0].name?.value,
      found.fragments[0]?.name.value ?? "Nope",
    ]);
  },
  subscriptionBeside: ({ document, found, request, dice }) => {
    const first = found.operations[0];
    first.name ??= node.name("A");
    request.operationName = first.name.value;
    insert(
      document.definitions,
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: "subscription",
        name: node.name("Feed"),
        selectionSet: selectionSet(typename()),
      },
      dice,
    );
  },
  definitionOfTypes: ({ document, dice }) =>
    void insert(
      document.definitions,
      {
        kind: Kind.OBJECT_TYPE_DEFINITION,
        name: node.name("Nope"),
        fields: [{ kind: Kind.FIELD_DEFINITION, name: node.name("a"), arguments: [], type: named("Int") }],
      },
      dice,
    ),

  // Fields
  unknownField: at(
    (found) => found.fields,
    ({ node: field }, dice) =>
      void (field.name = node.name(
        dice.pick(["nope", "__nope", "__schema", "__type", "typename", `${field.name.value}s`]),
      )),
  ),
  fieldOfOther: at(
    (found) => found.sets,
    ({ node: set }, dice, { schema }) => {
      const types = Object.values(schema.getTypeMap()).filter(isObjectType);
      const leaves = Object.values(dice.pick(types).getFields()).filter((field) =>
        isLeafType(getNamedType(field.type)),
      );
      if (leaves.length === 0) return false;
      insert(set.selections, { ...typename(), name: node.name(dice.pick(leaves).name) }, dice);
    },
  ),
  leafWithSelection: at(
    (found) => found.leaves,
    ({ node: field }, dice) =>
      void (field.selectionSet = selectionSet({ ...typename(), name: node.name(dice.pick(["__typename", "id"])) })),
  ),
  compositeWithout: at(
    (found) => found.composites,
    ({ node: field }) => void delete field.selectionSet,
  ),
  typename: at(
    (found) => found.sets,
    ({ node: set }, dice) => {
      const odd = [
        { arguments: [argument("a", node.int(1))] },
        { directives: [directive("nope")] },
        { directives: [directive("skip", condition(dice)), directive("skip", condition(dice))] },
        { directives: [directive("include")] },
        { selectionSet: selectionSet(typename()) },
      ];
      insert(set.selections, { ...typename(), ...dice.pick(odd) }, dice);
    },
  ),

  // Arguments
  unknownArgument: at(
    (found) => [...found.composites, ...found.leaves, ...found.directives],
    ({ node: owner }, dice) =>
      void insert(owner.arguments, argument(dice.pick(["nope", "If", "first_"]), node.int(1)), dice),
  ),
  missingArgument: at(
    (found) => found.args,
    ({ node: arg, siblings }) => void remove(siblings, arg),
  ),
  repeatedArgument: at(
    (found) => found.args,
    ({ node: arg, siblings }, dice) =>
      void insert(siblings, dice.chance(0.5) ? copy(arg) : argument(arg.name.value, node.null()), dice),
  ),

  // Values
  oddValue: at(
    (found) => found.values,
    (site, dice) => void put(site, oddValue(dice, site.type)),
  ),
  oddVariableDefault: at(
    (found) => found.definitions,
    ({ node: definition }, dice, { schema }) =>
      void (definition.defaultValue = oddValue(dice, getNullableType(schema.getType(nameOf(definition.type))))),
  ),
  nullValue: at(
    (found) => found.values,
    (site) => void put(site, node.null()),
  ),
  listOfValue: at(
    (found) => found.values,
    (site) => void put(site, node.list([site.node])),
  ),
  itemOfList: at(
    (found) => found.lists,
    (site) => (site.node.values.length === 0 ? false : void put(site, site.node.values[0])),
  ),
  oddItem: at(
    (found) => found.lists,
    ({ node: list, type }, dice) => void insert(list.values, oddValue(dice, getNamedType(type)), dice),
  ),
  writtenOtherwise: at(
    (found) =>
      found.values.filter(({ node: { kind } }) => [Kind.INT, Kind.ENUM, Kind.BOOLEAN, Kind.STRING].includes(kind)),
    (site, dice) => {
      const { kind, value } = site.node;
      const text = String(value);
      const ways = {
        [Kind.INT]: ["float", "string"],
        [Kind.ENUM]: ["string"],
        [Kind.BOOLEAN]: ["string", "int"],
        [Kind.STRING]: ["enum"],
      };
      const way = dice.pick(ways[kind]);
      if (way === "enum" && !/^[A-Za-z_]\w*$/.test(text)) return false;
      put(
        site,
        {
          float: () => node.float(`${text}.0`),
          string: () => node.string(text),
          int: () => node.int(value ? 1 : 0),
          enum: () => node.enum(text),
        }[way](),
      );
    },
  ),
  unknownInputField: at(
    (found) => found.objects,
    ({ node: object }, dice) =>
      void insert(object.fields, node.field(dice.pick(["nope", "ID", "__typename"]), node.int(1)), dice),
  ),
  missingInputField: at(
    (found) => found.inputFields,
    ({ node: field, siblings }) => void remove(siblings, field),
  ),
  repeatedInputField: at(
    (found) => found.inputFields,
    ({ node: field, siblings }, dice) =>
      void insert(siblings, dice.chance(0.5) ? copy(field) : node.field(field.name.value, node.null()), dice),
  ),
  oneOf: at(
    (found) =>
      found.objects.filter(({ type }) => isInputObjectType(getNullableType(type)) && getNullableType(type).isOneOf),
    (site, dice, { found, document }) => {
      const operation = dice.pick(found.operations);
      const variable = (type, value) => {
        const definition = {
          kind: Kind.VARIABLE_DEFINITION,
          variable: node.variable("one"),
          type: parseType(type),
          defaultValue: value,
          directives: [],
        };
        operation.variableDefinitions = [...(operation.variableDefinitions ?? []), definition];
        return node.variable("one");
      };
      const code = () => node.field("code", node.string("FI-837"));
      const id = () => node.field("id", node.string("mun_01h455vb4pex5vsknk084sn02q"));
      const ways = [
        () => [],
        () => [code(), id()],
        () => [node.field("code", node.null())],
        () => [code(), node.field("id", node.null())],
        () => [node.field("code", variable("String"))],
        () => [node.field("code", variable("String!"))],
        () => [node.field("code", variable("String", node.string("FI-837")))],
        () => [code(), node.field("id", variable("ID!"))],
      ];
      site.node.fields = dice.pick(ways)();
      return document !== undefined;
    },
  ),
};
