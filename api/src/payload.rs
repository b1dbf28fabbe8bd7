//! What mutations answer with, and the objects that rows become.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{Context, Object, OutputType, TypeName};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::{
    access::{Asking, Reader, Row, Scope, Viewer},
    audit::shown_fields,
    effects::Effects,
    error::Failure,
    id::{Id, Kind},
    refusal::{Overtaken, Refused, Replay, UserError},
    warning::UserWarning,
};

/// An object of the schema that stands for one row that the doors returned.
pub(crate) trait RowObject:
    OutputType + Send + Sync + From<Arc<<Self::Entity as EntityTrait>::Model>>
{
    /// The table.
    type Entity: Scope<Model: Sync>;
}

impl Reader {
    /// The object of the row with this key, if it exists for the viewer.
    pub(crate) async fn object<T: RowObject>(&self, key: Uuid) -> Result<Option<T>, Failure> {
        Ok(self.one(Id::<T::Entity>::new(key)).await?.map(T::from))
    }
}

/// Declares the object type of a table, its fields over a shared row, and how it is made from one.
macro_rules! row_object {
    ($(#[$meta:meta])* $name:ident = $fields:ident of $table:ident) => {
        $crate::in_order::in_order! {
            $(#[$meta])*
            $name = $fields of $table::Model
        }

        impl $crate::payload::RowObject for $name {
            type Entity = $table::Entity;
        }
        impl From<$table::Model> for $name {
            fn from(row: $table::Model) -> Self {
                $fields(std::sync::Arc::new(row)).into()
            }
        }
    };
}
pub(crate) use row_object;

/// The row as another client left it. Read it, decide, and send the change again with
/// `currentVersion` as `expectedVersion`.
#[derive(Debug)]
pub(crate) struct Conflict<T> {
    overtaken: Overtaken,
    subject: std::marker::PhantomData<fn() -> T>,
}

impl<T> Conflict<T> {
    pub(crate) fn new(overtaken: Overtaken) -> Self {
        Self {
            overtaken,
            subject: std::marker::PhantomData,
        }
    }
}

impl<T: RowObject> TypeName for Conflict<T> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Conflict", T::type_name()))
    }
}

/// The row as another client left it. Read it, decide, and send the change again with
/// `currentVersion` as `expectedVersion`.
#[Object(name_type)]
impl<T: RowObject> Conflict<T> {
    /// The version now.
    async fn current_version(&self) -> i32 {
        self.overtaken.current_version
    }

    /// The fields of the row that changed since the version you expected and that you may read, such
    /// as `level`; null when that is not known.
    async fn changed_fields(&self, ctx: &Context<'_>) -> Result<Option<Vec<String>>, Failure> {
        let reader = ctx.reader();
        let Some(columns) = reader.changed_since(&self.overtaken).await? else {
            return Ok(None);
        };
        let row = reader.one(Id::<T::Entity>::new(self.overtaken.id)).await?;
        Ok(row.map(|row| {
            let columns = columns.iter().map(String::as_str);
            let place = T::Entity::place(&row);
            shown_fields(ctx.viewer(), T::Entity::TYPE, place, columns)
        }))
    }

    /// The row as it is now; null when you cannot see it any more.
    async fn current(&self, ctx: &Context<'_>) -> Result<Option<T>, Failure> {
        ctx.reader().object(self.overtaken.id).await
    }
}

/// What a payload holds.
#[derive(Debug)]
pub(crate) struct Concluded<T> {
    pub(crate) subject: Option<T>,
    pub(crate) user_errors: Vec<UserError>,
    pub(crate) warnings: Vec<UserWarning>,
    pub(crate) conflict: Option<Conflict<T>>,
    pub(crate) replayed: bool,
}

impl<T> Concluded<T> {
    fn new(subject: Option<T>) -> Self {
        Self {
            subject,
            user_errors: Vec::new(),
            warnings: Vec::new(),
            conflict: None,
            replayed: false,
        }
    }

    fn warned(self, warnings: Vec<UserWarning>) -> Self {
        Self { warnings, ..self }
    }

    fn refused(user_errors: Vec<UserError>) -> Self {
        Self {
            user_errors,
            ..Self::new(None)
        }
    }

    fn overtaken(overtaken: Overtaken) -> Self {
        let user_errors = vec![overtaken.user_error()];
        Self {
            conflict: Some(Conflict::new(overtaken)),
            ..Self::refused(user_errors)
        }
    }
}

/// Concludes an attempt of the viewer; failures are left to be top-level errors. A replay reads
/// what the first attempt wrote under the rights of today.
pub(crate) async fn concluded<T: RowObject, S: Into<T>>(
    ctx: &Context<'_>,
    viewer: &Viewer,
    outcome: Result<(S, Vec<UserWarning>), Refused>,
) -> Result<Concluded<T>, Failure> {
    let refused = match outcome {
        Ok((subject, warnings)) => {
            Effects::note(ctx);
            return Ok(Concluded::new(Some(subject.into())).warned(warnings));
        }
        Err(refused) => viewer.settled(refused).await,
    };
    Ok(match refused {
        Refused::Failure(failure) => return Err(failure),
        Refused::Validated(warnings) => Concluded::new(None).warned(warnings),
        Refused::User(errors) => Concluded::refused(errors),
        Refused::Overtaken(overtaken) => Concluded::overtaken(overtaken),
        Refused::Replayed(replay) => Concluded {
            replayed: true,
            ..replayed(ctx, replay).await?
        },
    })
}

async fn replayed<T: RowObject>(
    ctx: &Context<'_>,
    replay: Replay,
) -> Result<Concluded<T>, Failure> {
    Ok(match replay {
        Replay::Effect { kind, .. } if kind != T::Entity::TYPE => {
            let message = format!("a {kind} was stored for a payload of {}", T::Entity::TYPE);
            return Err(Failure::internal(std::io::Error::other(message)));
        }
        Replay::Effect { id, .. } => {
            Effects::note(ctx);
            Concluded::new(ctx.reader().object(id).await?)
        }
        Replay::User(errors) => Concluded::refused(errors),
        Replay::Overtaken(overtaken) => Concluded::overtaken(overtaken),
    })
}

/// Declares the payload of a mutation: its subject, user errors, warnings, and the conflict; and what is
/// made of the user errors, where there is more to tell. A mutation `with warnings` comes to them beside
/// its subject.
macro_rules! payload {
    ($(#[doc = $doc:literal])+ $name:ident {
        $(#[doc = $field_doc:literal])+ $field:ident: $type:ty
        $(, $(#[doc = $more_doc:literal])+ $more:ident: $more_type:ty = $of_errors:path)?
    }) => {
        $crate::payload::payload! { @holding $(#[doc = $doc])+ $name {
            $(#[doc = $field_doc])+ $field: $type
            $(, $(#[doc = $more_doc])+ $more: $more_type = $of_errors)?
        } }

        impl $name {
            /// The payload of an outcome; failures are left to be top-level errors.
            pub(crate) async fn of<T: Into<$type>>(
                ctx: &async_graphql::Context<'_>,
                viewer: &$crate::access::Viewer,
                outcome: Result<T, $crate::refusal::Refused>,
            ) -> Result<Option<Self>, $crate::error::Failure> {
                let outcome = outcome.map(|subject| (subject, Vec::new()));
                let concluded = $crate::payload::concluded(ctx, viewer, outcome).await?;
                Ok(Some(Self::holding(concluded)))
            }
        }
    };
    ($(#[doc = $doc:literal])+ $name:ident with warnings { $(#[doc = $field_doc:literal])+ $field:ident: $type:ty }) => {
        $crate::payload::payload! { @holding $(#[doc = $doc])+ $name { $(#[doc = $field_doc])+ $field: $type } }

        impl $name {
            /// The payload of an outcome; failures are left to be top-level errors.
            pub(crate) async fn of<T: Into<$type>>(
                ctx: &async_graphql::Context<'_>,
                viewer: &$crate::access::Viewer,
                outcome: Result<(T, Vec<$crate::warning::UserWarning>), $crate::refusal::Refused>,
            ) -> Result<Option<Self>, $crate::error::Failure> {
                let concluded = $crate::payload::concluded(ctx, viewer, outcome).await?;
                Ok(Some(Self::holding(concluded)))
            }
        }
    };
    (@holding $(#[doc = $doc:literal])+ $name:ident {
        $(#[doc = $field_doc:literal])+ $field:ident: $type:ty
        $(, $(#[doc = $more_doc:literal])+ $more:ident: $more_type:ty = $of_errors:path)?
    }) => {
        $(#[doc = $doc])+
        #[derive(Debug, async_graphql::SimpleObject)]
        #[graphql(serial)]
        pub(crate) struct $name {
            $(#[doc = $field_doc])+
            $field: Option<$type>,
            $($(#[doc = $more_doc])+
            $more: $more_type,)?
            /// What the end user can mend. Empty when the mutation took effect, and when everything was so
            /// already: then nothing was written.
            user_errors: Vec<$crate::refusal::UserError>,
            /// What a later step will ask for; this one took effect, or would with `validateOnly`. A
            /// replay has none.
            warnings: Vec<$crate::warning::UserWarning>,
            /// Set with `VERSION_CONFLICT`: the row as another client left it.
            conflict: Option<$crate::payload::Conflict<$type>>,
            /// Whether an earlier attempt with the same idempotency key came to this and the present
            /// one did nothing. What is selected is read anew, under your rights of today.
            replayed: bool,
        }

        impl $name {
            fn holding(concluded: $crate::payload::Concluded<$type>) -> Self {
                Self {
                    $field: concluded.subject,
                    $($more: $of_errors(&concluded.user_errors),)?
                    user_errors: concluded.user_errors,
                    warnings: concluded.warnings,
                    conflict: concluded.conflict,
                    replayed: concluded.replayed,
                }
            }
        }
    };
}
pub(crate) use payload;
