//! The root query `rateLimit`: what the budget of whoever asks holds, and what the document costs.
//! The budget itself is kept in front of the executor (`http/meter.rs`).

use async_graphql::{Context, Object};
use chrono::TimeDelta;

use crate::{access::Asking, error::Failure, http::Reading, scalars::DateTime};

/// A budget and a price.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RateLimit(Reading);

/// The budget of points that operations are paid from: one per machine client or person, one per
/// network address without an access token.
#[Object(serial)]
impl RateLimit {
    /// Points of the budget when it is full.
    async fn limit(&self) -> u64 {
        self.0.rate.quota
    }

    /// Points that this operation costs at most. They are charged before it runs; what was not
    /// returned is given back.
    async fn cost(&self) -> u64 {
        self.0.cost
    }

    /// Points left. What this operation costs is taken off already, unless this is a dry run.
    async fn remaining(&self) -> u64 {
        self.0.standing.remaining
    }

    /// Points that come back each second.
    async fn restore_per_second(&self) -> u64 {
        self.0.rate.per_second
    }

    /// When the budget will be full again if nothing else is asked.
    async fn reset_at(&self, ctx: &Context<'_>) -> DateTime {
        let seconds = i64::try_from(self.0.standing.full_in).unwrap_or(i64::MAX);
        let wait = TimeDelta::try_seconds(seconds).unwrap_or(TimeDelta::MAX);
        let now = ctx.viewer().now();
        DateTime(now.checked_add_signed(wait).unwrap_or(now))
    }
}

/// What the budget holds.
#[derive(Debug, Default)]
pub(crate) struct RateLimitQuery;

#[expect(clippy::unused_async, reason = "a resolver is async")]
#[Object]
impl RateLimitQuery {
    /// The budget of whoever asks, and the price of this operation.
    async fn rate_limit(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            default,
            desc = "Only tell the price: the operation is validated, nothing else of it is executed and nothing is charged."
        )]
        dry_run: bool,
    ) -> Result<RateLimit, Failure> {
        // The HTTP layer has acted on it already.
        let _ = dry_run;
        let reading = ctx.data_opt::<Reading>().copied();
        let absent = || Failure::internal(std::io::Error::other("no budget was charged"));
        reading.map(RateLimit).ok_or_else(absent)
    }
}
