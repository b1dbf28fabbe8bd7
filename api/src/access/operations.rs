//! Root fields that not everybody may ask for: which roles, and with which scope. Each slice lists its
//! own, made of the machines and tables that its mutations ask.

use entity::account::Role;

use super::{Action, Resource, Row, Viewer, scope_for};

/// A root field above public, by its coordinate in the schema.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Such as `Mutation.submitAssessment`.
    pub(crate) coordinate: &'static str,
    /// What a token must be for.
    resource: Resource,
    action: Action,
    /// The roles of which one is needed, in the order of the enum; none where it is enough to be
    /// signed in.
    pub(crate) who: Vec<Role>,
}

impl Operation {
    /// A mutation of rows of a table, or of what hangs on them.
    pub(crate) fn mutation<E: Row>(coordinate: &'static str, who: impl Into<Vec<Role>>) -> Self {
        Self::new(coordinate, (E::RESOURCE, Action::Write), who.into())
    }

    /// A root query of rows of a table.
    pub(crate) fn query<E: Row>(coordinate: &'static str, who: impl Into<Vec<Role>>) -> Self {
        Self::new(coordinate, (E::RESOURCE, Action::Read), who.into())
    }

    fn new(
        coordinate: &'static str,
        (resource, action): (Resource, Action),
        mut who: Vec<Role>,
    ) -> Self {
        who.sort_unstable();
        who.dedup();
        Self {
            coordinate,
            resource,
            action,
            who,
        }
    }

    /// The scope without which a token does not do it.
    pub(crate) fn scope(&self) -> Option<&'static str> {
        scope_for(self.resource, self.action)
    }

    /// Whether any membership of the viewer, and the token, could do it somewhere.
    pub(crate) fn is_within_reach(&self, viewer: &Viewer) -> bool {
        let is_open = self.who.is_empty() && !viewer.is_anonymous();
        let has_role = is_open || viewer.held(&self.who).next().is_some();
        has_role && viewer.scopes().allow(self.resource, self.action)
    }
}

#[cfg(test)]
mod tests {
    use entity::assessment::assessment;
    use uuid::Uuid;

    use super::*;
    use crate::access::{Errand, TokenScopes, scratch::Scratch};

    #[tokio::test]
    async fn an_operation_is_within_reach_of_its_roles_and_scope() {
        let scratch = Scratch::new("operations").await;
        let open = Operation::mutation::<assessment::Entity>("Mutation.open", []);
        let kept = Operation::mutation::<assessment::Entity>("Mutation.kept", [Role::Adviser]);
        let reach = |viewer: &Viewer| (open.is_within_reach(viewer), kept.is_within_reach(viewer));

        let anybody = scratch.house.viewer(None, Errand::default()).await.unwrap();
        assert_eq!(reach(&anybody), (false, false));
        for (role, scope, expected) in [
            (Role::Adviser, "assessments:write", (true, true)),
            (Role::Coordinator, "assessments:write", (true, false)),
            (Role::Adviser, "assessments:read", (false, false)),
        ] {
            let scopes = TokenScopes::of([scope]).unwrap();
            let seat = (Uuid::from_u128(1), None);
            let viewer = scratch.somebody(role, seat, scopes).await;
            assert_eq!(reach(&viewer), expected, "{role:?} {scope}");
        }
    }
}
