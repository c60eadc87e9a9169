//! The emulator under load. Thousands of browsers of one supervisor hold a poll each, on
//! connections of their own; the supervisor's monitoring is switched on and off again, and every
//! switch has to reach every browser, once and in order.
//!
//! | file | holds |
//! |---|---|
//! | `server` | the emulator as a process: begun, weighed, ended |
//! | `connection` | one connection, one request after another |
//! | `browser` | a session: signing in, subscribing, polling |
//! | `switches` | what is published, and what was said to whom when |
//! | `report` | the figures |
//!
//! Client and server share the machine, so what is measured is the time of both. Whatever is lost,
//! comes twice, or can't be measured ends the run with an error.

mod browser;
mod connection;
mod report;
mod server;
mod switches;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use self::browser::{Browser, Desk};
use self::report::{Delivery, Report};
use self::server::Server;
use self::switches::Switches;

/// Puts the emulator under load and measures it.
#[derive(Parser)]
struct Arguments {
    /// How many browsers hold a poll.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    sessions: u32,

    /// How many switches are published in a second, one figure after another.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 5],
          value_parser = clap::value_parser!(u32).range(1..=100))]
    rates: Vec<u32>,

    /// For how many seconds each of them.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,

    /// How many switches are published without a pause, at the end.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    burst: u32,

    /// The emulator's program; without, the one beside this program.
    #[arg(long, value_name = "FILE")]
    emulator: Option<PathBuf>,
}

/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(90);
/// How long a switch may take to reach the last browser before it counts as lost.
const LOST: Duration = Duration::from_secs(10);
/// For how long the idle server is watched.
const IDLE: Duration = Duration::from_secs(3);
/// How many browsers come at the same time.
const ARRIVING: usize = 64;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match tokio::time::timeout(LIMIT, run(&arguments)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(anyhow::anyhow!(
            "it took more than {} seconds",
            LIMIT.as_secs()
        )),
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            if report.is_complete() {
                ExitCode::SUCCESS
            } else {
                eprintln!("error: notifications were lost, came twice, or came out of order");
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<Report> {
    let sessions = arguments.sessions as usize;
    let busy_before = sysinfo::System::load_average().one;
    let paced: u32 = arguments.rates.iter().map(|r| r * arguments.seconds).sum();
    let switches = (1 + paced + arguments.burst) as usize;
    // A connection each, and what a program has open anyway. The server inherits it.
    let files = rlimit::increase_nofile_limit(sessions as u64 + 200)?;
    ensure!(
        files >= sessions as u64 + 100,
        "only {files} files may be open; raise the limit (ulimit -n)"
    );
    let program = match &arguments.emulator {
        Some(program) => program.clone(),
        None => std::env::current_exe()?.with_file_name("gws-emulator"),
    };
    // Each switch on names an agent of its own.
    let mut server = Server::start(&program, switches / 2 + 1).await?;

    // The first session brings what the program loads once.
    let mut desk = Desk::open(server.address()).await?;
    let empty = server.weigh()?;
    let switches = Arc::new(Switches::new(sessions));
    let (mut browsers, arrival) = arrive(server.address(), sessions, &switches).await?;

    // The first switch shows that everybody is listening.
    desk.switch(&switches, Instant::now()).await?;
    settle(&switches, &mut browsers).await?;
    switches.tally()?;
    let full = server.idle().await?;
    let mut report = Report::new(sessions, busy_before, arrival, empty, full);

    tokio::time::sleep(IDLE).await;
    report.idle(IDLE, server.weigh()?.cpu - full.cpu);

    for &rate in &arguments.rates {
        let count = rate * arguments.seconds;
        let before = server.weigh()?.cpu;
        let began = Instant::now();
        for number in 0..count {
            let due = began + Duration::from_secs(1) * number / rate;
            sleep_until(due).await;
            desk.switch(&switches, due).await?;
        }
        settle(&switches, &mut browsers).await?;
        let took = began.elapsed();
        report.delivered(Delivery {
            pace: format!("{rate} a second"),
            took,
            cpu: server.weigh()?.cpu - before,
            tally: switches.tally()?,
        });
    }

    let before = server.weigh()?.cpu;
    let began = Instant::now();
    for _ in 0..arguments.burst {
        desk.switch(&switches, Instant::now()).await?;
    }
    settle(&switches, &mut browsers).await?;
    let took = began.elapsed();
    report.delivered(Delivery {
        pace: format!("{} at once", arguments.burst),
        took,
        cpu: server.weigh()?.cpu - before,
        tally: switches.tally()?,
    });
    report.after = Some(server.weigh()?);
    server.end().await?;
    Ok(report)
}

/// Signs everybody in, some at a time, and has them poll. Says how long it took.
async fn arrive(
    address: std::net::SocketAddr,
    sessions: usize,
    switches: &Arc<Switches>,
) -> Result<(JoinSet<Result<()>>, Duration)> {
    let began = Instant::now();
    let mut arriving = JoinSet::new();
    let mut polling = JoinSet::new();
    for number in 0..sessions + ARRIVING {
        if number < sessions {
            arriving.spawn(Browser::arrive(address));
        }
        if number >= ARRIVING {
            let browser = arriving.join_next().await.context("somebody is arriving")?;
            let browser = browser?.context("a browser cannot sign in")?;
            let seat = number - ARRIVING;
            let switches = Arc::clone(switches);
            polling.spawn(async move { browser.poll(seat, &switches).await });
        }
    }
    Ok((polling, began.elapsed()))
}

/// Waits until everybody knows of everything, or it is clear that somebody never will.
async fn settle(switches: &Switches, browsers: &mut JoinSet<Result<()>>) -> Result<()> {
    tokio::select! {
        _ = tokio::time::timeout(LOST, switches.everybody_knows()) => Ok(()),
        ended = browsers.join_next() => match ended {
            Some(Ok(Ok(()))) | None => bail!("a browser has ceased to poll"),
            Some(Ok(Err(error))) => Err(error.context("a browser has ceased to poll")),
            Some(Err(error)) => Err(error.into()),
        },
    }
}
