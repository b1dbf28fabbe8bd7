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
    ($($audience:ident: $($event:ident)+;)+) => {
        /// Something that happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        pub(crate) enum Event { $($(#[doc = stringify!($event)] $event,)+)+ }

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
        ProgrammeLoaded MunicipalitiesLoaded MunicipalityEnrolled ParticipationActivated CycleStarted CycleClosed
        MilestoneCompleted MilestoneWaived AssessmentConfirmed ActionPlanApproved
        ActionPlanCompleted DecisionPublished RecognitionSuspended RecognitionReinstated
        RecognitionWithdrawn RecognitionExtended ConditionAccepted ConditionRejected
        ConditionWaived MeasurementRecorded MeasurementCorrected ActionStarted ActionHeld
        ActionCompleted ActionCancelled;
    Municipality:
        CycleCancelled MilestoneStarted MilestoneSubmitted MilestoneReturned AssessmentStarted
        IndicatorAnswered IndicatorsAnswered ItemAssigned ItemUnassigned AssessmentSubmitted
        AssessmentReturned ActionPlanCreated ActionPlanChanged ObjectiveAdded ObjectiveChanged
        ObjectiveRemoved ActionAdded ActionChanged ActionRemoved ActionIndicatorDefined
        ActionPlanSentToLocalReview ActionPlanAdopted ActionPlanSubmitted ActionPlanReturned
        ActionPlanApprovalProposed ActionPlanCompletionProposed ConditionSubmitted
        ResponsibleEntityAdded ResponsibleEntityChanged RefusalConveyed;
    Committee: DecisionPrepared DecisionDecided;
    Personal: AccountInvited MembershipGranted MembershipEnded AccountAdded AccountActivated
        IdentityLinked InvitationAccepted
        ClientAdded ClientSecretAdded ClientRevoked;
}
