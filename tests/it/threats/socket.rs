//! A client that writes bytes as they are, so that nothing is mended on the way.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::inside_is_not_told;
use crate::harness::App;

/// Far above every limit of time of the server: beyond it, the server never ends the connection.
const NEVER: Duration = Duration::from_mins(1);

/// Opens a connection.
pub(super) async fn connect(app: &App) -> TcpStream {
    let address = app.url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// Everything that comes back until the server ends the connection; it must end it.
pub(super) async fn until_closed(mut socket: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    // A reset ends it as well.
    let _ = timeout(NEVER, socket.read_to_end(&mut bytes))
        .await
        .expect("the server leaves the connection open");
    let text = String::from_utf8(bytes).unwrap();
    inside_is_not_told(&text);
    text
}

/// Sends bytes on a connection of their own and leaves it open.
pub(super) async fn said(app: &App, bytes: &[u8]) -> String {
    let mut socket = connect(app).await;
    // The server may have closed while we still write.
    let _ = socket.write_all(bytes).await;
    until_closed(socket).await
}

/// The status of each answer on a connection.
pub(super) fn statuses(text: &str) -> Vec<u16> {
    let answers = text.match_indices("HTTP/1.1 ");
    answers
        .filter_map(|(at, words)| text[at + words.len()..].get(..3)?.parse().ok())
        .collect()
}
