//! What every request meets on its way in, whatever it asks for: budgets, turns, how it is answered.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use actix_web::HttpRequest;
use tokio::{runtime::Handle, time::sleep};

use crate::{error::Failure, language::Language};

use super::{
    bucket::Key,
    cost::Fields,
    document::Reading,
    gate::{Gate, Turn},
    known::Known,
    lane::Lane,
    meter::{Meter, Overdrawn},
    negotiation::Media,
    reply::Reply,
    settings::Settings,
    site::Site,
    visit::Visit,
};

/// Everything a request meets on its way in.
pub(crate) struct Door<S> {
    /// The house behind it.
    pub(crate) site: Arc<S>,
    /// How it meets clients.
    pub(crate) settings: Settings,
    /// What documents are judged by.
    pub(crate) language: Arc<Language>,
    /// The schema as the cost walk sees it.
    pub(crate) fields: Arc<Fields>,
    /// The documents that clients send often.
    pub(crate) known: Known<Reading>,
    /// The budgets of callers.
    pub(crate) meter: Arc<Meter>,
    /// How many are let in at once.
    pub(crate) gate: Gate,
    /// Where large operations are done, so that they never have all workers.
    pub(crate) large: Lane,
    /// Where the work is done. Each worker of the server has a runtime of its own; a connection of
    /// the shared pool would be woken by one and used by another, at every statement.
    pub(crate) runtime: Handle,
}

impl<S: Site> Door<S> {
    /// Whose budget a request spends as long as nobody is known but its address.
    pub(crate) fn key(&self, request: &HttpRequest) -> Key {
        let peer = request.peer_addr();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        Key::Address(self.settings.proxies.client(peer, request.headers()))
    }

    /// Counts a request of an address, before its token costs anything. An address that sends too
    /// much is told so after a while: to tell it at once is work for the server, and no reason to
    /// stop.
    pub(crate) async fn admit(&self, request: &HttpRequest) -> Result<(), Overdrawn> {
        let admitted = self.meter.admit(self.key(request));
        if let Err(overdrawn) = &admitted {
            self.settings.metrics.limited(overdrawn.notice.policy());
            sleep(self.settings.refused_after).await;
        }
        admitted
    }

    /// How to answer a request.
    pub(crate) fn reply<'a>(&'a self, visit: &'a Visit, media: Media) -> Reply<'a> {
        Reply {
            visit,
            media,
            docs: &self.settings.docs,
            resource_metadata: self.settings.resource_metadata.as_deref(),
        }
    }

    /// A turn among the requests that are worked on.
    pub(crate) async fn turn(&self, address: Key) -> Result<Turn, Failure> {
        let turn = self.gate.enter(address).await;
        turn.inspect_err(|_| self.settings.metrics.shed())
    }
}
