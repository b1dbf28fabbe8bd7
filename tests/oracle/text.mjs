// The text of documents: the same document written otherwise, and faults of the grammar.

import { Lexer, Source, TokenKind } from "graphql";

/** The tokens of a text without faults, as they are written. */
export function tokensOf(text) {
  const lexer = new Lexer(new Source(text));
  const tokens = [];
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    tokens.push({ kind: token.kind, text: text.slice(token.start, token.end), value: token.value });
  }
  return tokens;
}

const GAPS = [" ", " ", "\n", "\r\n", "\r", "\t", ",", " , ", '\n# no comment { } " \\u \n', " ,,\n"];

const hex = (number, width = 0) => number.toString(16).padStart(width, "0");
const ESCAPES = [
  (letter) => `\\u{${hex(letter.codePointAt(0))}}`,
  (letter) => `\\u{000${hex(letter.codePointAt(0)).toUpperCase()}}`,
  // Beyond the basic plane by two surrogates.
  (letter) => [...Array(letter.length).keys()].map((at) => `\\u${hex(letter.charCodeAt(at), 4)}`).join(""),
  (letter) => (letter === "/" ? "\\/" : letter),
];

/** A string by escapes, or as a block string. */
function stringOtherwise(dice, value) {
  const isPlain = /^[^\s"\\](.*[^\s"\\])?$/u.test(value) && !value.includes('"""');
  if (isPlain && dice.chance(0.4))
    return dice.pick([`"""${value}"""`, `"""\n${value}\n"""`, `"""\n\n    ${value}\n  \n"""`, `"""   \n\t${value}"""`]);
  const escaped = [...value].map((letter) =>
    dice.chance(0.4) || /["\\\p{Cc}]/u.test(letter) ? dice.pick(ESCAPES.slice(0, 3))(letter) : letter,
  );
  return `"${escaped.join("")}"`;
}

/** The same document: other white space, commas, comments, ways to write a string. */
export function otherwise(dice, text) {
  const gaps = dice.chance(0.5) ? GAPS : [" "];
  const strings = dice.chance(0.7);
  let written = dice.chance(0.05) ? "\uFEFF" : "";
  // For graphql-js a block string and a string are two arguments, so a text is always written alike.
  const known = new Map();
  const string = ({ text: plain, value }) => {
    if (!known.has(value)) known.set(value, strings && dice.chance(0.5) ? stringOtherwise(dice, value) : plain);
    return known.get(value);
  };
  let before = { kind: TokenKind.SOF };
  for (const token of tokensOf(text)) {
    const needsGap = isWord(before) && (isWord(token) || token.kind === TokenKind.SPREAD);
    if (needsGap || dice.chance(0.5)) written += dice.pick(gaps);
    written += token.kind === TokenKind.STRING ? string(token) : token.text;
    before = token;
  }
  return written;
}

const WORDS = new Set([TokenKind.NAME, TokenKind.INT, TokenKind.FLOAT, TokenKind.STRING, TokenKind.BLOCK_STRING]);
const isWord = ({ kind }) => WORDS.has(kind);

const ODD = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  "{}",
  "()",
  "[]",
  ":",
  "!",
  "$",
  "$ a",
  "@",
  "@skip(if: true)",
  "...",
  "..",
  ".",
  "|",
  "&",
  "=",
  "*",
  "?",
  "-",
  "+",
  "%",
  "~",
  "\\",
  "'a'",
  "`",
  "on",
  "fragment",
  "query",
  "mutation",
  "subscription",
  "true",
  "null",
  "type",
  "extend",
  "schema",
  "input",
  "implements",
  "a",
  "_",
  "__typename",
  "é",
  "a-b",
  "a.b",
  "00",
  "01",
  "-0",
  "-",
  "1.",
  ".5",
  "1.0",
  "1e",
  "1e5",
  "1E+5",
  "1.e1",
  "0x1",
  "1a",
  "1_000",
  "1.5a",
  "-01",
  "1..2",
  "0.0e-0",
  "9999999999999999999999",
  '""',
  '"a"',
  '"a',
  '"a\nb"',
  '"\\q"',
  '"\\u12"',
  '"\\uD83D"',
  '"\\uDE00\\uD83D"',
  '"\\uD83D\\uDE00"',
  '"\\u{1F600}"',
  '"\\u{110000}"',
  '"\\u{D800}"',
  '"\\u{}"',
  '"\\u{ 1}"',
  '"\\u{00000000000001F600}"',
  '"\\b\\f\\n\\r\\t\\/\\\\\\""',
  '""""""',
  '"""a"""',
  '"""a',
  '"""a\n\n  b\r\n  c"""',
  '"""\\"""a"""',
  '"""\\u12"""',
  '""""a"""',
  '"""a""""',
  '"\u0000"',
  '"\u0007"',
  '"\t"',
  '"\u007f"',
  '"\u2028"',
  "\u00a0",
  "\u0000",
  "\u0007",
  "\ufeff",
  "# a",
  "#",
  ",",
  "\r",
  "\f",
  "😀",
];
const OPERATION = [
  "query A(){__typename}",
  "{}",
  "query{}",
  "fragment on on Query{__typename}",
  "fragment A on Query{}",
  '"What is asked." query B{__typename}',
  '"What is asked." {__typename}',
  '"A part." fragment Part on Query{__typename}',
  'query B("A variable." $a: Int){__typename}',
  "query B($a: Int = $b){__typename}",
  "query B($a: Int @skip(if: true)){__typename}",
  "fragment F($a: Int) on Query{__typename}",
  "query B @nope {__typename}",
  "query on {__typename}",
  "query B($a:Int $b:Int){__typename}",
  "type A{a:Int}",
  "extend type Query{a:Int}",
  "schema{query:Query}",
  "scalar A",
  "directive @a on FIELD",
  "query B($a: [Int!] !, $b: [ Int ! ]){__typename}",
  "query B($a: Int!!){__typename}",
  "query B($a: []){__typename}",
  "query B($a: Int = 1 @a){__typename}",
  '"""\na\n"""',
  "query B($a: {}){__typename}",
  "query B { ... }",
  "query B { ...on }",
  "query B { ... on }",
  "query B { ... { __typename } }",
  "query B { ... @skip(if: false) { __typename } }",
  "query B { a: b: __typename }",
  "query B { : __typename }",
  "query B { __typename() }",
  "query B { __typename(,) }",
  "query B { __typename: __typename }",
  "query $B { __typename }",
  'query "B" { __typename }',
  "mutation { }",
  "subscription { a }",
];
const SWAPS = [
  [/!/, " !"],
  [/\]!/, "] !"],
  [/\$(\w+)/, "$ $1"],
  [/\.\.\.(\w)/, "... $1"],
  [/@(\w+)/, "@ $1"],
  [/\{/, "{{"],
  [/\{[^{}]*\}/, "{}"],
  [/\([^()]*\)/, "()"],
  [/:\s*/, " "],
  [/"/, ""],
  [/ on /, " On "],
  [/\btrue\b/, "TRUE"],
];

/** Changes tokens of a text; most often no document is left. */
export const texts = {
  lostToken: (dice, tokens) => void tokens.splice(dice.below(tokens.length), 1),
  doubledToken: (dice, tokens) => {
    const place = dice.below(tokens.length);
    tokens.splice(place, 0, tokens[place]);
  },
  oddToken: (dice, tokens) => void tokens.splice(dice.below(tokens.length + 1), 0, dice.pick(ODD)),
  otherToken: (dice, tokens) => void tokens.splice(dice.below(tokens.length), 1, dice.pick(ODD)),
  tokensChanged: (dice, tokens) => {
    const place = dice.below(tokens.length - 1);
    [tokens[place], tokens[place + 1]] = [tokens[place + 1], tokens[place]];
  },
  tokenFromElsewhere: (dice, tokens) => void tokens.splice(dice.below(tokens.length), 1, dice.pick(tokens)),
  cutOff: (dice, tokens) => void tokens.splice(dice.below(tokens.length)),
  definition: (dice, tokens) =>
    void (dice.chance(0.5) ? tokens.push(dice.pick(OPERATION)) : tokens.unshift(dice.pick(OPERATION))),
  alone: (dice, tokens) => void tokens.splice(0, tokens.length, dice.pick(OPERATION)),
};

export function withFault(dice, name, text) {
  const tokens = tokensOf(text).map((token) => token.text);
  texts[name](dice, tokens);
  return tokens.join(" ");
}

/** Changes letters, not tokens. */
export function withSwap(dice, text) {
  const [what, by] = dice.pick(SWAPS);
  return what.test(text) ? text.replace(what, by) : undefined;
}
