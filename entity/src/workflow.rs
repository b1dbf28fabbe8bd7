//! The verbs of all state machines.

use crate::column_enum;

column_enum! {
    /// What can be done to something with a state. More values may be added.
    WorkflowAction {
        /// Put in force, now that the agreement is signed.
        Activate,
        /// Begin, or begin again after a hold.
        Start,
        /// Hand over for the next look.
        Submit,
        /// Send back with a reason.
        Return,
        /// Accept as true and final.
        Confirm,
        /// Accept as done.
        Complete,
        /// Do without.
        Waive,
        /// Finish.
        Close,
        /// Give up.
        Cancel,
        /// Interrupt.
        Hold,
        /// Write answers, objectives or other parts.
        Edit,
        /// Send to readers inside the municipality.
        SendToLocalReview,
        /// Adopt by a municipal decision.
        Adopt,
        /// Propose approval.
        ProposeApproval,
        /// Confirm a proposed approval.
        ConfirmApproval,
        /// Propose completion.
        ProposeCompletion,
        /// Accept a proposed completion.
        AcceptCompletion,
        /// Decide.
        Decide,
        /// Make public.
        Publish,
        /// Suspend for a time.
        Suspend,
        /// Put in force again.
        Reinstate,
        /// Withdraw for good.
        Withdraw,
        /// Take out of use for good.
        Revoke,
        /// Lengthen.
        Extend,
        /// Accept as met.
        Accept,
        /// Find not met.
        Reject,
        /// End.
        End,
        /// Replace by something newer. Follows from another act.
        Supersede,
        /// Follow by a newer recognition. Follows from another act.
        Renew,
        /// Note that the last day has passed. Follows from another act.
        Expire,
        /// Remove personal data for good.
        Erase,
        /// Keep from signing in until it is unlocked.
        Lock,
        /// Let sign in again.
        Unlock,
        /// Close for good.
        Deactivate,
        /// Make a new invitation in place of the one before.
        RenewInvitation,
        /// End the invitation, and the link to whoever accepted it.
        EndInvitation,
    }
}
