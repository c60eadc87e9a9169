//! `gws-emulator`: the emulator as a program.

mod arguments;
mod help;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use gws_emulator::{Config, StartError, start};
use tracing_subscriber::EnvFilter;

use self::arguments::Arguments;

const CANNOT_START: u8 = 1;
const PORT_TAKEN: u8 = 3;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();

    // Before the output that tells others that it is running.
    let until_signal = match until_signal() {
        Ok(signal) => signal,
        Err(error) => {
            eprintln!("gws-emulator: cannot listen for Ctrl-C: {error}");
            return ExitCode::from(CANNOT_START);
        }
    };
    let user = arguments.user.clone();
    let password = arguments.password.clone();
    let auto_login = arguments.auto_login;
    let replay = arguments.replay.clone();
    let mut script = arguments.script.clone();
    let mut config = Config::from(arguments);
    if let Some(centre) = script.as_mut().and_then(|script| script.centre.take()) {
        centre.apply_to(&mut config);
    }
    warn(&config);
    let emulator = match start(config).await {
        Ok(emulator) => emulator,
        Err(error) => {
            eprintln!("gws-emulator: {error}");
            return ExitCode::from(match error {
                StartError::PortTaken(_) => PORT_TAKEN,
                _ => CANNOT_START,
            });
        }
    };
    if let Some(script) = script
        && let Err(error) = emulator.control().play(script)
    {
        eprintln!("gws-emulator: the script cannot be played:\n{error}");
        return ExitCode::from(CANNOT_START);
    }
    let url = emulator.url();
    let line = if let Some(har) = replay {
        format!(
            "gws-emulator listens on {url} and replays {}",
            har.display()
        )
    } else if auto_login {
        format!("gws-emulator listens on {url} and takes everyone for {user}")
    } else {
        format!("gws-emulator listens on {url}; sign in as {user} with the password {password}")
    };
    print(&line);
    until_signal.await;
    emulator.stop().await;
    ExitCode::SUCCESS
}

/// Prints its URL, on standard error if standard output is closed.
fn print(line: &str) {
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        let warning = "warning: standard output cannot be written to";
        // Fails if there is no standard error either.
        let _ = writeln!(
            std::io::stderr(),
            "gws-emulator: {warning} ({error}). {line}"
        );
    }
}

/// Warns on standard error of risky options.
fn warn(config: &Config) {
    if !config.listen.is_loopback() {
        eprintln!(
            "gws-emulator: warning: it listens on {}, so other machines can use it. Anyone who reaches \
             it can sign in{} and do everything; nothing is encrypted. Leave out --listen to restrict \
             it to this machine.",
            config.listen,
            if config.auto_login {
                " without a password"
            } else {
                " with the one password"
            }
        );
    }
    if config.csrf && config.cross_origin.withholds_csrf_token() {
        eprintln!(
            "gws-emulator: warning: as with GWS, pages of other origins may not send X-CSRF-TOKEN \
             unless it is allowed, so they can only read. Add --allow-header X-CSRF-TOKEN, \
             or --no-csrf."
        );
    }
}

/// Completes on Ctrl-C or SIGTERM. Both are caught from this call on, not only once it is awaited.
#[cfg(unix)]
fn until_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Completes on Ctrl-C, which is caught from this call on.
#[cfg(windows)]
fn until_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
