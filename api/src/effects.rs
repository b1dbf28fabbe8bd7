//! Which root fields of a mutation took effect. What fails afterwards, while the payload is read, must
//! not read as if nothing had been stored: a client would do it again.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, ErrorExtensionValues, PathSegment, ServerError};

/// The response keys of the root fields that took effect, for one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effects(Arc<Mutex<Vec<String>>>);

impl Effects {
    /// Notes that the root field under way took effect.
    pub(crate) fn note(ctx: &Context<'_>) {
        if let Some(effects) = ctx.data_opt::<Self>() {
            let key = ctx.item.node.response_key().node.to_string();
            let mut keys = effects.0.lock().unwrap_or_else(PoisonError::into_inner);
            keys.push(key);
        }
    }

    /// Whether anything took effect.
    pub(crate) fn any(&self) -> bool {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !keys.is_empty()
    }

    /// Says at an error below a root field that took effect that it did. To send the mutation again would
    /// do it twice, so the error is nothing to try again for.
    pub(crate) fn tell(&self, errors: &mut [ServerError]) {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for error in errors {
            let Some(PathSegment::Field(root)) = error.path.first() else {
                continue;
            };
            if keys.contains(root) {
                let extensions = error
                    .extensions
                    .get_or_insert_with(ErrorExtensionValues::default);
                extensions.set("tookEffect", true);
                extensions.set("retryable", false);
                extensions.unset("retryAfterMs");
            }
        }
    }
}
