//! The configuration of an emulator.

mod centre;
mod cross_origin;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use bayeux::server::{self, BrowserCookie};

use crate::steer::fault::Fault;
use crate::wire::Style;
use crate::world::{Features, Settings, SupervisorLeg, TServerOptions, WorldConfig};

pub use self::centre::CentreOptions;
pub use self::cross_origin::{CrossOriginSettings, NotAnOrigin, OriginPattern, SameSite};

/// The configuration of an emulator.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on. Default 127.0.0.1; any other than a loopback address lets other
    /// machines in, although everybody's password is documented and nothing is encrypted.
    pub listen: IpAddr,
    /// The port; 0 takes any free one. Default 8090, as with GWS.
    pub port: u16,
    /// The number of agents. Default 40.
    pub agents: usize,
    /// The same seed yields the same contact centre and the same day. Default 1.
    pub seed: u64,
    /// Whether customers and agents are simulated. If not, all agents are ready and wait for
    /// [`Control`](crate::Control). Default yes.
    pub life: bool,
    /// Time in the contact centre per real time, from 0.001 to 1000. Default 1.
    pub speed: f64,
    /// The features of the contact centre. Default all.
    pub features: Features,
    /// Options that the agent desktop reads. Default as documented.
    pub settings: Settings,
    /// How a supervisor's leg begins. Default: it rings.
    pub supervisor_leg: SupervisorLeg,
    /// T-Server's options about supervision. Default: T-Server's own defaults.
    pub t_server: TServerOptions,
    /// The shapes of resources and messages. Default 8.5.2, with oddities.
    pub style: Style,
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
    /// `sessionMaxInactiveInterval`: a session that is unused for this long ends. Default 1,800 s,
    /// as with GWS.
    pub session_max_inactive_interval: Duration,
    /// `crossOriginSettings`: the other origins whose pages may use the API. Default none.
    pub cross_origin: CrossOriginSettings,
    /// The requests to which browsers add the cookies. Default [`SameSite::Lax`].
    pub same_site: SameSite,
    /// Faults that are active from the start. Default none.
    pub faults: Vec<Fault>,
    /// A HAR whose recorded responses and notifications replace the contact centre's: no sign-in is
    /// needed, and there are no agents. Default none.
    pub replay: Option<PathBuf>,
    /// CometD's options.
    ///
    /// Assumption: GWS has CometD's defaults and no extensions. However, at most 10,000 messages may
    /// wait for a client: then its session ends.
    pub notifications: server::Options,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8090,
            agents: 40,
            seed: 1,
            life: true,
            speed: 1.0,
            features: Features::default(),
            settings: Settings::default(),
            supervisor_leg: SupervisorLeg::Ring,
            t_server: TServerOptions::default(),
            style: Style::default(),
            page: None,
            auto_login: false,
            csrf: true,
            user: "supervisor".to_owned(),
            password: "listen-in".to_owned(),
            session_max_inactive_interval: Duration::from_secs(1_800),
            cross_origin: CrossOriginSettings::default(),
            same_site: SameSite::default(),
            faults: Vec::new(),
            replay: None,
            notifications: server::Options {
                max_queue: Some(10_000),
                ..server::Options::default()
            },
        }
    }
}

impl Config {
    /// The part that concerns the contact centre itself.
    pub(crate) fn world(&self) -> WorldConfig {
        WorldConfig {
            seed: self.seed,
            agents: self.agents,
            life: self.life,
            supervisor_leg: self.supervisor_leg,
            t_server: self.t_server.clone(),
            supervisor_user_name: self.user.clone(),
            features: self.features.clone(),
            settings: self.settings.clone(),
        }
    }

    /// The cookie of the notification endpoint. Unless CometD's options say otherwise, it is sent
    /// with the same requests as the others.
    pub(crate) fn browser_cookie(&self) -> BrowserCookie {
        let mut cookie = self.notifications.browser_cookie.clone();
        if cookie.same_site.is_none() {
            cookie.same_site = Some(match self.same_site {
                SameSite::Lax => server::SameSite::Lax,
                SameSite::None => server::SameSite::None,
            });
            cookie.secure |= self.same_site == SameSite::None;
        }
        cookie
    }
}
