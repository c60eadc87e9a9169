//! A network between a client and a server that can be cut, and that can lose responses after the
//! server has sent them.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::wait;

/// The state of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Up,
    /// Every connection is cut, new ones too.
    Cut,
    /// Requests reach the server; instead of delivering a response, the connection is cut.
    LosesAnswers,
}

/// A network. Dropped, it is cut for good.
#[derive(Debug)]
pub struct Link {
    port: u16,
    state: watch::Sender<State>,
    lost: watch::Receiver<usize>,
    listener: JoinHandle<()>,
}

impl Link {
    /// A network to a port on 127.0.0.1.
    pub async fn to(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("cannot listen")?;
        let own_port = listener.local_addr()?.port();
        let state = watch::Sender::default();
        let (losses, lost) = watch::channel(0);
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = tokio::spawn(accept(listener, server, state.clone(), losses));
        Ok(Self {
            port: own_port,
            state,
            lost,
            listener,
        })
    }

    /// The port at its beginning.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts all connections, present and new ones.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Requests get through, answers are lost.
    pub fn lose_answers(&self) {
        self.state.send_replace(State::LosesAnswers);
    }

    /// Lets everything through again.
    pub fn mend(&self) {
        self.state.send_replace(State::Up);
    }

    /// Waits until this many answers have been lost.
    pub async fn until_lost(&self, count: usize) -> Result<()> {
        let find = |lost: &usize| (*lost >= count).then_some(());
        wait::until("an answer is lost", &self.lost, find).await
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
    state: watch::Sender<State>,
    losses: watch::Sender<usize>,
) {
    let mut connections = JoinSet::new();
    // Accepting fails only if the machine runs out of a resource; then the test fails, too.
    while let Ok((client, _)) = listener.accept().await {
        let (mut state, losses) = (state.subscribe(), losses.clone());
        connections.spawn(async move {
            let mut changes = state.clone();
            tokio::select! {
                () = carry(client, server, &mut state, losses) => {}
                _ = changes.wait_for(|state| *state == State::Cut) => {}
            }
        });
    }
}

/// Carries bytes in both directions until either side ends, or the network does.
async fn carry(
    client: TcpStream,
    server: SocketAddr,
    state: &mut watch::Receiver<State>,
    losses: watch::Sender<usize>,
) {
    // A client can't distinguish an absent server from one that hangs up.
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (mut requests, client) = client.into_split();
    let (answers, mut server) = server.into_split();
    // Connections are meant to break here; both ends notice.
    tokio::select! {
        _ = copy(&mut requests, &mut server) => {}
        () = carry_answers(answers, client, state, losses) => {}
    }
}

async fn carry_answers(
    mut answers: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    state: &mut watch::Receiver<State>,
    losses: watch::Sender<usize>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = answers.read(&mut bytes).await {
        if *state.borrow() == State::LosesAnswers {
            losses.send_modify(|lost| *lost += 1);
            return;
        }
        if client.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
