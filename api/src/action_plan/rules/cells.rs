//! PURE: which numbers count so few children that they could point to one.

use entity::{action_plan::Counts, programme::Unit};

const MILLION: i128 = 1_000_000;

/// Numbers in millionths, as they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) value: Option<i64>,
    pub(crate) numerator: Option<i64>,
    pub(crate) denominator: Option<i64>,
}

/// Whether a reading shows, or lets somebody work out, a count of children between 1 and
/// `minimum - 1`. A share is judged by its numerator, its whole, and what is left of the whole.
pub(crate) fn is_small(unit: Unit, counts: Counts, reading: Reading, minimum: i32) -> bool {
    if counts != Counts::Children {
        return false;
    }
    let is_few = |count: i128| 0 < count && count < i128::from(minimum) * MILLION;
    match unit {
        Unit::Count => reading.value.is_some_and(|value| is_few(value.into())),
        Unit::Percent | Unit::Ratio => {
            let whole = reading.denominator.map(i128::from);
            let part = reading
                .numerator
                .map(i128::from)
                .or_else(|| part(unit, reading.value?.into(), whole?));
            let rest = (unit == Unit::Percent)
                .then(|| whole.zip(part))
                .flatten()
                .map(|(whole, part)| whole - part);
            [part, whole, rest].into_iter().flatten().any(is_few)
        }
        Unit::Boolean | Unit::Level | Unit::Currency | Unit::Text | Unit::Index => false,
    }
}

/// The part of a whole that a share stands for.
fn part(unit: Unit, share: i128, whole: i128) -> Option<i128> {
    let scale = if unit == Unit::Percent { 100 } else { 1 };
    Some(share.checked_mul(whole)? / (MILLION * scale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Counts::{Adults, Children, NotPeople};
    use Unit::{Count, Level, Percent, Ratio};

    #[expect(clippy::unnecessary_wraps, reason = "each cell may be empty")]
    const fn m(number: i64) -> Option<i64> {
        Some(number * 1_000_000)
    }

    fn small(
        unit: Unit,
        counts: Counts,
        value: Option<i64>,
        part: Option<i64>,
        whole: Option<i64>,
    ) -> bool {
        let reading = Reading {
            value,
            numerator: part,
            denominator: whole,
        };
        is_small(unit, counts, reading, 5)
    }

    #[test]
    fn counts_of_one_to_four_children_are_small() {
        for (count, is_hidden) in [(0, false), (1, true), (4, true), (5, false), (400, false)] {
            assert_eq!(
                small(Count, Children, m(count), None, None),
                is_hidden,
                "{count}"
            );
        }
        assert!(!small(Count, Adults, m(3), None, None));
        assert!(!small(Count, NotPeople, m(3), None, None));
        assert!(!small(Level, Children, m(3), None, None));
        assert!(!small(Count, Children, None, None, None));
    }

    #[test]
    fn a_share_is_hidden_with_its_part_its_whole_or_its_rest() {
        let cases = [
            (Some(30), Some(3), Some(10), true),
            (Some(50), Some(20), Some(40), false),
            (Some(97), Some(97), Some(100), true),
            (Some(100), Some(40), Some(40), false),
            (Some(0), Some(0), Some(4), true),
            (Some(0), Some(0), Some(5), false),
            (Some(3), None, Some(100), true),
            (Some(3), None, Some(1000), false),
            (Some(3), Some(2), None, true),
            (Some(3), None, None, false),
        ];
        for (value, part, whole, is_hidden) in cases {
            let (value, part, whole) = (value.and_then(m), part.and_then(m), whole.and_then(m));
            assert_eq!(
                small(Percent, Children, value, part, whole),
                is_hidden,
                "{value:?} {part:?} {whole:?}"
            );
            assert!(!small(Percent, Adults, value, part, whole));
        }
    }

    #[test]
    fn a_ratio_is_judged_by_its_parts() {
        assert!(small(Ratio, Children, m(2), m(4), m(40)));
        assert!(!small(Ratio, Children, m(2), m(40), m(20)));
    }
}
