//! A body in chunks that nobody reads to its end. The server below would go on reading it for as
//! long as the client sends. While somebody still holds the body, it closes the connection instead.

use std::{
    cell::RefCell,
    error::Error,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    web::Bytes,
};
use futures_util::{Stream, StreamExt};

/// The body of a request, read by whoever answers and held until the answer is sent.
#[derive(Clone)]
pub(super) struct Unread(Rc<RefCell<Payload>>);

impl Unread {
    /// Takes hold of a body in chunks. One of a known length needs no holding.
    pub(super) fn hold(request: &mut ServiceRequest) -> Option<Self> {
        if !request.chunked().unwrap_or_default() {
            return None;
        }
        let held = Self(Rc::new(RefCell::new(request.take_payload())));
        let payload = Box::pin(held.clone());
        request.set_payload(Payload::Stream { payload });
        Some(held)
    }

    /// Holds the body for as long as the answer lasts.
    pub(super) fn until_answered(self, response: ServiceResponse) -> ServiceResponse {
        response.map_body(|_, body| {
            BoxBody::new(Answer {
                body,
                _unread: self,
            })
        })
    }
}

impl Stream for Unread {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_next_unpin(context)
    }
}

struct Answer {
    body: BoxBody,
    _unread: Unread,
}

impl MessageBody for Answer {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
