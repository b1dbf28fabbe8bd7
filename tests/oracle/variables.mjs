// The variables of a document under way: of all types that their places take, with and without
// defaults, and what is sent for them.

import { Kind, getNullableType, isListType, isNonNullType, parseType, print } from "graphql";

import { node } from "./nodes.mjs";
import { toJson } from "./values.mjs";

const NAMES = ["a", "b", "first", "id", "query", "on", "null", "true", "input", "v1", "_", "Long_Name"];
const MOST = 6;

export class Variables {
  /** @param {Values} constants Values without variables. */
  constructor(dice, constants) {
    this.dice = dice;
    this.constants = constants;
    this.definitions = [];
    this.given = [];
  }

  /** What is sent, as JSON. */
  get sent() {
    return `{${this.given.join(",")}}`;
  }

  /** A variable for a place of this type, with its definition and what is sent for it. */
  for(type, place, depth) {
    const { dice } = this;
    if (!place.always && !dice.chance(depth > 0 ? 0.12 : 0.3)) return undefined;
    const again = this.definitions.filter((one) => print(one.type) === String(type) && one.purpose === place.name);
    if (again.length > 0 && !place.isOnly && dice.chance(0.4)) return dice.pick(again).variable;
    const name = dice.pick(
      NAMES.filter((one) => !this.definitions.some(({ variable }) => variable.name.value === one)),
    );
    if (!name || (!place.always && this.definitions.length >= MOST))
      return place.always ? node.boolean(true) : undefined;
    const { own, defaultValue } = this.typeOf(type, place);
    const variable = node.variable(name);
    const definition = {
      kind: Kind.VARIABLE_DEFINITION,
      variable,
      type: parseType(own, { noLocation: true }),
      defaultValue,
      directives: [],
    };
    // Not a part of the syntax: which places the variable is for.
    Object.defineProperty(definition, "purpose", { value: place.name, enumerable: false });
    this.definitions.push(definition);
    this.give(name, own, type, place, defaultValue);
    return variable;
  }

  constant(type, { name }) {
    return this.constants.of(getNullableType(type), { name, isConstant: true, mustBePresent: true });
  }

  /** The type of a variable: that of the place, a narrower one, or a nullable one beside a default. */
  typeOf(type, place) {
    const { dice } = this;
    const constant = () => this.constant(type, place);
    const text = String(type);
    if (!isNonNullType(type)) {
      const inner = isListType(type) && !isNonNullType(type.ofType) && dice.chance(0.3) ? `[${type.ofType}!]` : text;
      const own = place.isOnly || dice.chance(0.3) ? `${inner}!` : inner;
      const isSame = inner === text;
      return { own, defaultValue: isSame && dice.chance(0.3) ? constant() : undefined };
    }
    if (place.hasDefault && dice.chance(0.6))
      return { own: text.slice(0, -1), defaultValue: dice.chance(0.3) ? constant() : undefined };
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
    const value = isNarrow ? node.list([]) : this.constant(type, place);
    this.given.push(`${JSON.stringify(name)}:${this.loosely(toJson(value))}`);
  }

  /** JSON has one kind of number: 3.0 is 3. */
  loosely(json) {
    return /^-?\d{1,9}$/.test(json) && this.dice.chance(0.3) ? this.dice.pick([`${json}.0`, `${json}e0`]) : json;
  }
}
