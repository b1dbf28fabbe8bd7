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

    /// No scope: what the public has.
    pub(crate) const NONE: Self = Self(0);

    /// The scopes among the words of a person's token; `None` where no word is about this API. Whatever
    /// has the form of a scope and the name of a resource is: a misspelt one is for nothing, not for all.
    pub(crate) fn told<'n>(words: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let mut ours = words.into_iter().filter(|word| is_ours(word)).peekable();
        ours.peek()?;
        Some(Self::known(ours))
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
        Self::known(words.0.iter().map(String::as_str))
    }

    fn known<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let known = names.filter_map(|name| Self::of([name]).ok());
        known.fold(Self::NONE, |set, one| Self(set.0 | one.0))
    }
}

/// Whether a word is `resource:` and something, in capitals or not, of a resource of this API.
fn is_ours(word: &str) -> bool {
    let Some((named, _)) = word.split_once(':') else {
        return false;
    };
    let with_scopes = SCOPES
        .iter()
        .filter_map(|(scope, ..)| scope.split_once(':'));
    let mut resources = with_scopes
        .map(|(resource, _)| resource)
        .chain(["programmes"]);
    resources.any(|resource| resource.eq_ignore_ascii_case(named))
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
    fn what_has_the_form_of_a_scope_narrows_and_what_has_not_says_nothing() {
        let told = |words: &str| TokenScopes::told(words.split_whitespace());
        for foreign in [
            "",
            "openid profile",
            "read:plans",
            "plan:read",
            "plans",
            "https://a.b/plans:read",
        ] {
            assert_eq!(told(foreign), None, "{foreign}");
        }
        for nothing in [
            "plans:burn",
            "Plans:read",
            "PLANS:READ",
            "plans:",
            "plans:read:x",
            "programmes:read",
            "openid audit:write",
        ] {
            assert_eq!(told(nothing), Some(TokenScopes::NONE), "{nothing}");
        }
        let both = TokenScopes::of(["plans:read", "audit:read"]).ok();
        assert_eq!(told("audit:read plans:burn openid plans:read"), both);
        assert!(TokenScopes::NONE.allow(Programmes, Read) && !TokenScopes::NONE.allow(Plans, Read));
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
