//! Starts an emulator on a socket. Stopping it closes all connections at once, so that another can
//! start on the same port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::connections;
use crate::control::Control;
use crate::har::{self, HarError, Replay};
use crate::http;
use crate::state::{Restart, Shared, driver};

/// How long a restart waits for the reply to the request that caused it.
const ANSWER: Duration = Duration::from_secs(2);

/// A running emulator. It runs until it is stopped or dropped.
pub struct Emulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Another program listens on the port.
    #[error("port {0} is taken; stop what listens there, or choose another with --port")]
    PortTaken(u16),
    /// Listening on the address fails for another reason.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address, with the port.
        address: SocketAddr,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The page is not a directory.
    #[error("{0} is not a directory; build the page first, or leave out --page")]
    NoPage(PathBuf),
    /// Speed must be a number from 0.001 to 1000.
    #[error("speed must be from 0.001 to 1000, not {0}")]
    Speed(f64),
    /// The HAR can't be replayed.
    #[error("cannot replay {path}: {source}")]
    Replay {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: HarError,
    },
}

/// Starts an emulator on [`Config::listen`], 127.0.0.1 by default.
///
/// # Errors
/// The port is taken, or `config` is invalid.
pub async fn start(mut config: Config) -> Result<Emulator, StartError> {
    check_speed(config.speed)?;
    if let Some(page) = config.page.as_ref().filter(|page| !page.is_dir()) {
        return Err(StartError::NoPage(page.clone()));
    }
    let har = read_har(&mut config)?;
    let wanted = SocketAddr::new(config.listen, config.port);
    let cannot = |source| StartError::Listen {
        address: wanted,
        source,
    };
    let listener = listen(wanted).map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => StartError::PortTaken(wanted.port()),
        _ => cannot(source),
    })?;
    let address = reachable(listener.local_addr().map_err(cannot)?);
    if !config.listen.is_loopback() {
        tracing::warn!(%wanted, "other machines can connect; nothing is encrypted");
    }
    let shared = Shared::new(config, format!("http://{address}/api/v2"));
    let mut tasks = vec![
        tokio::spawn(serve(
            listener,
            SocketAddr::new(wanted.ip(), address.port()),
            shared.restarts(),
            Arc::clone(&shared),
            har.clone(),
        )),
        tokio::spawn(driver(Arc::clone(&shared))),
    ];
    if let Some(har) = har {
        tasks.push(tokio::spawn(har::deliver(har, Arc::clone(&shared))));
    }
    tracing::info!(%address, "listening");
    Ok(Emulator {
        address,
        shared,
        tasks,
    })
}

impl Emulator {
    /// Its URL, such as `http://127.0.0.1:8090`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A handle on the contact centre.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// Stops at once, aborting requests in progress. Afterwards the port is free.
    pub async fn stop(mut self) {
        for task in &mut self.tasks {
            task.abort();
            // The error is that it was aborted.
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

/// Beyond these limits, conversions to real time would overflow.
fn check_speed(speed: f64) -> Result<(), StartError> {
    match (0.001..=1_000.0).contains(&speed) {
        true => Ok(()),
        false => Err(StartError::Speed(speed)),
    }
}

/// Reads the HAR, if there is one. In that case the contact centre is empty, and every request is
/// the supervisor's.
fn read_har(config: &mut Config) -> Result<Option<Arc<Replay>>, StartError> {
    let Some(path) = &config.replay else {
        return Ok(None);
    };
    let har = Replay::read(path).map_err(|source| StartError::Replay {
        path: path.clone(),
        source,
    })?;
    config.agents = 0;
    config.life = false;
    config.auto_login = true;
    Ok(Some(Arc::new(har)))
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Connections of a predecessor may linger on the port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1_024)
}

/// The address to give to clients: the unspecified one is replaced by loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Serves connections. On a restart, closes the socket and all connections and listens again.
async fn serve(
    mut listener: TcpListener,
    address: SocketAddr,
    mut restarts: watch::Receiver<Restart>,
    shared: Arc<Shared>,
    har: Option<Arc<Replay>>,
) {
    loop {
        let app = http::router(&shared, har.as_ref());
        let down_for = tokio::select! {
            () = connections::serve(listener, app) => return,
            down_for = restart(&mut restarts, &shared) => down_for,
        };
        let Some(down_for) = down_for else {
            return;
        };
        tokio::time::sleep(down_for).await;
        listener = loop {
            match listen(address) {
                Ok(listener) => break listener,
                Err(error) => {
                    tracing::warn!(%error, %address, "cannot listen again yet");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        };
        tracing::info!(%address, "listening again");
    }
}

/// Waits for a restart; returns how long the socket stays closed.
async fn restart(restarts: &mut watch::Receiver<Restart>, shared: &Shared) -> Option<Duration> {
    restarts.changed().await.ok()?;
    let down_for = restarts.borrow_and_update().down_for;
    // The reply to the restart request is sent first, unless its client does not read it.
    let answered = shared.steering.write();
    if tokio::time::timeout(ANSWER, answered).await.is_err() {
        tracing::warn!("restarting although the reply to the restart request was not read");
    }
    Some(down_for)
}
