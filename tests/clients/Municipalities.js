// What Relay asks of a schema beyond the contract documents: pages of a connection, and objects that
// it fetches again by id.
import { graphql } from "react-relay";

export const page = graphql`
  fragment Municipalities_list on Query
  @refetchable(queryName: "MunicipalitiesPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 25 }, cursor: { type: "String" }) {
    municipalities(first: $count, after: $cursor) @connection(key: "Municipalities_municipalities") {
      edges { node { id name } }
    }
  }`;

export const one = graphql`
  fragment Municipalities_one on Municipality @refetchable(queryName: "MunicipalitiesOneQuery") {
    id
    name
  }`;
