//! What can happen. A new event must choose its audience to compile.

use async_graphql::Enum;

/// Who may learn that something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum Audience {
    /// Everybody.
    Public,
    /// The municipality and the committee.
    Municipality,
    /// The committee.
    Committee,
    /// The person concerned and those who administer accounts.
    Personal,
}

macro_rules! events {
    ($($audience:ident: $($event:ident = $doc:literal)+;)+) => {
        /// What was done, as the audit log tells it. More values may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        #[graphql(name = "AuditAction")]
        pub(crate) enum Event { $($(#[doc = $doc] $event,)+)+ }

        impl Event {
            /// Who may learn of it at first hand; what they then read is decided when they read.
            pub(crate) const fn audience(self) -> Audience {
                match self { $($(Self::$event)|+ => Audience::$audience,)+ }
            }
        }
    };
}

events! {
    Public:
        ProgrammeLoaded = "A version of a programme was published."
        MunicipalitiesLoaded = "Municipalities or other reference data were brought up to date."
        MunicipalityEnrolled = "A municipality was enrolled."
        ParticipationActivated = "A participation was put in force."
        CycleStarted = "A cycle was started."
        CycleClosed = "A cycle was closed."
        MilestoneCompleted = "A milestone was accepted as done."
        MilestoneWaived = "A milestone was waived."
        AssessmentConfirmed = "An assessment was confirmed."
        ActionPlanApproved = "The approval of an action plan was confirmed."
        ActionPlanCompleted = "An action plan was accepted as completed."
        DecisionPublished = "A decision was published."
        RecognitionSuspended = "A recognition was suspended."
        RecognitionReinstated = "A recognition was put in force again."
        RecognitionWithdrawn = "A recognition was withdrawn."
        RecognitionExtended = "A recognition was extended."
        ConditionAccepted = "A condition was accepted as met."
        ConditionRejected = "A condition was found not met."
        ConditionWaived = "A condition was waived."
        MeasurementRecorded = "A measurement was recorded."
        MeasurementCorrected = "A measurement was corrected."
        ActionStarted = "An action was started, or started again."
        ActionHeld = "An action was put on hold."
        ActionCompleted = "An action was completed."
        ActionCancelled = "An action was cancelled.";
    Municipality:
        CycleCancelled = "A cycle was cancelled."
        MilestoneStarted = "Work on a milestone began."
        MilestoneSubmitted = "A milestone was handed over."
        MilestoneReturned = "A milestone was sent back."
        AssessmentStarted = "An assessment was started."
        IndicatorAnswered = "An indicator was answered."
        IndicatorsAnswered = "Several indicators were answered at once."
        ItemAssigned = "An item of an assessment was assigned to somebody."
        ItemUnassigned = "The assignment of an item was taken back."
        AssessmentSubmitted = "An assessment was handed over."
        AssessmentReturned = "An assessment was sent back."
        ActionPlanCreated = "An action plan was created."
        ActionPlanChanged = "Vision or period of an action plan changed."
        ObjectiveAdded = "An objective was added."
        ObjectiveChanged = "An objective was changed."
        ObjectiveRemoved = "An objective was removed."
        ActionAdded = "An action was added."
        ActionChanged = "An action was changed."
        ActionRemoved = "An action was removed."
        ActionIndicatorDefined = "An indicator of an action was defined."
        ActionIndicatorChanged = "An indicator of an action was changed."
        ActionIndicatorRemoved = "An indicator of an action was removed."
        ActionPlanSentToLocalReview = "An action plan was sent to readers inside the municipality."
        ActionPlanAdopted = "An action plan was adopted by the municipality."
        ActionPlanSubmitted = "An action plan was handed over."
        ActionPlanReturned = "An action plan was sent back."
        ActionPlanApprovalProposed = "The approval of an action plan was proposed."
        ActionPlanCompletionProposed = "The completion of an action plan was proposed."
        ConditionSubmitted = "A condition was handed over as met."
        ResponsibleEntityAdded = "A responsible entity was added."
        ResponsibleEntityChanged = "A responsible entity was changed."
        RefusalConveyed = "A decision that is not public was told to the municipality.";
    Committee:
        DecisionPrepared = "A decision was put before the deciding body."
        DecisionDecided = "The deciding body decided.";
    Personal:
        AccountInvited = "An account was invited."
        MembershipGranted = "An account was given a role."
        MembershipEnded = "A membership was ended."
        AccountAdded = "An account was added on the command line of the server."
        AccountActivated = "An account was put in use."
        InvitationAccepted = "An invitation was accepted."
        IdentityLinked = "An account was linked to who somebody is at an issuer."
        ClientAdded = "A machine client was added."
        ClientSecretAdded = "A machine client was given a new secret."
        ClientRevoked = "A machine client was taken out of use."
        AccountErased = "The personal data of an account were erased."
        InvitationRenewed = "An account was invited anew."
        InvitationEnded = "An invitation, or the link to whoever accepted it, was ended."
        AccountLocked = "An account was locked."
        AccountUnlocked = "An account was unlocked."
        AccountDeactivated = "An account was closed."
        RestoreMarked = "A copy of the database was put back, and every token from before is refused.";
}

impl Event {
    /// Whether it is about accounts, clients or the programme itself, and no content of anybody's
    /// work.
    pub(crate) const fn is_technical(self) -> bool {
        matches!(self.audience(), Audience::Personal)
            || matches!(self, Self::ProgrammeLoaded | Self::MunicipalitiesLoaded)
    }

    /// Whether it is work on a draft, which a municipality may keep to itself until it hands it
    /// over.
    pub(crate) const fn is_drafting(self) -> bool {
        matches!(
            self,
            Self::MilestoneStarted
                | Self::AssessmentStarted
                | Self::IndicatorAnswered
                | Self::IndicatorsAnswered
                | Self::ItemAssigned
                | Self::ItemUnassigned
                | Self::ActionPlanCreated
                | Self::ActionPlanChanged
                | Self::ObjectiveAdded
                | Self::ObjectiveChanged
                | Self::ObjectiveRemoved
                | Self::ActionAdded
                | Self::ActionChanged
                | Self::ActionRemoved
                | Self::ActionIndicatorDefined
                | Self::ActionIndicatorChanged
                | Self::ActionIndicatorRemoved
                | Self::ActionPlanSentToLocalReview
                | Self::ActionPlanAdopted
        )
    }

    /// The words of the events for which something holds.
    pub(crate) fn words(holds: impl Fn(Self) -> bool) -> Vec<&'static str> {
        let items = <Self as async_graphql::resolver_utils::EnumType>::items().iter();
        let items = items.filter(|item| holds(item.value));
        items.map(|item| item.name).collect()
    }
}
