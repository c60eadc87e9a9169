//! The emulated contact centre, as a child of `demo` and `dev`.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use anyhow::{Context, Result};

use crate::process::{self, Child};

/// The port that the proxies in Trunk.toml forward to.
pub(crate) const PORT: u16 = 8090;

/// Compiles the emulator, and starts it with a supervisor signed in. It serves the folder `page`, if any, and prints its
/// URL.
pub(crate) fn start(port: u16, page: Option<&Path>, options: &[String]) -> Result<Child> {
    println!("==> Building gws-emulator (the first time about a minute)");
    process::run(&mut process::cargo(&["build", "--package", "gws-emulator"]))?;
    let mut cargo = process::cargo(&["run", "--quiet", "--package", "gws-emulator", "--"]);
    cargo.arg("--auto-login");
    cargo.arg("--port").arg(port.to_string());
    if let Some(page) = page {
        cargo.arg("--page").arg(page);
    }
    Child::spawn(cargo.args(options))
}

/// Checks that a server can listen on a port of this machine.
///
/// # Errors
/// It can't, mostly because another program uses the port; `advice` says what to do then.
pub(crate) fn ensure_free(port: u16, advice: &str) -> Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map(drop)
        .with_context(|| format!("port {port} cannot be used; {advice}"))
}
