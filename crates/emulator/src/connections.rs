//! Taking connections: each is served for as long as it behaves, and there are never more than
//! [`Limits::connections`]. Others are told so and turned away.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

use crate::http::JSON;
use crate::limits::Limits;

/// How long a client may leave an answer unread before it is given up.
const UNREAD: Duration = Duration::from_secs(30);
/// How many are told that there are too many, at once. The rest is just closed.
const TURNED_AWAY: usize = 64;
/// How long that may take.
const TURN_AWAY: Duration = Duration::from_secs(1);

/// Takes connections. Dropped, it drops them all: the set aborts its tasks.
pub(crate) async fn serve(listener: TcpListener, app: Router, limits: Limits) {
    let mut connections = JoinSet::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    let door = Arc::new(Semaphore::new(TURNED_AWAY));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, mostly: some will be free in a moment.
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        while connections.try_join_next().is_some() {}
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "small answers may be slow");
        }
        if let Ok(place) = Arc::clone(&room).try_acquire_owned() {
            let app = app.clone();
            let limits = limits.clone();
            connections.spawn(async move {
                serve_one(stream, app, &limits).await;
                drop(place);
            });
        } else if let Ok(place) = Arc::clone(&door).try_acquire_owned() {
            tracing::warn!(limit = limits.connections, "too many connections");
            connections.spawn(async move {
                turn_away(stream).await;
                drop(place);
            });
        }
    }
}

/// Serves a connection to its end.
pub(crate) async fn serve_one(
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    app: Router,
    limits: &Limits,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(UNREAD));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits.header_lines)
        .max_header_size(limits.header_bytes)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(app),
        );
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Tells a client that there are too many. What it sends is read, because it might not see the
/// answer otherwise.
async fn turn_away(mut stream: TcpStream) {
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {JSON}\r\ncontent-length: {}\r\n\
         retry-after: 1\r\nconnection: close\r\n\r\n{TOO_MANY}",
        TOO_MANY.len()
    );
    let answer = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        let mut sent = [0; 1024];
        while stream.read(&mut sent).await? > 0 {}
        std::io::Result::Ok(())
    };
    match tokio::time::timeout(TURN_AWAY, answer).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "turned away, and gone already"),
        Err(_) => tracing::debug!("turned away, and still sending"),
    }
}

const TOO_MANY: &str =
    r#"{"statusCode":4,"statusMessage":"There are too many connections to this server."}"#;
