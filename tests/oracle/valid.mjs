// Documents that are valid, made at random over the schema: all kinds of selections, fragments,
// arguments and variables, more of the odd than people write.

import {
  GraphQLNonNull, Kind, OperationTypeNode, SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef, getNamedType, getNullableType,
  isInterfaceType, isIntrospectionType, isLeafType, isListType, isNonNullType, isObjectType, parseType, print,
} from "graphql";

import { Values, node, toJson } from "./values.mjs";

const FRAGMENTS = ["Parts", "query", "fragment", "type", "input", "true", "null", "Rows", "_", "A1"];
const VARIABLES = ["a", "b", "first", "id", "query", "on", "null", "true", "input", "v1", "_", "Long_Name"];

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
    this.values = new Values(dice, ids, (type, place, depth) => this.variable(type, place, depth));
    this.constants = new Values(dice, ids);
    this.left = most;
    this.aliases = 0;
    // What each response key of the document stands for, so that none stands for two things.
    this.meanings = new Map();
    this.fragments = [];
    this.names = new Set();
    this.variables = [];
    this.given = [];
  }

  /** A document with what is sent beside it. */
  write(operation) {
    const { dice, schema } = this;
    const root = schema.getRootType(operation);
    const selectionSet = this.selectionSet(root, operation === OperationTypeNode.MUTATION ? 2 : dice.between(2, 6));
    const name = dice.chance(0.6) ? dice.pick(["A", "Board", "query", "on", "_0"]) : undefined;
    const definitions = [this.operation(operation, name, selectionSet), ...this.fragments];
    let operationName = name && dice.chance(0.3) ? name : undefined;
    if (name && dice.chance(0.1)) {
      const other = { kind: Kind.SELECTION_SET, selections: [this.typename()] };
      definitions.push({ kind: Kind.OPERATION_DEFINITION, operation: OperationTypeNode.QUERY, name: node.name("Other"), directives: [], variableDefinitions: [], selectionSet: other });
      operationName = name;
    }
    const document = { kind: Kind.DOCUMENT, definitions: dice.chance(0.2) ? dice.shuffled(definitions) : definitions };
    return { document, operation, operationName, variables: `{${this.given.join(",")}}` };
  }

  operation(operation, name, selectionSet) {
    const description = this.dice.chance(0.1) ? { ...node.string("What is asked."), block: this.dice.chance(0.5) } : undefined;
    const named = name ? node.name(name) : undefined;
    // A description needs the long form, which print writes only where something else does too.
    return { kind: Kind.OPERATION_DEFINITION, operation, description: named && description, name: named, directives: [], variableDefinitions: this.variables, selectionSet };
  }

  selectionSet(type, depth) {
    const selections = [];
    for (let count = this.dice.between(1, 4); count > 0; count--) selections.push(this.selection(type, depth, selections));
    return { kind: Kind.SELECTION_SET, selections: this.dice.chance(0.1) ? this.dice.shuffled(selections) : selections };
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
    return { kind: Kind.FIELD, name: node.name("__typename"), alias: this.alias("__typename", "String!", "typename"), arguments: [], directives: this.directives() };
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
    const args = this.dice.shuffled(chosen.filter((arg) => arg.name !== "last" || !chosen.some((other) => other.name === "first"))).map((arg) => ({
      kind: Kind.ARGUMENT,
      name: node.name(arg.name),
      value: this.values.of(arg.type, { name: arg.name, hasDefault: arg.defaultValue !== undefined }),
    }));
    const named = getNamedType(field.type);
    const meaning = [field.name, ...args.map(print).sort()].join();
    return {
      kind: Kind.FIELD,
      alias: this.alias(meaning, String(field.type), field.name),
      name: node.name(field.name),
      arguments: args,
      directives: this.directives(),
      // Lists of the introspection hold the whole schema, at each depth again.
      selectionSet: isLeafType(named) ? undefined : this.selectionSet(named, Math.min(depth - 1, isIntrospectionType(named) ? 1 : depth)),
    };
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
      typeCondition: condition && { kind: Kind.NAMED_TYPE, name: node.name(condition.name) },
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
    let fragment = dice.pick(this.fragments.filter(({ typeCondition }) => {
      const other = schema.getType(typeCondition.name.value);
      return fits(other) && (isObjectType(type) || other === type || schema.isSubType(type, other));
    }));
    if (!fragment || dice.chance(0.5)) {
      const name = dice.pick(FRAGMENTS.filter((one) => !this.names.has(one)));
      if (!name || this.left <= 0) return undefined;
      this.names.add(name);
      const condition = this.condition(type);
      const typeCondition = { kind: Kind.NAMED_TYPE, name: node.name(condition.name) };
      fragment = { kind: Kind.FRAGMENT_DEFINITION, name: node.name(name), typeCondition, directives: [], selectionSet: this.selectionSet(condition, depth - 1) };
      this.fragments.push(fragment);
    }
    return { kind: Kind.FRAGMENT_SPREAD, name: fragment.name, directives: this.directives() };
  }

  /** A field once more, to be merged: with other selections below it where it has some. */
  again(type, depth, before) {
    const field = this.dice.pick(before.filter((selection) => selection.kind === Kind.FIELD));
    if (!field) return undefined;
    const definition = fieldsOf(this.schema, type).find(({ name }) => name === field.name.value) ?? TypeNameMetaFieldDef;
    const named = getNamedType(definition.type);
    return { ...field, directives: this.directives(), selectionSet: field.selectionSet && this.selectionSet(named, depth - 1) };
  }

  directives() {
    const names = this.dice.weighted([[86, []], [6, ["skip"]], [6, ["include"]], [1, ["skip", "include"]], [1, ["include", "skip"]]]);
    return names.map((name) => ({
      kind: Kind.DIRECTIVE,
      name: node.name(name),
      // Most of what is asked for stays.
      arguments: [{ kind: Kind.ARGUMENT, name: node.name("if"), value: this.conditionValue(name) }],
    }));
  }

  conditionValue(name) {
    const type = new GraphQLNonNull(this.schema.getType("Boolean"));
    return this.dice.chance(0.5)
      ? this.variable(type, { name: "if", isCondition: true, always: true }, 0)
      : node.boolean(this.dice.chance(0.3) === (name === "skip"));
  }

  /** A variable for a place of this type, with its definition and what is sent for it. */
  variable(type, place, depth) {
    const { dice } = this;
    if (!place.always && !dice.chance(depth > 0 ? 0.12 : 0.3)) return undefined;
    const again = this.variables.filter((one) => print(one.type) === String(type) && one.purpose === place.name);
    if (again.length > 0 && dice.chance(0.4)) return dice.pick(again).variable;
    const name = dice.pick(VARIABLES.filter((one) => !this.variables.some(({ variable }) => variable.name.value === one)));
    if (!name || (!place.always && this.variables.length > 5)) return place.always ? node.boolean(true) : undefined;
    const { own, defaultValue } = this.typeOf(type, place);
    const variable = node.variable(name);
    const definition = { kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(own, { noLocation: true }), defaultValue, directives: [] };
    // Not a part of the syntax: which places the variable is for.
    Object.defineProperty(definition, "purpose", { value: place.name, enumerable: false });
    this.variables.push(definition);
    this.give(name, own, type, place, defaultValue);
    return variable;
  }

  /** The type of a variable: that of the place, a narrower one, or a nullable one beside a default. */
  typeOf(type, place) {
    const { dice } = this;
    const constant = () => this.constants.of(getNullableType(type), { name: place.name, isConstant: true, mustBePresent: true });
    const text = String(type);
    if (!isNonNullType(type)) {
      const inner = isListType(type) && !isNonNullType(type.ofType) && dice.chance(0.3) ? `[${type.ofType}!]` : text;
      const own = place.isOnly || dice.chance(0.3) ? `${inner}!` : inner;
      const isSame = inner === text;
      return { own, defaultValue: isSame && dice.chance(0.3) ? constant() : undefined };
    }
    if (place.hasDefault && dice.chance(0.6)) return { own: text.slice(0, -1), defaultValue: dice.chance(0.3) ? constant() : undefined };
    if (dice.chance(0.3)) return { own: text.slice(0, -1), defaultValue: constant() };
    return { own: text, defaultValue: dice.chance(0.2) ? constant() : undefined };
  }

  give(name, own, type, place, defaultValue) {
    const { dice } = this;
    const isNullable = !own.endsWith("!");
    if ((isNullable || defaultValue) && dice.chance(0.5)) return;
    if (isNullable && !place.isCondition && dice.chance(0.1)) {
      this.given.push(`${JSON.stringify(name)}:null`);
      return;
    }
    const isNarrow = own.replace(/!$/, "") !== String(getNullableType(type));
    const value = isNarrow ? node.list([]) : this.constants.of(getNullableType(type), { name: place.name, isConstant: true, mustBePresent: true });
    this.given.push(`${JSON.stringify(name)}:${this.loosely(toJson(value))}`);
  }

  /** JSON has one kind of number: 3.0 is 3. */
  loosely(json) {
    return /^-?\d{1,9}$/.test(json) && this.dice.chance(0.3) ? this.dice.pick([`${json}.0`, `${json}e0`]) : json;
  }
}
