//! `cargo xtask dev`: Trunk serves the page, rebuilds it after each change, and forwards requests to
//! the API to an emulator (see Trunk.toml).

use anyhow::Result;
use clap::Args;

use crate::emulator::{self, ContactCentre};
use crate::process::{self, Child};
use crate::setup::{self, Purpose};

/// Options of `cargo xtask dev`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port of the page. The emulator's is always 8090.
    #[arg(long, default_value_t = 8080)]
    port: u16,

    #[command(flatten)]
    centre: ContactCentre,

    /// Opens the page in your browser.
    #[arg(long)]
    open: bool,
}

/// Serves the page until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<()> {
    emulator::ensure_free(
        emulator::PORT,
        "the emulator needs it. If an emulator is what runs there, `trunk serve` is all you need; \
         otherwise end that program",
    )?;
    emulator::ensure_free(options.port, &emulator::choose_another("dev", options.port))?;
    let tools = setup::ensure(Purpose::Page)?;
    emulator::build()?;
    let mut emulator = emulator::start(emulator::PORT, &options.centre, None)?;
    let mut trunk = tools.trunk();
    trunk.args(["serve", "--port", &options.port.to_string()]);
    if options.open {
        trunk.arg("--open");
    }
    println!(
        "\nThe page will be at http://127.0.0.1:{}/ (Ctrl-C ends it)\n",
        options.port
    );
    let mut trunk = Child::spawn(trunk)?;
    process::until_interrupted(&mut [&mut emulator.child, &mut trunk])?;
    println!("\nStopping Trunk and the emulator.");
    Ok(())
}
