//! `gws-emulator`: the emulator as a program.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use gws_emulator::{Config, StartError, SupervisorLeg, start};
use tracing_subscriber::EnvFilter;

/// A Genesys Web Services v2 server for one machine.
///
/// A contact centre in memory, with agents who take calls by themselves, two supervisors (on 5005
/// and 5006), the REST API below /api/v2, and CometD notifications at /api/v2/notifications. It
/// listens on 127.0.0.1 only.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Arguments {
    /// Port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 8090)]
    port: u16,

    /// Number of agents, on 6001 and so on
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    agents: u32,

    /// With the same seed the same contact centre lives the same day
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Directory of a web page to serve at /
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,

    /// Take every request without a session for the supervisor's: no sign-in
    #[arg(long)]
    auto_login: bool,

    /// How a supervisor's leg of a call begins
    #[arg(long, value_enum, default_value_t = Leg::Ring)]
    supervisor_leg: Leg,

    /// Time in the contact centre per time outside
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    speed: f64,

    /// Nothing happens by itself
    #[arg(long)]
    no_life: bool,

    /// Changes need no CSRF token
    #[arg(long)]
    no_csrf: bool,

    /// The supervisor's name to sign in with
    #[arg(long, default_value = "supervisor")]
    user: String,

    /// Everybody's password
    #[arg(long, default_value = "listen-in")]
    password: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Leg {
    /// It rings until the supervisor answers
    Ring,
    /// It is answered at once
    Answered,
}

const AFTER_HELP: &str = "\
Try it:
  gws-emulator --auto-login &
  curl -s 'http://127.0.0.1:8090/api/v2/me?subresources=*'

Other users sign in with HTTP Basic: second-supervisor, agent6001, agent6002, …

Exit status: 0 after SIGTERM or Ctrl-C, 1 if it cannot start, 2 for wrong arguments,
3 if the port is taken. RUST_LOG=debug says more on standard error.";

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

    let user = arguments.user.clone();
    let password = arguments.password.clone();
    let auto_login = arguments.auto_login;
    let emulator = match start(arguments.into()).await {
        Ok(emulator) => emulator,
        Err(error) => {
            eprintln!("gws-emulator: {error}");
            return ExitCode::from(match error {
                StartError::PortTaken(_) => PORT_TAKEN,
                _ => CANNOT_START,
            });
        }
    };
    let url = emulator.url();
    if auto_login {
        println!("gws-emulator listens on {url} and takes everyone for {user}");
    } else {
        println!("gws-emulator listens on {url}; sign in as {user} with the password {password}");
    }
    asked_to_end().await;
    emulator.stop().await;
    ExitCode::SUCCESS
}

impl From<Arguments> for Config {
    fn from(arguments: Arguments) -> Self {
        Self {
            port: arguments.port,
            // At most 100,000.
            agents: arguments.agents as usize,
            seed: arguments.seed,
            life: !arguments.no_life,
            speed: arguments.speed,
            supervisor_leg: match arguments.supervisor_leg {
                Leg::Ring => SupervisorLeg::Ring,
                Leg::Answered => SupervisorLeg::Answered,
            },
            page: arguments.page,
            auto_login: arguments.auto_login,
            csrf: !arguments.no_csrf,
            user: arguments.user,
            password: arguments.password,
            notifications: bayeux::server::Options::default(),
        }
    }
}

/// Waits for Ctrl-C, or SIGTERM where there is such a thing.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without a handler the program ends on Ctrl-C anyway.
    let _ = tokio::signal::ctrl_c().await;
}
