//! `cargo xtask bench`: the benchmarks in `benches/`, a file each.

mod bayeux;

use anyhow::Result;
use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// The CometD client and the official cometd.js, in headless Chromium.
    ///
    /// Both get the same responses of 1, 100 and 2,000 messages over loopback, in turn. Takes about
    /// three minutes, and as long again for compiling the first time. On a busy machine the ranges
    /// get wide.
    Bayeux(bayeux::Options),
}

/// Measures.
///
/// # Errors
/// Something can't be built, installed or measured.
pub(crate) fn run(what: &What) -> Result<()> {
    match what {
        What::Bayeux(options) => bayeux::run(options),
    }
}
