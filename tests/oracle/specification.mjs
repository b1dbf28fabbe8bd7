// What the schema of the oracle has to be beside the text of the server: the rules of the API for
// its scalars, and an introspection as the specification of September 2025 has it.

import { GraphQLError, GraphQLNonNull, Kind, getNullableType, introspectionTypes } from "graphql";

const ID = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const DECIMAL = /^-?\d{1,12}(\.\d{1,6})?$/;
const TAG = /^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$/;

function isDay(text) {
  const parts = DAY.exec(text);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && year <= 2199 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isTime(text) {
  const parts = TIME.exec(text);
  if (!parts || !isDay(parts[1])) return false;
  const year = new Date(text.toUpperCase()).getUTCFullYear();
  return year >= 1900 && year <= 2199;
}

// A double keeps 15 significant digits; more of them would be lost without a word.
function isDecimal(number) {
  const text = String(number);
  const digits = text.replace(/^-?0*\.?0*/, "").replace(".", "");
  return DECIMAL.test(text) && digits.length <= 15;
}

const RULES = {
  ID: { string: (text) => ID.test(text) },
  Date: { string: isDay },
  DateTime: { string: isTime },
  Decimal: { string: (text) => DECIMAL.test(text), number: isDecimal },
  Locale: { string: (text) => text.length >= 2 && text.length <= 35 && TAG.test(text) },
};

/** Changes the schema; its introspection types are those of the whole package. */
export function conform(schema) {
  followEdition(schema);
  for (const [name, rule] of Object.entries(RULES)) {
    const scalar = schema.getType(name);
    scalar.parseValue = (value) => {
      if (typeof value === "string" && rule.string(value)) return value;
      if (typeof value === "number" && rule.number?.(value)) return value;
      throw new GraphQLError(`This is no ${name}.`);
    };
    scalar.parseLiteral = (node) => {
      if (node.kind === Kind.STRING) return scalar.parseValue(node.value);
      if (node.kind === Kind.INT || node.kind === Kind.FLOAT) return scalar.parseValue(Number(node.value));
      throw new GraphQLError(`This is no ${name}.`);
    };
    scalar.serialize = (value) => value;
  }
}

/** Directives that can be deprecated are a proposal; whether deprecated things are shown is not nullable. */
function followEdition(schema) {
  schema.getType("__Schema").getFields().directives.args = [];
  const fields = schema.getType("__Directive").getFields();
  delete fields.isDeprecated;
  delete fields.deprecationReason;
  for (const type of introspectionTypes) {
    for (const { args } of Object.values(type.getFields?.() ?? {})) {
      for (const arg of args) arg.type = new GraphQLNonNull(getNullableType(arg.type));
    }
  }
}
