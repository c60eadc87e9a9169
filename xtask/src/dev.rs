//! `cargo xtask dev`: Trunk serves the page, rebuilds it after each change, and forwards requests to
//! the API to an emulator (see Trunk.toml).

use anyhow::Result;
use clap::Args;

use crate::emulator;
use crate::process::{self, Child};
use crate::setup::{self, Purpose};

/// Options of `cargo xtask dev`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port of the page. The emulator's is always 8090.
    #[arg(long, default_value_t = 8080)]
    port: u16,

    /// Options of the emulator, such as `-- --agents 100`; `cargo run -p gws-emulator -- --help` lists them.
    #[arg(last = true)]
    emulator: Vec<String>,
}

/// Serves the page until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<()> {
    let advice =
        "if an emulator is what uses it, `trunk serve` is all you need; otherwise end that program";
    emulator::ensure_free(emulator::PORT, advice)?;
    emulator::ensure_free(options.port, "choose another with --port")?;
    let tools = setup::ensure(Purpose::Page)?;
    let emulator = emulator::start(emulator::PORT, None, &options.emulator)?;
    let mut trunk = tools.trunk(&["serve", "--port", &options.port.to_string()]);
    println!(
        "\nThe page will be at http://127.0.0.1:{}/ (Ctrl-C ends it)\n",
        options.port
    );
    process::until_interrupted(vec![emulator, Child::spawn(&mut trunk)?])
}
