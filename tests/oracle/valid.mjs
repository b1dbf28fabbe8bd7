// Documents that are valid, made at random over the schema: all kinds of selections, fragments,
// arguments and variables, more of the odd than people write.

import {
  GraphQLNonNull,
  Kind,
  OperationTypeNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parseType,
  print,
} from "graphql";

import { argument, directive, fragment as fragmentNode, named, node, selectionSet, spread } from "./nodes.mjs";
import { Values } from "./values.mjs";
import { Variables } from "./variables.mjs";

const FRAGMENTS = ["Parts", "query", "fragment", "type", "input", "true", "null", "Rows", "_", "A1"];

/** The fields of the schema's introspection stand beside those of the type. */
function fieldsOf(schema, type) {
  const fields = Object.values(type.getFields());
  return type === schema.getQueryType() ? [...fields, SchemaMetaFieldDef, TypeMetaFieldDef] : fields;
}

export class Writer {
  /** @param {number} most How many fields the document may have, `__typename` aside. */
  constructor(schema, dice, ids, most) {
    this.schema = schema;
    this.dice = dice;
    this.constants = new Values(dice, ids);
    this.variables = new Variables(dice, this.constants);
    this.values = new Values(dice, ids, (type, place, depth) => this.variables.for(type, place, depth));
    this.left = most;
    this.aliases = 0;
    // What each response key of the document stands for, so that none stands for two things.
    this.meanings = new Map();
    this.fragments = [];
    this.names = new Set();
  }

  /** A document with what is sent beside it; of a mutation that stores nothing there is an answer to judge. */
  write(operation, storesNothing = false) {
    const { dice, schema } = this;
    this.values.storesNothing = storesNothing;
    this.constants.storesNothing = storesNothing;
    const root = schema.getRootType(operation);
    const asked = this.selectionSet(root, operation === OperationTypeNode.MUTATION ? 2 : dice.between(2, 6));
    const name = dice.chance(0.6) ? dice.pick(["A", "Board", "query", "on", "_0"]) : undefined;
    const definitions = [this.operation(operation, name, asked), ...this.fragments];
    let operationName = name && dice.chance(0.3) ? name : undefined;
    if (name && dice.chance(0.1)) {
      const other = { name: node.name("Other"), variableDefinitions: [], selectionSet: selectionSet(this.typename()) };
      definitions.push({
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        directives: [],
        ...other,
      });
      operationName = name;
    }
    const document = { kind: Kind.DOCUMENT, definitions: dice.chance(0.2) ? dice.shuffled(definitions) : definitions };
    return {
      document,
      operation,
      operationName,
      variables: this.variables.sent,
      isOpen: operation === OperationTypeNode.QUERY || storesNothing,
    };
  }

  operation(operation, name, selectionSet) {
    const description = this.dice.chance(0.1)
      ? { ...node.string("What is asked."), block: this.dice.chance(0.5) }
      : undefined;
    const named = name ? node.name(name) : undefined;
    // A description needs the long form, which print writes only where something else does too.
    return {
      kind: Kind.OPERATION_DEFINITION,
      operation,
      description: named && description,
      name: named,
      directives: [],
      variableDefinitions: this.variables.definitions,
      selectionSet,
    };
  }

  selectionSet(type, depth) {
    const selections = [];
    for (let count = this.dice.between(1, 4); count > 0; count--)
      selections.push(this.selection(type, depth, selections));
    return selectionSet(...(this.dice.chance(0.1) ? this.dice.shuffled(selections) : selections));
  }

  selection(type, depth, before) {
    const isNode = isInterfaceType(type);
    const make = this.dice.weighted([
      [isNode ? 2 : 12, () => this.field(type, depth)],
      [1, () => this.typename()],
      [isNode ? 8 : 1.5, () => this.inline(type, depth)],
      [isNode ? 3 : 1.5, () => this.spread(type, depth)],
      [1, () => this.again(type, depth, before)],
    ]);
    return make() ?? this.typename();
  }

  typename() {
    return {
      kind: Kind.FIELD,
      name: node.name("__typename"),
      alias: this.alias("__typename", "String!", "typename"),
      arguments: [],
      directives: this.directives(),
    };
  }

  field(type, depth) {
    const fields = fieldsOf(this.schema, type).filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
    if (fields.length === 0 || this.left <= 0) return undefined;
    this.left--;
    const composite = fields.filter((field) => !isLeafType(getNamedType(field.type)));
    const field = this.dice.pick(composite.length > 0 && this.dice.chance(0.4) ? composite : fields);
    const isNeeded = (arg) => isNonNullType(arg.type) && arg.defaultValue === undefined;
    // There are few right cursors, and a wrong one leaves little of an answer.
    const odds = (arg) => (arg.name === "after" || arg.name === "before" ? 0.04 : 0.35);
    const chosen = field.args.filter((arg) => isNeeded(arg) || this.dice.chance(odds(arg)));
    const args = this.dice
      .shuffled(chosen.filter((arg) => arg.name !== "last" || !chosen.some((other) => other.name === "first")))
      .map(({ name, type: own, defaultValue }) =>
        argument(name, this.values.of(own, { name, hasDefault: defaultValue !== undefined })),
      );
    const meaning = [field.name, ...args.map(print).sort()].join();
    return {
      kind: Kind.FIELD,
      alias: this.alias(meaning, String(field.type), field.name),
      name: node.name(field.name),
      arguments: args,
      directives: this.directives(),
      selectionSet: this.below(getNamedType(field.type), depth),
    };
  }

  below(type, depth) {
    if (isLeafType(type)) return undefined;
    // Lists of the introspection hold the whole schema, at each depth again.
    return this.selectionSet(type, isIntrospectionType(type) ? Math.min(depth - 1, 1) : depth - 1);
  }

  /** An alias where it is needed or by chance; one key never has two meanings. */
  alias(meaning, type, name) {
    const whole = `${meaning} ${type}`;
    const own = name === "typename" ? "__typename" : name;
    if (this.dice.chance(0.85) && (this.meanings.get(own) ?? whole) === whole) {
      this.meanings.set(own, whole);
      return undefined;
    }
    const key = this.dice.chance(0.2) && !this.meanings.has("code") ? "code" : `${name}_${++this.aliases}`;
    this.meanings.set(key, whole);
    return node.name(key);
  }

  inline(type, depth) {
    if (this.left <= 0) return undefined;
    const condition = this.dice.chance(0.2) ? undefined : this.condition(type);
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: condition && named(condition.name),
      directives: this.directives(),
      selectionSet: this.selectionSet(condition ?? type, depth - (isInterfaceType(type) ? 0 : 1)),
    };
  }

  /** A type that a fragment may name here. */
  condition(type) {
    const { dice, schema } = this;
    if (isInterfaceType(type)) return dice.chance(0.1) ? type : dice.pick(schema.getPossibleTypes(type));
    const wider = type.getInterfaces();
    return wider.length > 0 && dice.chance(0.4) ? dice.pick(wider) : type;
  }

  spread(type, depth) {
    const { dice, schema } = this;
    const fits = (other) => (isObjectType(type) ? type === other || schema.isSubType(other, type) : true);
    let fragment = dice.pick(
      this.fragments.filter(({ typeCondition }) => {
        const other = schema.getType(typeCondition.name.value);
        return fits(other) && (isObjectType(type) || other === type || schema.isSubType(type, other));
      }),
    );
    if (!fragment || dice.chance(0.5)) {
      const name = dice.pick(FRAGMENTS.filter((one) => !this.names.has(one)));
      if (!name || this.left <= 0) return undefined;
      this.names.add(name);
      const condition = this.condition(type);
      fragment = fragmentNode(name, condition.name, ...this.selectionSet(condition, depth - 1).selections);
      this.fragments.push(fragment);
    }
    return { ...spread(fragment.name.value), directives: this.directives() };
  }

  /** A field once more, to be merged: with other selections below it where it has some. */
  again(type, depth, before) {
    const field = this.dice.pick(before.filter((selection) => selection.kind === Kind.FIELD));
    if (!field) return undefined;
    const definition =
      fieldsOf(this.schema, type).find(({ name }) => name === field.name.value) ?? TypeNameMetaFieldDef;
    return { ...field, directives: this.directives(), selectionSet: this.below(getNamedType(definition.type), depth) };
  }

  directives() {
    const names = this.dice.weighted([
      [86, []],
      [6, ["skip"]],
      [6, ["include"]],
      [1, ["skip", "include"]],
      [1, ["include", "skip"]],
    ]);
    return names.map((name) => directive(name, argument("if", this.conditionValue(name))));
  }

  /** Most of what is asked for stays. */
  conditionValue(name) {
    const type = new GraphQLNonNull(this.schema.getType("Boolean"));
    return this.dice.chance(0.5)
      ? this.variables.for(type, { name: "if", isCondition: true, always: true }, 0)
      : node.boolean(this.dice.chance(0.3) === (name === "skip"));
  }
}
