//! PURE: where an objective starts from, and what it may aim at.

use entity::assessment::Answer;

use crate::{
    input::{Checks, no_level},
    refusal::{
        UserError,
        UserErrorCode::{Invalid, OutOfRange, Required},
    },
};

/// An answer with its level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Baseline {
    pub(crate) answer: Option<Answer>,
    pub(crate) level: Option<i32>,
}

/// The baseline to store: what was given, else what the assessment says. What was given must not
/// contradict the assessment.
pub(crate) fn settled(
    given: Baseline,
    assessed: Option<Baseline>,
    levels: &[i32],
) -> Result<Baseline, Vec<UserError>> {
    if given == Baseline::default() {
        return Ok(assessed.unwrap_or_default());
    }
    // A level alone says that the answer is a level.
    let answer = given.answer.or(given.level.map(|_| Answer::Level));
    let given = Baseline { answer, ..given };
    let mut checks = Checks::default();
    if answer == Some(Answer::Level) {
        check_level(&mut checks, "baselineLevel", given.level, levels);
        checks.ensure(
            given.level.is_some(),
            Required,
            "baselineLevel",
            "Say which level.",
        );
    } else {
        checks.ensure(
            given.level.is_none(),
            Invalid,
            "baselineLevel",
            "A level goes with the answer LEVEL only.",
        );
    }
    if let Some(assessed) = assessed {
        let path = if assessed.answer == given.answer {
            "baselineLevel"
        } else {
            "baselineAnswer"
        };
        checks.ensure(
            assessed == given,
            Invalid,
            path,
            format!("The confirmed assessment says {}.", words(assessed)),
        );
    }
    match checks.into_faults() {
        faults if faults.is_empty() => Ok(given),
        faults => Err(faults),
    }
}

fn words(baseline: Baseline) -> String {
    match (baseline.answer, baseline.level) {
        (Some(Answer::Level), Some(level)) => format!("level {level}"),
        (Some(Answer::NotApplicable), _) => "that the indicator does not apply".to_owned(),
        _ => "none of the levels".to_owned(),
    }
}

/// Checks that a level, if given, is one of the scale.
pub(crate) fn check_level(checks: &mut Checks, path: &str, level: Option<i32>, levels: &[i32]) {
    checks.ensure(
        level.is_none_or(|level| levels.contains(&level)),
        OutOfRange,
        path,
        no_level(levels),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{Level, NoneOfLevels, NotApplicable};

    const LEVELS: &[i32] = &[1, 2, 3, 4];

    fn at(answer: Option<Answer>, level: Option<i32>) -> Baseline {
        Baseline { answer, level }
    }

    #[test]
    fn the_assessment_speaks_where_nothing_is_given() {
        let assessed = at(Some(Level), Some(2));
        assert_eq!(
            settled(Baseline::default(), Some(assessed), LEVELS),
            Ok(assessed)
        );
        assert_eq!(
            settled(Baseline::default(), None, LEVELS),
            Ok(Baseline::default())
        );
    }

    #[test]
    fn what_is_given_is_kept_when_it_fits() {
        let two = at(Some(Level), Some(2));
        assert_eq!(settled(at(None, Some(2)), None, LEVELS), Ok(two));
        assert_eq!(settled(two, Some(two), LEVELS), Ok(two));
        let none = at(Some(NoneOfLevels), None);
        assert_eq!(settled(none, Some(none), LEVELS), Ok(none));
    }

    #[test]
    fn what_the_assessment_says_is_told_in_words() {
        for (assessed, said) in [
            (at(Some(Level), Some(2)), "level 2"),
            (
                at(Some(NotApplicable), None),
                "that the indicator does not apply",
            ),
            (at(Some(NoneOfLevels), None), "none of the levels"),
        ] {
            let faults = settled(at(None, Some(1)), Some(assessed), LEVELS).unwrap_err();
            assert_eq!(
                faults[0].message,
                format!("The confirmed assessment says {said}.")
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_told_where() {
        let two = Some(at(Some(Level), Some(2)));
        let cases = [
            (at(Some(Level), None), None, "baselineLevel"),
            (at(None, Some(5)), None, "baselineLevel"),
            (at(Some(NoneOfLevels), Some(1)), None, "baselineLevel"),
            (at(None, Some(1)), two, "baselineLevel"),
            (at(Some(NoneOfLevels), None), two, "baselineAnswer"),
            (
                at(None, Some(1)),
                Some(at(Some(NotApplicable), None)),
                "baselineAnswer",
            ),
        ];
        for (given, assessed, path) in cases {
            let faults = settled(given, assessed, LEVELS).unwrap_err();
            assert_eq!(faults.len(), 1, "{given:?}");
            assert_eq!(faults[0].path, [path], "{given:?}");
        }
    }
}
