//! The example actions that five municipalities have in their plans, and what the others do. Pure.

use entity::{
    action_plan::{Counts, DatePrecision},
    programme::Unit,
};

/// Some day of the period that is meant, counted from the first day of the cycle, and how exactly it is
/// known.
pub(super) type By = (u64, DatePrecision);

/// How an action is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub(super) label: &'static str,
    pub(super) unit: Unit,
    pub(super) counts: Counts,
    /// The target, as the decimal is written.
    pub(super) target: Option<&'static str>,
    pub(super) target_text: Option<&'static str>,
    /// By when it is to be reached.
    pub(super) target_on: Option<By>,
}

/// When an action is due.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// Nothing is said.
    Open,
    /// By the end of a period.
    By(By),
    /// It goes on.
    Ongoing,
    /// After the plan has ended.
    Late(By, &'static str),
}

/// Something that is done for an objective.
#[derive(Clone, Copy, Debug)]
pub(super) struct Example {
    /// The municipality whose plan holds it.
    pub(super) code: &'static str,
    /// The indicator whose objective it serves.
    pub(super) indicator: i32,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    pub(super) responsible: &'static str,
    pub(super) measures: &'static [Measure],
    /// When it is due.
    pub(super) due: Due,
}

const fn measure(label: &'static str, unit: Unit, counts: Counts) -> Measure {
    Measure {
        label,
        unit,
        counts,
        target: None,
        target_text: None,
        target_on: None,
    }
}

/// The five examples.
pub(super) const EXAMPLES: [Example; 6] = [
    Example {
        code: "FI-837",
        indicator: 24,
        title: "Child impact assessment of selected decisions",
        description: "Selected decisions are assessed for their effect on children, with experts and \
                      with children themselves.",
        responsible: "Central administration",
        measures: &[
            measure("Impact assessments made", Unit::Count, Counts::NotPeople),
            measure(
                "Children's views were collected",
                Unit::Boolean,
                Counts::NotPeople,
            ),
        ],
        due: Due::Open,
    },
    Example {
        code: "FI-257",
        indicator: 24,
        title: "Training of key staff in child impact assessment",
        description: "Key staff are trained by webinar, by seminar and with a recording.",
        responsible: "Child friendly municipality working group",
        measures: &[
            measure("Participants", Unit::Count, Counts::Adults),
            measure("Views of the recording", Unit::Count, Counts::NotPeople),
            Measure {
                target: Some("90"),
                target_on: Some((480, DatePrecision::Month)),
                ..measure(
                    "Share of responsible staff trained",
                    Unit::Percent,
                    Counts::Adults,
                )
            },
        ],
        due: Due::By((480, DatePrecision::Month)),
    },
    Example {
        code: "FI-407",
        indicator: 24,
        title: "Online induction for staff who draft policy",
        description: "Staff who draft policy go through an online induction.",
        responsible: "Human resources",
        measures: &[
            measure("Trainings held", Unit::Count, Counts::NotPeople),
            Measure {
                target: Some("100"),
                ..measure(
                    "Share of the staff taking part",
                    Unit::Percent,
                    Counts::Adults,
                )
            },
        ],
        due: Due::Ongoing,
    },
    Example {
        code: "FI-232",
        indicator: 30,
        title: "Programme against bullying",
        description: "A programme against bullying is drafted and taken into use in schools.",
        responsible: "Education services",
        measures: &[
            measure("The programme is drafted", Unit::Boolean, Counts::NotPeople),
            measure(
                "Share of the age group bullied",
                Unit::Percent,
                Counts::Children,
            ),
        ],
        due: Due::Open,
    },
    Example {
        code: "FI-420",
        indicator: 30,
        title: "Package on social and emotional skills for pre-school",
        description: "A package on social and emotional skills is put together for pre-school.",
        responsible: "Early childhood education",
        measures: &[measure(
            "The package is in use",
            Unit::Boolean,
            Counts::NotPeople,
        )],
        due: Due::By((360, DatePrecision::Season)),
    },
    Example {
        code: "FI-420",
        indicator: 30,
        title: "Social and emotional skills in the pre-school curriculum",
        description: "Social and emotional skills become part of the pre-school curricula.",
        responsible: "Early childhood education",
        measures: &[
            measure(
                "The skills are in the curriculum",
                Unit::Boolean,
                Counts::NotPeople,
            ),
            Measure {
                target_text: Some("Less bullying and more community, by a survey before and after"),
                ..measure(
                    "Change in bullying and community",
                    Unit::Text,
                    Counts::NotPeople,
                )
            },
        ],
        due: Due::Late(
            (900, DatePrecision::Season),
            "The national curriculum is renewed after the plan has ended.",
        ),
    },
];

/// What municipalities without an example do for an objective: by turns.
pub(super) const ORDINARY: [(&str, &str, Measure); 6] = [
    (
        "Training for those who prepare decisions",
        "Education services",
        Measure {
            target: Some("80"),
            ..measure("Share of the staff trained", Unit::Percent, Counts::Adults)
        },
    ),
    (
        "Guide for working with children",
        "Central administration",
        Measure {
            target: Some("1"),
            ..measure("The guide is in use", Unit::Boolean, Counts::NotPeople)
        },
    ),
    (
        "Meetings of the youth council with the board",
        "Youth services",
        Measure {
            target: Some("4"),
            ..measure("Meetings held", Unit::Count, Counts::NotPeople)
        },
    ),
    (
        "Support for pupils who need it most",
        "Education services",
        Measure {
            target: Some("40"),
            ..measure("Children reached", Unit::Count, Counts::Children)
        },
    ),
    (
        "Play areas planned with children",
        "Technical services",
        Measure {
            target: Some("3"),
            ..measure("Areas planned", Unit::Count, Counts::NotPeople)
        },
    ),
    (
        "Survey among pupils",
        "Education services",
        Measure {
            target: Some("3"),
            ..measure("Level of the indicator", Unit::Level, Counts::NotPeople)
        },
    ),
];
