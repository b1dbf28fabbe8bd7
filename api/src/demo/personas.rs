//! Who the demonstration gives a token to: one account per role.

use entity::account::{Role, account};

use crate::{id::Id, workflow::word};

/// Somebody to be in the demonstration.
#[derive(Clone, Debug)]
pub(super) struct Persona {
    pub(super) account: Id<account::Entity>,
    role: Role,
    /// What the account is called.
    pub(super) name: String,
    /// What the role may do, in a sentence.
    pub(super) may: &'static str,
}

impl Persona {
    /// A persona of an account.
    pub(super) fn new(account: Id<account::Entity>, role: Role, name: String) -> Self {
        Self {
            account,
            role,
            name,
            may: may(role),
        }
    }

    /// The word of the role.
    pub(super) fn role(&self) -> &'static str {
        word(self.role)
    }
}

/// The roles in the order in which they are introduced.
pub(super) const ROLES: [Role; 10] = [
    Role::Coordinator,
    Role::SteeringMember,
    Role::YouthRepresentative,
    Role::DecisionMaker,
    Role::ResponsibleEntity,
    Role::ServiceAccount,
    Role::Adviser,
    Role::ProgrammeManager,
    Role::DecidingBody,
    Role::SystemAdministrator,
];

const fn may(role: Role) -> &'static str {
    match role {
        Role::Public => "Reads what is public.",
        Role::YouthRepresentative => {
            "Reads the work of Tampere and answers assessments led by children."
        }
        Role::SteeringMember => "Reads the work of Tampere and answers what is assigned.",
        Role::Coordinator => "Runs the work of Tampere: answers, plans, measures, submits.",
        Role::DecisionMaker => "Reads the work of Tampere and sends a plan back in local review.",
        Role::ResponsibleEntity => "Carries out its own actions in Tampere and measures them.",
        Role::Adviser => "Returns or confirms what its municipalities submit; Tampere is one.",
        Role::ProgrammeManager => {
            "Enrols, starts and closes cycles, confirms plans, prepares and publishes decisions."
        }
        Role::DecidingBody => "Decides on recognition, extends and withdraws it.",
        Role::ServiceAccount => {
            "A machine of Tampere: reads, answers and measures, submits nothing."
        }
        Role::SystemAdministrator => "Manages accounts; sees no content and decides nothing.",
    }
}
