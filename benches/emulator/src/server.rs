//! The emulator as a process of its own: begun, weighed, ended.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct Server {
    child: Child,
    pid: Pid,
    system: System,
    address: SocketAddr,
}

/// What a process has taken up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weight {
    /// Resident memory, in bytes.
    pub(crate) memory: u64,
    /// Processor time since it began, over all cores.
    pub(crate) cpu: Duration,
}

/// How often the server is looked at while it comes to rest.
const LOOK: Duration = Duration::from_millis(100);
/// How many looks at rest make it idle.
const AT_REST: u32 = 5;
/// How much of a look's time a server at rest may take.
const RESTING: Duration = Duration::from_millis(10);

impl Server {
    /// Starts a contact centre in which nothing happens by itself.
    pub(crate) async fn start(program: &Path, agents: usize) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["--port", "0", "--no-life", "--agents", &agents.to_string()])
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let line = tokio::time::timeout(Duration::from_secs(10), lines.next_line()).await;
        let line = line.context("the emulator does not say where it listens")??;
        let line = line.context("the emulator ended at once")?;
        let address = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split(|c: char| c == ';' || c.is_whitespace()).next())
            .and_then(|address| address.parse().ok());
        let id = child.id().context("the emulator ended at once")?;
        Ok(Self {
            child,
            pid: Pid::from_u32(id),
            system: System::new(),
            address: address.with_context(|| format!("no address in ‘{line}’"))?,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn weigh(&mut self) -> Result<Weight> {
        self.system.refresh_processes_specifics(
            ProcessesToUpdate::Some(&[self.pid]),
            true,
            ProcessRefreshKind::nothing().with_memory().with_cpu(),
        );
        let process = self.system.process(self.pid);
        let process = process.context("the emulator has ended")?;
        Ok(Weight {
            memory: process.memory(),
            cpu: Duration::from_millis(process.accumulated_cpu_time()),
        })
    }

    /// Waits until the server has come to rest, and weighs it.
    pub(crate) async fn idle(&mut self) -> Result<Weight> {
        let mut last = self.weigh()?;
        let mut at_rest = 0;
        for _ in 0..100 {
            tokio::time::sleep(LOOK).await;
            let now = self.weigh()?;
            at_rest = if now.cpu - last.cpu <= RESTING {
                at_rest + 1
            } else {
                0
            };
            last = now;
            if at_rest == AT_REST {
                return Ok(last);
            }
        }
        bail!("the server does not come to rest")
    }

    /// Ends it.
    pub(crate) async fn end(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}
