//! Which roles may ask for the root fields of machine clients.

use entity::{client::api_client, workflow::WorkflowAction::Revoke};

use super::rules::{CLIENT, EDITING, REGISTRARS};
use crate::access::Operation;

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    let write = Operation::mutation::<api_client::Entity>;
    vec![
        Operation::query::<api_client::Entity>("Query.apiClients", REGISTRARS),
        write("Mutation.addApiClient", REGISTRARS.to_vec()),
        write("Mutation.rotateApiClientSecret", EDITING.who.to_vec()),
        write("Mutation.revokeApiClient", CLIENT.who(Revoke)),
    ]
}
