//! What an access token is for: `resource:action`. Scopes only ever narrow what roles allow.

use entity::text::Words;

/// What rows are part of, as tokens name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// Programmes, frameworks and regions: everybody reads them.
    Programmes,
    /// Municipalities, participations, cycles and milestones.
    Municipalities,
    /// Assessments and answers.
    Assessments,
    /// Action plans, actions, measurements and responsible entities.
    Plans,
    /// Recognition decisions, conditions and recognitions.
    Recognitions,
    /// Accounts and memberships.
    Accounts,
    /// Machine clients and their secrets.
    Clients,
    /// The audit log.
    Audit,
}

/// What a token lets its bearer do to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// See more than the public sees.
    Read,
    /// Change.
    Write,
}

use Action::{Read, Write};
use Resource::{
    Accounts, Assessments, Audit, Clients, Municipalities, Plans, Programmes, Recognitions,
};

/// Every scope there is, in the order in which they are listed.
const SCOPES: [(&str, Resource, Action); 13] = [
    ("municipalities:read", Municipalities, Read),
    ("municipalities:write", Municipalities, Write),
    ("assessments:read", Assessments, Read),
    ("assessments:write", Assessments, Write),
    ("plans:read", Plans, Read),
    ("plans:write", Plans, Write),
    ("recognitions:read", Recognitions, Read),
    ("recognitions:write", Recognitions, Write),
    ("accounts:read", Accounts, Read),
    ("accounts:write", Accounts, Write),
    ("clients:read", Clients, Read),
    ("clients:write", Clients, Write),
    ("audit:read", Audit, Read),
];

/// The scope for an action on a resource, if there is one.
pub(crate) fn scope_for(resource: Resource, action: Action) -> Option<&'static str> {
    let found = SCOPES
        .iter()
        .find(|(_, r, a)| (*r, *a) == (resource, action));
    found.map(|(name, ..)| *name)
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenScopes(u16);

impl TokenScopes {
    /// Every scope: what a person who signed in has.
    pub(crate) const ALL: Self = Self((1 << SCOPES.len()) - 1);

    /// The scopes with these names, or the first name that is none.
    pub(crate) fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, &'n str> {
        let mut set = 0;
        for name in names {
            let place = SCOPES.iter().position(|(known, ..)| *known == name);
            set |= 1 << place.ok_or(name)?;
        }
        Ok(Self(set))
    }

    /// Whether a token with these scopes is for an action. Programmes are everybody's to read, and
    /// nobody changes one by the API.
    pub(crate) fn allow(self, resource: Resource, action: Action) -> bool {
        if (resource, action) == (Programmes, Read) {
            return true;
        }
        let place = SCOPES
            .iter()
            .position(|(_, r, a)| (*r, *a) == (resource, action));
        place.is_some_and(|place| self.0 & (1 << place) != 0)
    }

    /// The scopes of both.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether all of these are in `other`.
    pub(crate) const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The names, in order.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let places = SCOPES.iter().enumerate();
        places
            .filter(|(place, _)| self.0 & (1 << place) != 0)
            .map(|(_, (name, ..))| *name)
            .collect()
    }

    /// The names as they are stored.
    pub(crate) fn words(self) -> Words {
        Words(self.names().into_iter().map(str::to_owned).collect())
    }

    /// What was stored; a name that is no scope any more counts for nothing.
    pub(crate) fn stored(words: &Words) -> Self {
        let known = words
            .0
            .iter()
            .filter_map(|name| Self::of([name.as_str()]).ok());
        known.fold(Self(0), |set, one| Self(set.0 | one.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_went_in() {
        let set = TokenScopes::of(["plans:write", "assessments:read"]).unwrap();
        assert_eq!(set.names(), ["assessments:read", "plans:write"]);
        assert_eq!(TokenScopes::stored(&set.words()), set);
        assert_eq!(
            TokenScopes::of(TokenScopes::ALL.names()).unwrap(),
            TokenScopes::ALL
        );
        assert_eq!(
            TokenScopes::of(["plans:read", "plans:burn"]),
            Err("plans:burn")
        );
        assert!(set.is_within(TokenScopes::ALL) && !TokenScopes::ALL.is_within(set));
    }

    #[test]
    fn a_scope_is_for_its_resource_and_action_alone() {
        let set = TokenScopes::of(["assessments:read"]).unwrap();
        assert!(set.allow(Assessments, Read) && set.allow(Programmes, Read));
        assert!(!set.allow(Assessments, Write) && !set.allow(Plans, Read));
        assert!(!TokenScopes::ALL.allow(Programmes, Write));
        assert_eq!(
            set.and(TokenScopes::of(["plans:read"]).unwrap()).names(),
            [""; 0]
        );
    }
}
