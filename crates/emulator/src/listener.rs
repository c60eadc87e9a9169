//! Sockets: an emulator begins to listen, and ends all connections at once when it is stopped, so
//! that another can begin on the same port.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{JoinHandle, JoinSet};

use crate::config::{Config, StartError};
use crate::control::Control;
use crate::http;
use crate::state::{Shared, driver};

/// A running emulator. It runs until it is stopped or dropped.
pub struct Emulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 2],
}

/// Begins to listen on 127.0.0.1.
///
/// # Errors
/// The port is taken, or something in `config` makes no sense.
pub async fn start(config: Config) -> Result<Emulator, StartError> {
    if !(config.speed > 0.0 && config.speed <= 1_000.0) {
        return Err(StartError::Speed(config.speed));
    }
    if let Some(page) = config.page.as_ref().filter(|page| !page.is_dir()) {
        return Err(StartError::NoPage(page.clone()));
    }
    let port = config.port;
    let listener = listen(port).map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortTaken(port),
        _ => StartError::Listen { port, source },
    })?;
    let address = listener
        .local_addr()
        .map_err(|source| StartError::Listen { port, source })?;
    let shared = Shared::new(config, format!("http://{address}/api/v2"));
    let tasks = [
        tokio::spawn(serve(listener, http::router(&shared))),
        tokio::spawn(driver(Arc::clone(&shared))),
    ];
    tracing::info!(%address, "listening");
    Ok(Emulator {
        address,
        shared,
        tasks,
    })
}

impl Emulator {
    /// Where it listens, such as `http://127.0.0.1:8090`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle on the contact centre.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// Ends everything at once, requests under way included. Afterwards the port is free.
    pub async fn stop(mut self) {
        for task in &mut self.tasks {
            task.abort();
            // Aborted: that is all it has to say.
            let _ = task.await;
        }
        tracing::info!(address = %self.address, "stopped");
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn listen(port: u16) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    // Connections of a predecessor may linger on the port.
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(1_024)
}

/// Takes connections. Dropped, it drops them all: the set aborts its tasks.
async fn serve(listener: TcpListener, app: Router) {
    let mut connections = JoinSet::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, mostly: some will be free in a moment.
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        while connections.try_join_next().is_some() {}
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "small answers may be slow");
        }
        let service = TowerToHyperService::new(app.clone());
        connections.spawn(async move {
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}
