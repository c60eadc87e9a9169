//! The arguments of the command line, and the configuration they make.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderName;
use clap::Parser;
use gws_emulator::script::Shipped;
use gws_emulator::{
    CentreOptions, Config, CrossOriginSettings, Fault, OriginPattern, SameSite, Script,
};

use crate::help::{AFTER_HELP, faults, scripts};

/// A Genesys Web Services v2 server for one machine.
///
/// A contact centre in memory, with simulated agents and customers, two supervisors (on 5005 and
/// 5006), the REST API below /api/v2, CometD notifications at /api/v2/notifications, and a console at
/// /emulator.
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Address to listen on; any but 127.0.0.1 and ::1 lets other machines in
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    listen: IpAddr,

    /// Port to listen on; 0 takes any that is free
    #[arg(long, default_value_t = 8090)]
    port: u16,

    #[command(flatten)]
    centre: CentreOptions,

    /// Directory of a web page to serve at /
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,

    /// Treat every request without a session as the supervisor's: no sign-in
    #[arg(long)]
    pub(crate) auto_login: bool,

    /// Contact-centre time per real time
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    speed: f64,

    /// Changes need no CSRF token
    #[arg(long)]
    no_csrf: bool,

    /// How long an unused session lasts, in seconds (sessionMaxInactiveInterval)
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

    /// The requests to which browsers add the cookies
    #[arg(long, value_enum, default_value_t = SameSite::Lax)]
    same_site: SameSite,

    /// A fault; may be given more than once
    #[arg(long, value_name = "NAME[:KEY=VALUE,…]", long_help = faults())]
    fault: Vec<Fault>,

    /// A script to play: a file, or the name of a shipped one
    #[arg(long, value_name = "FILE", value_parser = script, long_help = scripts())]
    pub(crate) script: Option<Script>,

    /// An option of CometD's by its name, such as maxInterval=15000; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = cometd_option)]
    cometd: Vec<(String, String)>,

    /// Switch CometD's ack extension on
    #[arg(long)]
    ack: bool,

    /// The supervisor's name to sign in with
    #[arg(long, default_value = "supervisor")]
    pub(crate) user: String,

    /// Everybody's password
    #[arg(long, default_value = "listen-in")]
    pub(crate) password: String,

    /// Answer every request below /api/v2 from a HAR, exported from a browser's developer tools.
    /// Flags about the contact centre have no effect then
    #[arg(long, value_name = "FILE", conflicts_with = "script")]
    pub(crate) replay: Option<PathBuf>,
}

impl From<Arguments> for Config {
    fn from(arguments: Arguments) -> Self {
        let mut cross_origin = CrossOriginSettings {
            allowed_origins: arguments.allow_origin,
            ..CrossOriginSettings::default()
        };
        cross_origin.allowed_headers.extend(arguments.allow_header);
        let mut notifications = Self::default().notifications;
        for (name, value) in &arguments.cometd {
            let set = notifications.set(name, value);
            set.expect("checked when it was parsed");
        }
        notifications.acknowledged_messages = arguments.ack;
        let mut config = Self {
            listen: arguments.listen,
            port: arguments.port,
            speed: arguments.speed,
            page: arguments.page,
            auto_login: arguments.auto_login,
            csrf: !arguments.no_csrf,
            user: arguments.user,
            password: arguments.password,
            session_max_inactive_interval: Duration::from_secs(arguments.session_timeout.into()),
            cross_origin,
            same_site: arguments.same_site,
            faults: arguments.fault,
            replay: arguments.replay,
            notifications,
            ..Self::default()
        };
        arguments.centre.apply_to(&mut config);
        config
    }
}

/// Reads a script from a file, or finds the shipped one of that name.
fn script(name: &str) -> Result<Script, String> {
    match std::fs::read_to_string(name) {
        Ok(text) => Script::read(name, &text).map_err(|error| format!("\n{error}")),
        Err(error) => match Shipped::named(name) {
            Some(shipped) => shipped.script().map_err(|error| error.to_string()),
            None => Err(format!(
                "it cannot be read ({error}), and no shipped one has that name"
            )),
        },
    }
}

/// Parses and checks an option of CometD's.
fn cometd_option(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is expected")?;
    let mut scratch = Config::default().notifications;
    scratch
        .set(name, value)
        .map_err(|error| error.to_string())?;
    Ok((name.to_owned(), value.to_owned()))
}
