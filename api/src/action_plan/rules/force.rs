//! PURE: which plan of a cycle a municipality follows on a day.

use std::borrow::Borrow;

use chrono::NaiveDate;
use entity::action_plan::{
    PlanStatus::{Approved, CompletionProposed, Superseded},
    plan,
};

/// The plan in force of those of a cycle, newest first. An approval supersedes the older plan at
/// once; until the first day of the newer one the older is still what is followed.
pub(crate) fn in_force<P: Borrow<plan::Model>>(plans: &[P], today: NaiveDate) -> Option<&P> {
    let has_begun = |plan: &plan::Model| plan.period_from <= today;
    let approved = plans.iter().find(|plan| {
        let status = (*plan).borrow().status;
        matches!(status, Approved | CompletionProposed)
    })?;
    if has_begun(approved.borrow()) || approved.borrow().status == CompletionProposed {
        return Some(approved);
    }
    plans.iter().find(|plan| {
        let plan: &plan::Model = (*plan).borrow();
        plan.status == Superseded && has_begun(plan)
    })
}

#[cfg(test)]
mod tests {
    use entity::action_plan::PlanStatus::{self, Completed, Draft};

    use super::*;
    use crate::action_plan::rules::tests::plan;

    fn in_force_of(plans: &[(PlanStatus, &str)]) -> Option<usize> {
        let rows: Vec<plan::Model> = plans
            .iter()
            .map(|(status, from)| plan::Model {
                period_from: from.parse().unwrap(),
                ..plan(*status)
            })
            .collect();
        let found = in_force(&rows, "2026-06-01".parse().unwrap())?;
        rows.iter().position(|row| std::ptr::eq(row, found))
    }

    type Case<'a> = (&'a [(PlanStatus, &'a str)], Option<usize>);

    #[test]
    fn the_plan_in_force_is_approved_and_has_begun() {
        let (past, today, ahead) = ("2026-01-01", "2026-06-01", "2026-06-02");
        let cases: [Case<'_>; 9] = [
            (&[], None),
            (&[(Draft, past)], None),
            (&[(Draft, past), (Approved, today)], Some(1)),
            (&[(Approved, past), (Superseded, past)], Some(0)),
            (&[(Draft, past), (CompletionProposed, past)], Some(1)),
            (&[(Approved, ahead)], None),
            // Approved and superseded before either began: the one before them goes on.
            (
                &[(Approved, ahead), (Superseded, ahead), (Superseded, past)],
                Some(2),
            ),
            (&[(Completed, past)], None),
            (&[(Draft, past), (Superseded, past)], None),
        ];
        for (plans, wanted) in cases {
            assert_eq!(in_force_of(plans), wanted, "{plans:?}");
        }
    }
}
