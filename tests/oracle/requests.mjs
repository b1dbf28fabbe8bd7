// The requests of a run, each made from the seed and its number alone.

import { OperationTypeNode, print } from "graphql";

import { Dice } from "./random.mjs";
import { otherwise } from "./text.mjs";
import { Writer } from "./valid.mjs";
import { ofOracle } from "./verdicts.mjs";
import { FAULTS, broken } from "./wrong.mjs";

const MOST_FIELDS = 40;
// What has one fault is better short.
const MOST_BESIDE_FAULT = 15;

function written(schema, dice, ids, most) {
  return new Writer(schema, dice, ids, most).write(
    dice.chance(0.7) ? OperationTypeNode.QUERY : OperationTypeNode.MUTATION,
  );
}

/** A valid request: the tree of its document, its text comes once the types are asked for. */
export function validRequest(schema, ids, seed, number) {
  const dice = new Dice(seed, "valid", number);
  for (;;) {
    const request = written(schema, dice, ids, MOST_FIELDS, dice.chance(0.7));
    // A few are not: beside the one operation stands another that lacks its variables.
    if (!ofOracle(schema, { ...request, text: print(request.document) }).isValid) continue;
    // Each third is asked in plain words too.
    return {
      ...request,
      isAskedTwice: number % 3 === 0,
      write: (document) => (dice.chance(0.5) ? otherwise(dice, print(document)) : print(document)),
    };
  }
}

/** Faults take turns, so that each is there often. */
export function mutatedRequest(schema, ids, seed, number) {
  const dice = new Dice(seed, "mutated", number);
  const fault = FAULTS[number % FAULTS.length];
  for (;;) {
    const request = broken(schema, dice, written(schema, dice, ids, MOST_BESIDE_FAULT, false), fault);
    if (request) return { ...request, fault };
  }
}
