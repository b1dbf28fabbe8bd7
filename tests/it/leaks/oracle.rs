//! Who may read which text, written by hand and independent of the code: a cell belongs to a class,
//! and a class says which roles read it at the place, at which stage of the work.

use crate::ground::Stage;

/// Who reads a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Everybody.
    Public,
    /// Everybody once the first plan is approved, before that `Seats`.
    PublicWithPlan,
    /// The municipality, its responsible entities, and the committee.
    Municipality,
    /// The same without responsible entities.
    Seats,
    /// Work that is not handed over: the municipality, its adviser and the managers.
    Draft,
    /// The same, and responsible entities that have a part in it.
    DraftOfEntities,
    /// Managers and the deciding body.
    Undecided,
    /// Persons: coordinators, managers and administrators.
    Person,
    /// The same, and the person.
    Holder,
    /// Machine clients, whose accounts coordinators and administrators see.
    Client,
}

/// What a token has to be for, to read more than the public does.
type Scope = &'static str;

/// The classes of the cells, by what their names begin with; the first that fits counts.
const CELLS: &[(&str, Class, Scope)] = &[
    ("carrieritem", Class::DraftOfEntities, "assessments:read"),
    ("carrier", Class::PublicWithPlan, "plans:read"),
    ("idleentity", Class::Seats, "plans:read"),
    ("unnamed", Class::Seats, "plans:read"),
    ("member", Class::Person, "accounts:read"),
    ("holder", Class::Holder, "accounts:read"),
    ("client", Class::Client, "clients:read"),
    ("cyclecancelled", Class::Seats, "municipalities:read"),
    ("waiver", Class::Municipality, "municipalities:read"),
    (
        "milestonereturn",
        Class::Municipality,
        "municipalities:read",
    ),
    ("baseline", Class::Seats, "assessments:read"),
    ("update", Class::Draft, "assessments:read"),
    ("midterm", Class::Draft, "assessments:read"),
    ("steeringitem", Class::Draft, "assessments:read"),
    ("childled", Class::Draft, "assessments:read"),
    ("approvedvision", Class::Public, ""),
    ("adoption", Class::Public, ""),
    ("carried", Class::Public, ""),
    ("public", Class::Public, ""),
    ("givenup", Class::Public, ""),
    ("reading", Class::Public, ""),
    ("correction", Class::Municipality, "plans:read"),
    ("actioncancelled", Class::Municipality, "plans:read"),
    ("draftvision", Class::Draft, "plans:read"),
    ("planreturn", Class::Draft, "plans:read"),
    ("draft", Class::Draft, "plans:read"),
    ("published", Class::Public, ""),
    ("unpublished", Class::Undecided, "recognitions:read"),
    ("note", Class::Municipality, "recognitions:read"),
    ("suspension", Class::Municipality, "recognitions:read"),
];

/// How somebody stands to the municipality of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand<'s> {
    pub(super) role: &'s str,
    /// Whether the role is held there, or in the programme, or over all.
    pub(super) is_there: bool,
    /// What the token is for; everything if absent.
    pub(super) scopes: Option<&'s [&'s str]>,
}

const MUNICIPALITY: [&str; 5] = [
    "YOUTH_REPRESENTATIVE",
    "STEERING_MEMBER",
    "COORDINATOR",
    "DECISION_MAKER",
    "SERVICE_ACCOUNT",
];

/// Whether a text of a cell may reach somebody.
pub(super) fn may_read(cell: &str, stage: Stage, stand: Stand<'_>) -> bool {
    let (_, class, scope) = class(cell);
    let is_public = match class {
        Class::Public => true,
        Class::PublicWithPlan => stage >= Stage::Planning,
        _ => false,
    };
    let has_scope = stand.scopes.is_none_or(|scopes| scopes.contains(&scope));
    is_public || (stand.is_there && has_scope && reads(class, stand.role))
}

fn class(cell: &str) -> (&'static str, Class, Scope) {
    let found = CELLS.iter().find(|(name, ..)| cell.starts_with(name));
    *found.unwrap_or_else(|| panic!("no class for the cell {cell}"))
}

fn reads(class: Class, role: &str) -> bool {
    let is_local = MUNICIPALITY.contains(&role);
    let is_one_of = |roles: &[&str]| roles.contains(&role);
    match class {
        Class::Public => true,
        Class::PublicWithPlan | Class::Municipality => {
            is_local
                || is_one_of(&[
                    "RESPONSIBLE_ENTITY",
                    "ADVISER",
                    "PROGRAMME_MANAGER",
                    "DECIDING_BODY",
                ])
        }
        Class::Seats => is_local || is_one_of(&["ADVISER", "PROGRAMME_MANAGER", "DECIDING_BODY"]),
        Class::Draft => is_local || is_one_of(&["ADVISER", "PROGRAMME_MANAGER"]),
        Class::DraftOfEntities => {
            is_local || is_one_of(&["RESPONSIBLE_ENTITY", "ADVISER", "PROGRAMME_MANAGER"])
        }
        Class::Undecided => is_one_of(&["PROGRAMME_MANAGER", "DECIDING_BODY"]),
        Class::Person | Class::Client => {
            is_one_of(&["COORDINATOR", "PROGRAMME_MANAGER", "SYSTEM_ADMINISTRATOR"])
        }
        Class::Holder => is_one_of(&[
            "COORDINATOR",
            "PROGRAMME_MANAGER",
            "SYSTEM_ADMINISTRATOR",
            "RESPONSIBLE_ENTITY",
        ]),
    }
}

/// The beginnings of all cells, so that a test can tell that each of them was seen by somebody.
pub(super) fn cells() -> impl Iterator<Item = &'static str> {
    CELLS.iter().map(|(name, ..)| *name)
}

/// What a cell is listed as.
pub(super) fn listed_as(cell: &str) -> &'static str {
    class(cell).0
}
