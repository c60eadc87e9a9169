//! `gws-emulator`: the emulator as a program.

use std::io::IsTerminal;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use axum::http::HeaderName;
use clap::{Parser, ValueEnum};
use gws_emulator::faults::FAULTS;
use gws_emulator::script::{SHIPPED, Shipped};
use gws_emulator::{
    Config, CrossOriginSettings, Dialect, FaultOn, Feature, Features, OptionSetting, OriginPattern,
    SameSite, Script, Settings, StartError, Style, Supervised, SupervisorLeg, TServerOptions, Tape,
    start,
};
use tracing_subscriber::EnvFilter;

/// A Genesys Web Services v2 server for one machine.
///
/// A contact centre in memory, with agents who take calls by themselves, two supervisors (on 5005
/// and 5006), the REST API below /api/v2, CometD notifications at /api/v2/notifications, and a
/// console for people at /emulator. It
/// listens on 127.0.0.1 unless told otherwise.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Arguments {
    /// Address to listen on; any but 127.0.0.1 and ::1 lets other machines in
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    listen: IpAddr,

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

    /// Sets one of T-Server's options about supervision; may be given several times
    #[arg(long = "option", value_name = "NAME=VALUE")]
    options: Vec<OptionSetting>,

    /// A SIP Cluster with routing-point monitoring: only scope Call, only silent, no intrusion
    #[arg(long)]
    sip_cluster: bool,

    /// Accept first what T-Server refuses, and let it fail with an ErrorMessage
    #[arg(long)]
    late_refusals: bool,

    /// The version whose shapes resources and messages have
    #[arg(long, value_enum, default_value_t = Version::V852)]
    dialect: Version,

    /// Leave out what is odd in real traffic: empty e164Number, numbers as strings, metrics, …
    #[arg(long)]
    no_oddities: bool,

    /// Time in the contact centre per time outside
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    speed: f64,

    /// The time of the day at which the contact centre begins
    #[arg(long, default_value = "10:00", value_name = "HH:MM", value_parser = time_of_day)]
    begins_at: Duration,

    /// A feature the contact centre lacks, such as api-supervisor-monitoring; may be repeated
    #[arg(long, value_name = "FEATURE")]
    without: Vec<Feature>,

    /// An option of the agent desktop, such as
    /// privilege.teamlead.can-coach-voice=false; may be repeated
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = option)]
    settings: Vec<(String, String)>,

    /// Whom a supervisor may act on
    #[arg(long, value_enum, default_value_t = Whom::Anyone)]
    supervised: Whom,

    /// Nothing happens by itself
    #[arg(long)]
    no_life: bool,

    /// Changes need no CSRF token
    #[arg(long)]
    no_csrf: bool,

    /// How long a sign-in lasts without being used, in seconds (sessionMaxInactiveInterval)
    #[arg(long, default_value_t = 1_800, value_name = "SECONDS",
          value_parser = clap::value_parser!(u32).range(1..))]
    session_timeout: u32,

    /// Pages of this origin may use the API, such as http://localhost:3000 or https://*.example.com;
    /// may be given several times (crossOriginSettings.allowedOrigins)
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<OriginPattern>,

    /// Header that those pages may send beside GWS's default list, which lacks X-CSRF-TOKEN; may be
    /// given several times (crossOriginSettings.allowedHeaders)
    #[arg(long, value_name = "NAME", requires = "allow_origin")]
    allow_header: Vec<HeaderName>,

    /// To which requests browsers add the cookies
    #[arg(long, value_enum, default_value_t = Site::Lax)]
    same_site: Site,

    /// Something that goes wrong; may be given more than once
    #[arg(long, value_name = "NAME[:KEY=VALUE,…]", long_help = faults())]
    fault: Vec<FaultOn>,

    /// A script to play: a file, or the name of one that comes with it
    #[arg(long, value_name = "FILE", value_parser = script, long_help = scripts())]
    script: Option<Script>,

    /// An option of CometD's by its name, such as maxInterval=15000; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = cometd_option)]
    cometd: Vec<(String, String)>,

    /// Notifications are acknowledged (CometD's ack extension) where the client can
    #[arg(long)]
    ack: bool,

    /// The supervisor's name to sign in with
    #[arg(long, default_value = "supervisor")]
    user: String,

    /// Everybody's password
    #[arg(long, default_value = "listen-in")]
    password: String,

    /// Write every exchange below /api to a new file, one a line, without secrets
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Answer every request below /api from a recording, instead of from the contact centre
    #[arg(long, value_name = "FILE", conflicts_with_all = OF_THE_CENTRE)]
    replay: Option<PathBuf>,

    /// Time in the recording per time outside
    #[arg(
        long,
        default_value_t = 1.0,
        value_name = "FACTOR",
        requires = "replay"
    )]
    replay_speed: f64,
}

/// What has no meaning while a recording answers.
const OF_THE_CENTRE: [&str; 13] = [
    "record",
    "agents",
    "seed",
    "auto_login",
    "supervisor_leg",
    "speed",
    "no_life",
    "no_csrf",
    "session_timeout",
    "fault",
    "script",
    "user",
    "password",
];

#[derive(Clone, Copy, ValueEnum)]
enum Leg {
    /// It rings until the supervisor answers
    Ring,
    /// It is answered at once
    Answered,
}

#[derive(Clone, Copy, ValueEnum)]
enum Site {
    /// Those of pages of the same site: same host, any port
    Lax,
    /// Those of any page; the cookies are Secure then
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum Whom {
    /// Every agent
    Anyone,
    /// The agents of the groups the supervisor manages
    OwnGroups,
}

#[derive(Clone, Copy, ValueEnum)]
enum Version {
    /// Monitoring and participants are objects
    #[value(name = "8.5.2")]
    V852,
    /// Monitoring is a word, participants are numbers
    #[value(name = "8.5.1")]
    V851,
}

/// `HH:MM`, as the time since midnight.
fn time_of_day(text: &str) -> Result<Duration, String> {
    let parsed = text.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes): (u64, u64) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then(|| Duration::from_secs(hours * 3_600 + minutes * 60))
    });
    parsed.ok_or_else(|| "a time of the day is written as 09:30".to_owned())
}

/// `OPTION=VALUE`.
fn option(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("an option is written as privilege.teamlead.can-use=false".to_owned()),
    }
}

const AFTER_HELP: &str = "\
T-Server's options, the default first:
  intrusion-enabled=true|false             join a call that is under way
  monitor-internal-calls=true|false        monitor calls without an outside party
  monitor-consult-calls=none|dest|orig|all monitor consult calls to, by, or to and by an agent
  default-monitor-scope=call|agent         what is monitored if a request does not say
  default-monitor-mode=mute|coach|connect|normal
                                           how, if a request does not say (ListenIn does not)
  cancel-monitor-on-disconnect=true|false  monitoring ends with the connection to T-Server

Try it:
  gws-emulator --auto-login &
  curl -s 'http://127.0.0.1:8090/api/v2/me?subresources=*'
  and in a browser: http://127.0.0.1:8090/emulator

A bug report from the field becomes a test:
  gws-emulator --record monday.jsonl
  gws-emulator --replay monday.jsonl

Other users sign in with HTTP Basic: second-supervisor, agent6001, agent6002, …, admin.

Exit status: 0 after SIGTERM or Ctrl-C, 1 if it cannot start, 2 for wrong arguments,
3 if the port is taken. RUST_LOG=debug says more on standard error.";

/// The help on `--fault`: a line on each, and an example.
fn faults() -> String {
    let mut help = "Something that goes wrong from the beginning on; may be given more than once. \
                    Later it can be switched on and off over HTTP (/emulator/instructions).\n\n"
        .to_owned();
    for about in FAULTS {
        help += &format!("  {}\n      {}\n", about.flag(), about.what);
    }
    help += "\nAll can be limited: `every=3` strikes each third time only, `times=1` once, \
             `for=20s` for so long.";
    help
}

/// Reads a script from a file, or takes the one of that name.
fn script(name: &str) -> Result<Script, String> {
    match std::fs::read_to_string(name) {
        Ok(text) => Script::read(name, &text).map_err(|error| format!("\n{error}")),
        Err(error) => match Shipped::named(name) {
            Some(shipped) => shipped.script().map_err(|error| error.to_string()),
            None => Err(format!(
                "it cannot be read ({error}), and none comes with that name"
            )),
        },
    }
}

/// The help on `--script`: what comes with the emulator.
fn scripts() -> String {
    let mut help = "A script to play: a file in TOML, or the name of one that comes with the \
                    emulator. What can stand in one is in the README.\n\n"
        .to_owned();
    for shipped in SHIPPED {
        help += &format!("  {}\n      {}\n", shipped.name, shipped.what());
    }
    help
}

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

    // Before anybody can know that it runs, and end it.
    let asked_to_end = match asked_to_end() {
        Ok(asked) => asked,
        Err(error) => {
            eprintln!("gws-emulator: cannot listen for Ctrl-C: {error}");
            return ExitCode::from(CANNOT_START);
        }
    };
    let user = arguments.user.clone();
    let password = arguments.password.clone();
    let auto_login = arguments.auto_login;
    let replay = arguments.replay.clone();
    let config = Config::from(arguments);
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
    let url = emulator.url();
    if let Some(recording) = replay {
        println!(
            "gws-emulator listens on {url} and replays {}",
            recording.display()
        );
    } else if auto_login {
        println!("gws-emulator listens on {url} and takes everyone for {user}");
    } else {
        println!("gws-emulator listens on {url}; sign in as {user} with the password {password}");
    }
    asked_to_end.await;
    emulator.stop().await;
    ExitCode::SUCCESS
}

/// Says on standard error what somebody may not have meant.
fn warn(config: &Config) {
    if !config.listen.is_loopback() {
        eprintln!(
            "gws-emulator: warning: it listens on {}, so other machines can use it. Whoever reaches \
             it can sign in{} and do everything; nothing is encrypted. Leave out --listen to have it \
             for this machine alone.",
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
             unless it is allowed, so that all they can do is read. Add --allow-header X-CSRF-TOKEN, \
             or --no-csrf."
        );
    }
}

impl From<Arguments> for Config {
    fn from(arguments: Arguments) -> Self {
        let mut cross_origin = CrossOriginSettings {
            allowed_origins: arguments.allow_origin,
            ..CrossOriginSettings::default()
        };
        cross_origin.allowed_headers.extend(arguments.allow_header);
        let mut settings = Settings::default();
        for (name, value) in arguments.settings {
            settings.set(name, value);
        }
        let mut notifications = Self::default().notifications;
        for (name, value) in &arguments.cometd {
            let set = notifications.set(name, value);
            set.expect("an option that was tried out when it was read");
        }
        notifications.acknowledged_messages = arguments.ack;
        Self {
            listen: arguments.listen,
            port: arguments.port,
            // At most 100,000.
            agents: arguments.agents as usize,
            seed: arguments.seed,
            life: !arguments.no_life,
            speed: arguments.speed,
            begins_at: arguments.begins_at,
            features: Features::without(arguments.without),
            settings,
            supervised: match arguments.supervised {
                Whom::Anyone => Supervised::Anyone,
                Whom::OwnGroups => Supervised::OwnGroups,
            },
            supervisor_leg: match arguments.supervisor_leg {
                Leg::Ring => SupervisorLeg::Ring,
                Leg::Answered => SupervisorLeg::Answered,
            },
            t_server: {
                let mut options = TServerOptions {
                    routing_point_monitoring: arguments.sip_cluster,
                    ..TServerOptions::default()
                };
                for setting in arguments.options {
                    options.set(setting);
                }
                options
            },
            late_refusals: arguments.late_refusals,
            style: Style {
                dialect: match arguments.dialect {
                    Version::V852 => Dialect::V852,
                    Version::V851 => Dialect::V851,
                },
                oddities: !arguments.no_oddities,
            },
            page: arguments.page,
            auto_login: arguments.auto_login,
            csrf: !arguments.no_csrf,
            user: arguments.user,
            password: arguments.password,
            session_max_inactive_interval: Duration::from_secs(arguments.session_timeout.into()),
            cross_origin,
            same_site: match arguments.same_site {
                Site::Lax => SameSite::Lax,
                Site::None => SameSite::None,
            },
            faults: arguments.fault,
            tape: match (arguments.record, arguments.replay) {
                (Some(file), _) => Tape::Record(file),
                (None, Some(file)) => Tape::Replay {
                    file,
                    speed: arguments.replay_speed,
                },
                (None, None) => Tape::None,
            },
            script: arguments.script,
            notifications,
            ..Self::default()
        }
    }
}

/// Takes an option of CometD's apart, and tries it out.
fn cometd_option(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is expected")?;
    let mut scratch = Config::default().notifications;
    scratch
        .set(name, value)
        .map_err(|error| error.to_string())?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Comes to an end on Ctrl-C, or SIGTERM where there is such a thing. Both are heard from the moment
/// this is called, not only once it is awaited.
#[cfg(unix)]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
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

/// Comes to an end on Ctrl-C, which is heard from the moment this is called.
#[cfg(windows)]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
