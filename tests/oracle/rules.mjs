// The rules of chapter 5 of the specification: those of graphql-js, and what it lacks of them.

import { GraphQLError, Kind, getNamedType, specifiedRules } from "graphql";

/** Operation type existence (5.2.1), which graphql-js leaves to execution. */
function operationTypesExist(context) {
  return {
    OperationDefinition(operation) {
      if (context.getSchema().getRootType(operation.operation)) return;
      context.reportError(new GraphQLError(`There is no type for ${operation.operation}.`, { nodes: operation }));
    },
  };
}

/** A field of a oneOf object is a non-null place (5.8.5). graphql-js sees that only of objects that may be null. */
function variablesOfOneOfAreNonNull(context) {
  return {
    OperationDefinition(operation) {
      const definitions = (operation.variableDefinitions ?? []).filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE);
      const nullable = new Set(definitions.map(({ variable }) => variable.name.value));
      for (const { node, parentType } of context.getRecursiveVariableUsages(operation)) {
        if (!getNamedType(parentType)?.isOneOf || !nullable.has(node.name.value)) continue;
        context.reportError(new GraphQLError(`Variable "$${node.name.value}" may be null.`, { nodes: node }));
      }
    },
  };
}

// The depth of an introspection is a limit, of which the specification says nothing.
const isOfSpecification = (rule) => rule.name !== "MaxIntrospectionDepthRule";

export const RULES = [...specifiedRules.filter(isOfSpecification), operationTypesExist, variablesOfOneOfAreNonNull];
