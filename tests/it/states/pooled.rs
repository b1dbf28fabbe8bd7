//! A pooler that does not give the session that was asked for is found out and refused.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::{DEMO, MIGRATE, USES, refused_alike};
use crate::databases::{self, Backend};

/// What a pooler does with settings that a session asks for.
#[derive(Clone, Copy, Debug)]
enum Settings {
    Refused,
    Dropped,
}

/// Stands between a database and its clients as `PgBouncer` does; answers with the address through it.
async fn pooler(url: &str, settings: Settings) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (start, path) = url.rsplit_once('/').unwrap();
    let (start, database) = start.rsplit_once('@').unwrap();
    let through = format!("{start}@{}/{path}", listener.local_addr().unwrap());
    let database = database.to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let database = TcpStream::connect(&database).await.unwrap();
            tokio::spawn(pass(client, database, settings));
        }
    });
    through
}

async fn pass(mut client: TcpStream, mut database: TcpStream, settings: Settings) {
    const TLS: u32 = 80_877_103;
    loop {
        let length = client.read_u32().await.unwrap();
        let protocol = client.read_u32().await.unwrap();
        let mut rest = vec![0; length as usize - 8];
        client.read_exact(&mut rest).await.unwrap();
        if protocol == TLS {
            client.write_all(b"N").await.unwrap();
            continue;
        }
        if let Settings::Refused = settings {
            let fields = b"SFATAL\0C08P01\0Munsupported startup parameter: extra_float_digits\0\0";
            client.write_u8(b'E').await.unwrap();
            let length = u32::try_from(fields.len() + 4).unwrap();
            client.write_u32(length).await.unwrap();
            return client.write_all(fields).await.unwrap();
        }
        let kept = without_settings(&rest);
        let length = u32::try_from(kept.len() + 8).unwrap();
        database.write_u32(length).await.unwrap();
        database.write_u32(protocol).await.unwrap();
        database.write_all(&kept).await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut database).await;
        return;
    }
}

/// The parameters of a session without its settings.
fn without_settings(parameters: &[u8]) -> Vec<u8> {
    let parts: Vec<_> = parameters.split(|byte| *byte == 0).collect();
    let pairs = parts
        .chunks(2)
        .filter(|pair| pair.len() == 2 && !pair[0].is_empty());
    let kept = pairs.filter(|pair| !matches!(pair[0], b"options" | b"extra_float_digits"));
    let mut bytes: Vec<u8> = kept
        .flatten()
        .flat_map(|part| [part, &b"\0"[..]].concat())
        .collect();
    bytes.push(0);
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_changes_sessions_is_refused_in_its_own_words() {
    let url = databases::fresh(Backend::Postgres).await;
    let all = [&USES[..], &[MIGRATE, DEMO]].concat();
    for settings in [Settings::Refused, Settings::Dropped] {
        let through = pooler(&url, settings).await;
        for words in &all {
            let told = crate::harness::command(&through, words).await.unwrap_err();
            assert!(
                told.starts_with("DATABASE_URL leads to a pooler"),
                "{settings:?} {words:?}: {told}"
            );
        }
    }
    // Named without a pooler it is what it is.
    let told = refused_alike(&url, &[DEMO]).await;
    assert!(told.contains("not a demonstration"), "{told}");
}
