//! Which roles may ask for the root fields of accounts.

use entity::account::{Role, account, membership};
use sea_orm::Iterable;

use super::rules::who_grants;
use crate::access::Operation;

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    let granters = || {
        let all = Role::iter().flat_map(|role| who_grants(role).iter().copied());
        all.collect::<Vec<_>>()
    };
    // Whoever holds a role may give it up.
    let holders: Vec<_> = Role::iter().filter(|role| *role != Role::Public).collect();
    vec![
        Operation::mutation::<account::Entity>("Mutation.inviteAccount", granters()),
        Operation::mutation::<membership::Entity>("Mutation.grantMembership", granters()),
        Operation::mutation::<membership::Entity>("Mutation.endMembership", holders),
    ]
}
