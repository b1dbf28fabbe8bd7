// Input values, as nodes of the syntax tree: right ones of any type, and wrong ones.

import {
  Kind,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  valueFromASTUntyped,
} from "graphql";

import { node } from "./nodes.mjs";

const TEXTS = [
  "",
  "Tampere",
  "Työ jatkuu",
  "kaksi\nriviä",
  '"lainattu"',
  "\\",
  "😀",
  'three """ quotes',
  "  edges  ",
  "\ttab",
  "#{$x}",
];
const SCALARS = {
  Boolean: (dice) => node.boolean(dice.chance(0.5)),
  Int: (dice) => node.int(dice.pick([0, 1, 2, 7, 100, -1, 2147483647, -2147483648])),
  Float: (dice) => dice.pick([node.int(1), node.float("1.5"), node.float("1e3")]),
  Date: (dice) => node.string(dice.pick(["2026-11-27", "2024-02-29", "1900-01-01", "2199-12-31", "2027-06-30"])),
  DateTime: (dice) =>
    node.string(dice.pick(["2026-11-22T09:30:00.000Z", "2026-11-22T09:30:00+02:00", "1950-01-31t23:59:59.5z"])),
  Decimal: (dice) =>
    dice.pick([
      node.string("12.5"),
      node.string("-0.000001"),
      node.string("999999999999.999999"),
      node.string("007"),
      node.int(90),
      node.int(-5),
      node.int(0),
      node.int(123456789012),
      node.float("12.5"),
      node.float("0.000001"),
      node.float("1e3"),
    ]),
  Locale: (dice) => node.string(dice.pick(["fi", "sv", "en", "en-GB", "zh-Hant-TW"])),
};

// Texts that mean something to the server, by the name of the argument or the field.
const KNOWN = {
  code: ["FI-837", "FI-091", "FI-049", "837"],
  document: ["{ viewer { roles } }", "query A { programmes { key } }"],
  key: ["FI"],
  name: ["Municipality", "MunicipalityFilter", "Role", "Node", "Nobody", "Tampere"],
  programme: ["FI", "FI", "FI", "SE"],
  scopes: ["plans:read", "municipalities:read"],
  search: ["Ta", "He", "837", ""],
};

/** Chance by chance a right value: `names` are the ids that there are, `variable` may stand in for one. */
export class Values {
  constructor(dice, ids, variable = () => undefined) {
    this.dice = dice;
    this.ids = ids;
    this.variable = variable;
    // Whether all that mutations are told is to check and store nothing.
    this.storesNothing = false;
  }

  /** @param {object} place What is known of it: `name`, `hasDefault`, and `isConstant` where no variable may stand. */
  of(type, place, depth = 0) {
    const { dice } = this;
    const variable = place.isConstant ? undefined : this.variable(type, place, depth);
    if (variable) return variable;
    if (isNonNullType(type)) return this.present(type.ofType, place, depth);
    return !place.mustBePresent && dice.chance(0.05) ? node.null() : this.present(type, place, depth);
  }

  present(type, place, depth) {
    const { dice } = this;
    const { isConstant, name } = place;
    if (isListType(type)) {
      // A single value stands for a list of one.
      if (dice.chance(0.1) && !isListType(getNullableType(type.ofType))) {
        return this.of(type.ofType, { name, isConstant: true, mustBePresent: true }, depth);
      }
      const items = Array.from({ length: dice.between(0, 3) }, () => this.of(type.ofType, { name, isConstant }, depth));
      return node.list(items);
    }
    if (isEnumType(type)) return node.enum(dice.pick(type.getValues()).name);
    if (isInputObjectType(type)) return this.object(type, place, depth);
    if (type.name === "ID") return node.string(dice.pick(this.ids));
    if (type.name === "String") return node.string(dice.pick(KNOWN[name] ?? TEXTS));
    // Pages stay small; the price is no question of the language either.
    if (name === "first" || name === "last") return node.int(dice.between(1, 3));
    if (name === "dryRun") return node.boolean(false);
    return SCALARS[type.name](dice);
  }

  object(type, { isConstant }, depth) {
    const { dice } = this;
    const all = Object.values(type.getFields());
    const field = (input, isOnly) =>
      this.storesNothing && input.name === "validateOnly"
        ? node.field(input.name, node.boolean(true))
        : of(input, isOnly);
    const of = (input, isOnly) =>
      node.field(
        input.name,
        this.of(
          input.type,
          { name: input.name, isConstant, isOnly, mustBePresent: isOnly, hasDefault: input.defaultValue !== undefined },
          depth + 1,
        ),
      );
    if (type.isOneOf) return node.object([field(dice.pick(all), true)]);
    const isNeeded = (input) => isNonNullType(input.type) && input.defaultValue === undefined;
    const isAsked = (input) => isNeeded(input) || (this.storesNothing && input.name === "validateOnly");
    const chosen = all.filter((input) => isAsked(input) || dice.chance(depth > 1 ? 0.1 : 0.3));
    if (chosen.length === 0) chosen.push(dice.pick(all));
    return node.object(dice.shuffled(chosen).map((input) => field(input, false)));
  }
}

const ODD = [
  node.null(),
  node.int(1),
  node.int(0),
  node.int("-0"),
  node.int(2147483648),
  node.int(-2147483649),
  node.int("9".repeat(30)),
  node.float("1.0"),
  node.float("1e0"),
  node.float("1.5"),
  node.float("1e400"),
  node.float("0.0000001"),
  node.int("1000000000000"),
  node.float("123456789012.345678"),
  node.string(""),
  node.string("1"),
  node.string("true"),
  node.string("FI"),
  node.boolean(true),
  node.enum("NOPE"),
  node.enum("name"),
  node.list([]),
  node.list([node.null()]),
  node.list([node.int(1)]),
  node.list([node.list([])]),
  node.object([]),
  node.object([node.field("nope", node.int(1))]),
  node.string("nope"),
  node.string("mun_8zzzzzzzzzzzzzzzzzzzzzzzzz"),
  node.string("mun_01H455VB4PEX5VSKNK084SN02Q"),
  node.string("nope_01h455vb4pex5vsknk084sn02q"),
  node.string("2026-02-30"),
  node.string("2026-2-3"),
  node.string("2027- 1- 1"),
  node.string("+20270-1-1"),
  node.string("1899-12-31"),
  node.string("2200-01-01"),
  node.string("2026-11-22T09:30:00"),
  node.string("2026-11-22 09:30:00Z"),
  node.string("2026-13-22T09:30:00Z"),
  node.string("1e3"),
  node.string("1."),
  node.string("1000000000000"),
  node.string("0.0000001"),
  node.string("e"),
  node.string("toolongsubtag"),
  node.string("fi_FI"),
];

/** Any constant value, most often not one of the type. */
export function oddValue(dice, type) {
  const named = getNullableType(type);
  if (isEnumType(named) && dice.chance(0.3)) {
    const { name } = dice.pick(named.getValues());
    return dice.pick([
      node.string(name),
      node.enum(name.toLowerCase()),
      node.enum(`${name}_`),
      node.list([node.enum(name)]),
    ]);
  }
  return structuredClone(dice.pick(ODD));
}

/** The JSON text of a constant value. Numbers keep the way they are written, for it may matter. */
export function toJson(value) {
  // No reader of JSON has to take a number that a double cannot hold.
  if (value.kind === Kind.FLOAT && !Number.isFinite(Number(value.value))) return "1e300";
  if (value.kind === Kind.INT || value.kind === Kind.FLOAT) return value.value;
  if (value.kind === Kind.LIST) return `[${value.values.map(toJson).join(",")}]`;
  if (value.kind === Kind.OBJECT)
    return `{${value.fields.map((field) => `${JSON.stringify(field.name.value)}:${toJson(field.value)}`).join(",")}}`;
  return JSON.stringify(valueFromASTUntyped(value));
}
