//! The emulated contact centre, as a child of `demo` and `dev`.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{self, Child};

/// The port that the proxies in Trunk.toml forward to.
pub(crate) const PORT: u16 = 8090;

/// How long the emulator may take to start listening.
const START: Duration = Duration::from_secs(60);

/// Options of the emulated contact centre.
#[derive(Debug, Args)]
pub(crate) struct ContactCentre {
    /// How many agents work there.
    #[arg(long, value_name = "N", default_value_t = 40)]
    agents: u32,

    /// Seed of the events there: the same number gives the same calls.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// The emulator, which listens.
pub(crate) struct Emulator {
    /// The running program.
    pub(crate) child: Child,
    /// The URL that it listens on.
    pub(crate) url: String,
}

/// Compiles the emulator, so that it starts at once later.
pub(crate) fn build() -> Result<()> {
    println!("==> Building gws-emulator (the first time about a minute)");
    let mut cargo = process::cargo();
    cargo.args(["build", "--package", "gws-emulator"]);
    process::run(cargo)
}

/// Starts the emulator with a supervisor signed in. It also serves the folder `page`, if any.
pub(crate) fn start(port: u16, centre: &ContactCentre, page: Option<&Path>) -> Result<Emulator> {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--package", "gws-emulator", "--"]);
    command.arg("--port").arg(port.to_string());
    command.arg("--agents").arg(centre.agents.to_string());
    if let Some(seed) = centre.seed {
        command.arg("--seed").arg(seed.to_string());
    }
    if let Some(page) = page {
        command.arg("--page").arg(page);
    }
    command.arg("--auto-login");
    let mut child = Child::spawn(command)?;
    child
        .until_listening(port, START)
        .context("the emulator did not start")?;
    let url = format!("http://127.0.0.1:{port}/");
    Ok(Emulator { child, url })
}

/// Advice for [`ensure_free`].
pub(crate) fn choose_another(command: &str, port: u16) -> String {
    let other = port.wrapping_add(1);
    format!("end that one, or choose another: cargo xtask {command} --port {other}")
}

/// Checks that a server can listen on a port of this machine.
///
/// # Errors
/// Another program uses the port, in which case `advice` says what to do, or the port can't be used
/// for another reason.
pub(crate) fn ensure_free(port: u16, advice: &str) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken by another program; {advice}")
        }
        Err(error) => Err(error).with_context(|| format!("port {port} cannot be used")),
    }
}
