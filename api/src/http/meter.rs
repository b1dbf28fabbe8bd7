//! What one operation costs: charged before it runs, given back when it is known what was returned,
//! told in `extensions.cost` and in the headers of the draft on rate limits.

use std::{sync::Arc, time::Instant};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use async_graphql::{Name, Value, indexmap::IndexMap};

use crate::error::{Code, Failure};

use super::{
    bucket::{Buckets, Key, Rate, Short, Standing},
    outline::Worth,
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The budgets of this process, and how time is read for them.
#[derive(Debug)]
pub(crate) struct Meter {
    started: Instant,
    requests: Buckets,
    costs: Buckets,
}

/// Which of the two budgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Requests of an address.
    Address,
    /// Points of a client, a person or an address.
    Cost,
}

/// What a response says about a budget.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notice {
    policy: Policy,
    rate: Rate,
    standing: Standing,
}

impl Meter {
    /// Full budgets for everybody.
    pub(crate) fn new(requests: Rate, costs: Rate) -> Self {
        Self {
            started: Instant::now(),
            requests: Buckets::new(requests),
            costs: Buckets::new(costs),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Counts a request before anything is known of it but its address.
    pub(crate) fn admit(&self, key: Key) -> Result<(), Overdrawn> {
        let admitted = self.requests.charge(key, 1, self.now());
        admitted.map(|_| ()).map_err(|short| Overdrawn {
            short,
            cost: 1,
            notice: Notice {
                policy: Policy::Address,
                rate: self.requests.rate(),
                standing: short.standing,
            },
        })
    }

    /// Charges an operation, or asks its price alone.
    pub(crate) fn charge(
        self: &Arc<Self>,
        key: Key,
        cost: u64,
        is_dry_run: bool,
    ) -> Result<Charge, Overdrawn> {
        let charged = if is_dry_run { 0 } else { cost };
        match self.costs.charge(key, charged, self.now()) {
            Ok(standing) => Ok(Charge {
                meter: Arc::clone(self),
                key,
                cost,
                charged,
                standing,
            }),
            Err(short) => Err(Overdrawn {
                short,
                cost,
                notice: self.notice(short.standing),
            }),
        }
    }

    fn notice(&self, standing: Standing) -> Notice {
        Notice {
            policy: Policy::Cost,
            rate: self.costs.rate(),
            standing,
        }
    }
}

/// What a budget does not cover.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overdrawn {
    short: Short,
    cost: u64,
    /// What the headers say.
    pub(crate) notice: Notice,
}

impl Overdrawn {
    /// What the client is told.
    pub(crate) fn failure(&self) -> Failure {
        let message = match self.notice.policy {
            Policy::Address => {
                "Too many requests from this address: wait before the next one.".into()
            }
            Policy::Cost => format!(
                "This costs {} points and {} are left: wait before you send it again.",
                self.cost, self.short.standing.remaining
            ),
        };
        Failure {
            retry_after_ms: Some(self.short.wait_ms.max(1)),
            ..Failure::with(Code::RateLimited, message)
        }
    }
}

/// An operation that was paid for.
#[derive(Debug)]
pub(crate) struct Charge {
    meter: Arc<Meter>,
    key: Key,
    cost: u64,
    charged: u64,
    standing: Standing,
}

/// The budget as the query `rateLimit` tells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// What the budget holds and how fast it fills.
    pub(crate) rate: Rate,
    /// What the document costs.
    pub(crate) cost: u64,
    /// What is left.
    pub(crate) standing: Standing,
}

/// What an operation cost in the end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled {
    /// Points asked for.
    pub(crate) requested: u64,
    /// Points kept.
    pub(crate) actual: u64,
    /// For the headers.
    pub(crate) notice: Notice,
}

impl Charge {
    /// What the query `rateLimit` tells.
    pub(crate) fn reading(&self) -> Reading {
        Reading {
            rate: self.meter.costs.rate(),
            cost: self.cost,
            standing: self.standing,
        }
    }

    /// Gives back what was charged and not returned.
    pub(crate) fn settle(self, worth: Worth) -> Settled {
        let actual = match worth {
            Worth::Points(points) => points.min(self.charged),
            Worth::Nothing => 0,
            Worth::Unknown => self.charged,
        };
        let unused = self.charged - actual;
        let standing = self.meter.costs.refund(self.key, unused, self.meter.now());
        Settled {
            requested: self.cost,
            actual,
            notice: self.meter.notice(standing),
        }
    }
}

impl Settled {
    /// `extensions.cost`.
    pub(crate) fn extension(&self) -> Value {
        let Notice { rate, standing, .. } = self.notice;
        let entries = [
            ("requested", self.requested),
            ("actual", self.actual),
            ("limit", rate.quota),
            ("remaining", standing.remaining),
            ("restorePerSecond", rate.per_second),
        ];
        let entries = entries.map(|(name, number)| (Name::new(name), Value::from(number)));
        Value::Object(IndexMap::from_iter(entries))
    }
}

impl Notice {
    /// The headers `RateLimit-Policy` and `RateLimit`.
    pub(crate) fn mark(&self, headers: &mut HeaderMap) {
        let name = match self.policy {
            Policy::Address => "address",
            Policy::Cost => "cost",
        };
        let Self { rate, standing, .. } = self;
        let policy = format!("\"{name}\";q={};w={}", rate.quota, rate.window());
        let now = format!("\"{name}\";r={};t={}", standing.remaining, standing.full_in);
        for (header, text) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, now)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(header, value);
            }
        }
    }

    /// Which budget this is about.
    pub(crate) fn policy(&self) -> Policy {
        self.policy
    }
}
