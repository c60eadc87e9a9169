//! How an emulator is set up, and why it may not start.

use std::path::PathBuf;

use crate::world::SupervisorLeg;

/// How an emulator is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The port on 127.0.0.1; 0 takes any that is free. Default 8090, as GWS.
    pub port: u16,
    /// How many agents work in the contact centre. Default 40.
    pub agents: usize,
    /// With the same seed the same contact centre lives the same day. Default 1.
    pub seed: u64,
    /// Whether anything happens by itself. Without, all agents are ready and wait for
    /// [`Control`](crate::Control). Default yes.
    pub life: bool,
    /// Time in the contact centre per time outside. Default 1.
    pub speed: f64,
    /// How a supervisor's leg begins. Default: it rings.
    pub supervisor_leg: SupervisorLeg,
    /// A directory with the files of a web page, to be served at `/`. Default none.
    pub page: Option<PathBuf>,
    /// Whether a request without a session is the demo supervisor's. Default no.
    pub auto_login: bool,
    /// Whether changes need a CSRF token. Default yes.
    pub csrf: bool,
    /// The demo supervisor's name to sign in with. Default `supervisor`.
    pub user: String,
    /// Everybody's password. Default `listen-in`.
    pub password: String,
    /// CometD's options.
    pub notifications: bayeux::server::Options,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 8090,
            agents: 40,
            seed: 1,
            life: true,
            speed: 1.0,
            supervisor_leg: SupervisorLeg::Ring,
            page: None,
            auto_login: false,
            csrf: true,
            user: "supervisor".to_owned(),
            password: "listen-in".to_owned(),
            notifications: bayeux::server::Options::default(),
        }
    }
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Somebody else listens on the port.
    #[error("port {0} is taken; stop what listens there, or choose another with --port")]
    PortTaken(u16),
    /// The port can't be listened on for another reason.
    #[error("cannot listen on port {port}: {source}")]
    Listen {
        /// The port.
        port: u16,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The page is no directory.
    #[error("{0} is not a directory; build the page first, or leave out --page")]
    NoPage(PathBuf),
    /// Speed must be a number above 0.
    #[error("speed must be above 0 and at most 1000, not {0}")]
    Speed(f64),
}
