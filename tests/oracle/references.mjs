// One fault like those of `mutations.mjs`, in what is named in one place and used in another:
// fragments, directives, variables.

import { Kind, parseType } from "graphql";

import { DIRECTIVES, anyType, at, condition, insert, nameOf, put, remove } from "./change.mjs";
import { argument, copy, directive, fragment, inline, node, selectionSet, spread, typename } from "./nodes.mjs";
import { oddValue } from "./values.mjs";

export const references = {
  // Fragments
  unknownFragment: at(
    (found) => found.sets,
    ({ node: set }, dice) => void insert(set.selections, spread("Nope"), dice),
  ),
  unusedFragment: ({ document, dice, schema }) =>
    void insert(
      document.definitions,
      fragment("Unused", dice.pick(["Query", "Node", anyType(schema, dice)]), typename()),
      dice,
    ),
  unspread: at(
    (found) => found.spreads,
    ({ node: one, siblings }) => void siblings.splice(siblings.indexOf(one), 1, typename()),
  ),
  repeatedFragment: at(
    (found) => found.fragments,
    (one, dice, { document }) =>
      void insert(document.definitions, fragment(one.name.value, one.typeCondition.name.value, typename()), dice),
  ),
  fragmentOfItself: at(
    (found) => found.fragments,
    (one, dice) => void insert(one.selectionSet.selections, spread(one.name.value), dice),
  ),
  fragmentsInARound: at(
    (found) => found.sets.filter(({ type }) => type),
    ({ node: set, type }, dice, { document }) => {
      const names = ["Round1", "Round2", "Round3"].slice(0, dice.between(1, 3));
      for (const [place, name] of names.entries())
        insert(
          document.definitions,
          fragment(name, type.name, spread(names[(place + 1) % names.length]), typename()),
          dice,
        );
      insert(set.selections, spread("Round1"), dice);
    },
  ),
  fragmentOnOther: at(
    (found) => found.conditions,
    (type, dice, { schema }) =>
      void (type.name = node.name(
        dice.pick(["Nope", "String", "Role", "MunicipalityRef", "Node", "Query", anyType(schema, dice)]),
      )),
  ),
  spreadElsewhere: at(
    (found) => found.sets,
    ({ node: set }, dice, { found }) =>
      found.fragments.length === 0
        ? false
        : void insert(set.selections, spread(dice.pick(found.fragments).name.value), dice),
  ),
  inlineElsewhere: at(
    (found) => found.sets,
    ({ node: set }, dice, { schema }) =>
      void insert(
        set.selections,
        inline(dice.pick([undefined, "Node", "Query", "Nope", "Role", anyType(schema, dice)]), typename()),
        dice,
      ),
  ),
  fragmentNameTaken: at(
    (found) => found.fragments,
    (one, dice, { found }) =>
      void (one.name = node.name(dice.pick([dice.pick(found.fragments).name.value, "Other", "Query", "Node"]))),
  ),

  // Directives
  unknownDirective: at(
    (found) => [...found.fields, ...found.spreads, ...found.inlines],
    ({ node: owner }, dice) =>
      void insert(
        owner.directives,
        directive(dice.pick(DIRECTIVES), ...(dice.chance(0.7) ? [condition(dice)] : [])),
        dice,
      ),
  ),
  misplacedDirective: at(
    (found) => [...found.operations, ...found.fragments, ...found.definitions.map((site) => site.node)],
    (owner, dice) => void (owner.directives = [directive(dice.pick(DIRECTIVES), condition(dice))]),
  ),
  repeatedDirective: at(
    (found) => found.directives,
    ({ node: one, siblings }, dice) => void insert(siblings, copy(one), dice),
  ),
  directiveOnVariable: at(
    (found) => found.definitions,
    ({ node: definition }, dice) => void (definition.directives = [directive(dice.pick(DIRECTIVES), condition(dice))]),
  ),
  oddCondition: at(
    (found) => found.directives,
    ({ node: one }, dice, { schema }) =>
      void (one.arguments = dice.pick([
        [],
        [argument("if", node.null())],
        [argument("if", oddValue(dice, schema.getType("Boolean")))],
        [argument("unless", node.boolean(true))],
      ])),
  ),

  // Variables
  unusedVariable: at(
    (found) => found.operations,
    (operation, dice) => {
      const type = parseType(dice.pick(["Int", "String!", "[ID!]!", "MunicipalityRef", "Role = PUBLIC"]).split(" ")[0]);
      operation.variableDefinitions = [
        ...(operation.variableDefinitions ?? []),
        { kind: Kind.VARIABLE_DEFINITION, variable: node.variable("unused"), type, directives: [] },
      ];
    },
  ),
  undefinedVariable: at(
    (found) => found.values,
    (site) => void put(site, node.variable("nope")),
  ),
  undefine: at(
    (found) => found.definitions,
    ({ node: one, siblings }) => void remove(siblings, one),
  ),
  defineTwice: at(
    (found) => found.definitions,
    ({ node: one, siblings }, dice) => void insert(siblings, copy(one), dice),
  ),
  otherVariable: at(
    (found) => found.values,
    (site, dice, { found }) =>
      found.definitions.length === 0 ? false : void put(site, copy(dice.pick(found.definitions).node.variable)),
  ),
  typeOfVariable: at(
    (found) => found.definitions,
    ({ node: definition }, dice, { schema }) => {
      const own = nameOf(definition.type);
      const name = dice.pick([
        own,
        own,
        own,
        "ID",
        "String",
        "Int",
        "Boolean",
        "Nope",
        "Query",
        "Node",
        anyType(schema, dice),
      ]);
      definition.type = parseType(
        dice.pick([name, `${name}!`, `[${name}]`, `[${name}!]`, `[${name}!]!`, `[[${name}]]`]),
        { noLocation: true },
      );
    },
  ),
  nullable: at(
    (found) => found.definitions.filter(({ node: { type } }) => type.kind === Kind.NON_NULL_TYPE),
    ({ node: definition }, dice) => {
      definition.type = definition.type.type;
      if (dice.chance(0.5)) delete definition.defaultValue;
    },
  ),
  nullDefault: at(
    (found) => found.definitions,
    ({ node: definition }) => void (definition.defaultValue = node.null()),
  ),
  noDefault: at(
    (found) => found.definitions.filter((site) => site.node.defaultValue),
    ({ node: definition }) => void delete definition.defaultValue,
  ),
  variableInDefault: at(
    (found) => found.definitions,
    ({ node: definition }, dice) =>
      void (definition.defaultValue = dice.pick([
        node.variable("a"),
        node.list([node.variable("a")]),
        node.object([node.field("code", node.variable("a"))]),
      ])),
  ),
};
