//! Ports that are used once in a run: what a browser keeps for an origin (storage, caches, permissions) is so of one
//! test, although tests share browsers.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Result, bail};

/// Below the range of outgoing connections.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

/// A free port that this run has not used yet. Not one chosen by the system: it could choose the same again, and even
/// before a driver listens on it; and not every driver prints its port.
///
/// # Errors
/// None is free.
pub(crate) fn unused() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Other runs begin elsewhere.
    let begin = process::id().wrapping_mul(1_009) % u32::from(COUNT);
    for _ in 0..COUNT {
        let place = begin + u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + u16::try_from(place % u32::from(COUNT)).expect("it is below COUNT");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free")
}
