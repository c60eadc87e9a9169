//! A network between a client and a server that can be cut, and that can lose answers after the
//! server has sent them.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::wait;

/// How the network is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Weather {
    #[default]
    Fine,
    /// Every connection is cut, new ones too.
    Cut,
    /// Requests reach the server; where an answer comes, the connection is cut instead.
    Deaf,
}

/// A network. Dropped, it is cut for good.
#[derive(Debug)]
pub struct Link {
    port: u16,
    weather: watch::Sender<Weather>,
    lost: watch::Receiver<usize>,
    listener: JoinHandle<()>,
}

impl Link {
    /// A network to a port on 127.0.0.1.
    ///
    /// # Errors
    /// There is no port left to listen on.
    pub async fn to(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("cannot listen")?;
        let own_port = listener.local_addr()?.port();
        let weather = watch::Sender::default();
        let (losses, lost) = watch::channel(0);
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = tokio::spawn(accept(listener, server, weather.clone(), losses));
        Ok(Self {
            port: own_port,
            weather,
            lost,
            listener,
        })
    }

    /// Where it begins.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Nothing gets through, neither what is under way nor anything new.
    pub fn cut(&self) {
        self.weather.send_replace(Weather::Cut);
    }

    /// Requests get through, answers are lost.
    pub fn lose_answers(&self) {
        self.weather.send_replace(Weather::Deaf);
    }

    /// Everything gets through again.
    pub fn mend(&self) {
        self.weather.send_replace(Weather::Fine);
    }

    /// Waits until so many answers have been lost.
    ///
    /// # Errors
    /// It takes too long.
    pub async fn until_lost(&self, count: usize) -> Result<()> {
        let look = |lost: &usize| (*lost >= count).then_some(());
        wait::until("an answer is lost", &self.lost, look).await
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    weather: watch::Sender<Weather>,
    losses: watch::Sender<usize>,
) {
    let mut connections = JoinSet::new();
    // Accepting fails only if the machine is out of something; then the test fails for want of a
    // connection.
    while let Ok((client, _)) = listener.accept().await {
        let (mut weather, losses) = (weather.subscribe(), losses.clone());
        connections.spawn(async move {
            let mut changes = weather.clone();
            tokio::select! {
                () = carry(client, server, &mut weather, losses) => {}
                _ = changes.wait_for(|weather| *weather == Weather::Cut) => {}
            }
        });
    }
}

/// Carries bytes to and fro until either side ends, or the network does.
async fn carry(
    client: TcpStream,
    server: SocketAddr,
    weather: &mut watch::Receiver<Weather>,
    losses: watch::Sender<usize>,
) {
    // A server that is not there looks like one that hangs up.
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (mut requests, client) = client.into_split();
    let (answers, mut server) = server.into_split();
    // That a connection breaks is the order of the day here; both its ends notice.
    tokio::select! {
        _ = copy(&mut requests, &mut server) => {}
        () = carry_answers(answers, client, weather, losses) => {}
    }
}

async fn carry_answers(
    mut answers: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    weather: &mut watch::Receiver<Weather>,
    losses: watch::Sender<usize>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = answers.read(&mut bytes).await {
        if *weather.borrow() == Weather::Deaf {
            losses.send_modify(|lost| *lost += 1);
            return;
        }
        if client.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
