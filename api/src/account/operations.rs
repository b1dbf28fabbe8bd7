//! Which roles may ask for the root fields of accounts.

use entity::{
    account::{Role, account, membership},
    workflow::WorkflowAction::{Deactivate, EndInvitation, Erase, Lock, RenewInvitation, Unlock},
};
use sea_orm::Iterable;

use super::rules::{ACCOUNT, who_grants};
use crate::access::Operation;

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    let granters = || {
        let all = Role::iter().flat_map(|role| who_grants(role).iter().copied());
        all.collect::<Vec<_>>()
    };
    let of_account = |coordinate, action| {
        Operation::mutation::<account::Entity>(coordinate, ACCOUNT.who(action))
    };
    // Whoever holds a role may give it up.
    let holders: Vec<_> = Role::iter().filter(|role| *role != Role::Public).collect();
    vec![
        Operation::mutation::<account::Entity>("Mutation.inviteAccount", granters()),
        // Whoever signed in may have been invited.
        Operation::mutation::<account::Entity>("Mutation.acceptInvitation", []),
        Operation::mutation::<membership::Entity>("Mutation.grantMembership", granters()),
        Operation::mutation::<membership::Entity>("Mutation.endMembership", holders),
        of_account("Mutation.renewInvitation", RenewInvitation),
        of_account("Mutation.endInvitation", EndInvitation),
        of_account("Mutation.lockAccount", Lock),
        of_account("Mutation.unlockAccount", Unlock),
        of_account("Mutation.deactivateAccount", Deactivate),
        of_account("Mutation.eraseAccount", Erase),
    ]
}
