//! The registry of machine clients as managers read it.

use async_graphql::{Context, Object};
use entity::client::api_client;
use sea_orm::{ColumnTrait, Order};

use super::{ApiClient, rules::REGISTRARS};
use crate::{
    access::{Asking, Place, Resource, Viewer},
    error::Failure,
    page::{Connection, Count, PageArgs},
    workflow::word,
};

/// Machine clients.
#[derive(Debug, Default)]
pub(crate) struct ClientQuery;

#[Object]
impl ClientQuery {
    /// The machine clients of a programme, the newest first, revoked ones among them. Role:
    /// `PROGRAMME_MANAGER`. Codes: FORBIDDEN, `INSUFFICIENT_SCOPE`, `PAGE_SIZE_EXCEEDED`,
    /// `INVALID_CURSOR`.
    async fn api_clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Key of the programme, such as `FI`.")] programme: String,
        #[graphql(desc = "How many from the start, 1 to 100; 25 if absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<ApiClient>, Failure> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        listed(ctx.viewer(), &programme, args).await
    }
}

async fn listed(
    viewer: &Viewer,
    programme: &str,
    args: PageArgs,
) -> Result<Connection<ApiClient>, Failure> {
    let Some(found) = viewer.catalogue().programme_by_key(programme) else {
        // Nobody keeps the registry of a programme that is not there.
        return Err(Failure::forbidden(
            REGISTRARS.iter().map(|role| word(*role)),
        ));
    };
    let id = found.row.id;
    viewer.permit_reading(Place::programme(Resource::Clients, id), REGISTRARS)?;
    let order = [(api_client::Column::CreatedAt, Order::Desc)];
    let page = args.checked(&("apiClients", &found.row.key))?;
    let here = api_client::Column::ProgrammeId.eq(id);
    let find = viewer.find::<api_client::Entity>().filter(here);
    let slice = find.page(&order, &page).await?;
    let viewer = viewer.clone();
    let count: Count = Box::new(move || {
        let viewer = viewer.clone();
        Box::pin(async move {
            let find = viewer.find::<api_client::Entity>();
            find.filter(api_client::Column::ProgrammeId.eq(id))
                .count()
                .await
        })
    });
    Ok(Connection::new::<api_client::Entity>(
        slice,
        &page,
        &[api_client::Column::CreatedAt],
        count,
        ApiClient::from,
    ))
}
