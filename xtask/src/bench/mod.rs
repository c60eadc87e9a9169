//! `cargo xtask bench`: how fast it is, measured beside others in one run. A file for each thing
//! that is measured; what measures is in `benches/`.

mod bayeux;

use anyhow::Result;
use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// The CometD client beside the official cometd.js, in headless Chromium.
    ///
    /// Both are fed the same responses of 1, 100 and 2,000 messages over loopback, in turn. Takes
    /// about three minutes, and as long again for compiling the first time. On a machine that does
    /// other things meanwhile the ranges get wide; the medians hold longer.
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
