//! The contact centre that a script wants: the table `[emulator]`. It can say what the command line
//! can about the contact centre itself, by the flags' names (`--sip-cluster` is `sipCluster`) and words;
//! what begins with `--no-` is switched off here (`life = false`).
//!
//! Whatever concerns the server and those who use it is not the script's to say: where it listens,
//! sign-in, limits, CometD's options, and `--speed`, so that anybody can play a script as fast as
//! they like. Faults are instructions.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::centre::Centre;
use crate::wire::Dialect;
use crate::world::{Feature, Features, OptionSetting, Supervised, SupervisorLeg};

/// The contact centre that a script wants. It begins anew with the script; what is not said is as
/// it was.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CentreWanted {
    /// How many agents, up to 100,000.
    pub agents: Option<AgentCount>,
    /// From what everything random follows.
    pub seed: Option<u64>,
    /// Whether anything happens by itself.
    pub life: Option<bool>,
    /// How a supervisor's leg begins.
    pub supervisor_leg: Option<Leg>,
    /// Whom a supervisor may act on.
    pub supervised: Option<Whom>,
    /// The features it lacks; it has all others.
    pub without: Option<FeatureNames>,
    /// Options of the agent desktop.
    pub set: Option<DesktopOptions>,
    /// T-Server's options about supervision.
    pub option: Option<OptionSettings>,
    /// Whether it is a SIP Cluster with routing-point monitoring.
    pub sip_cluster: Option<bool>,
    /// Whether what T-Server refuses is accepted first.
    pub late_refusals: Option<bool>,
    /// The version whose shapes the server speaks.
    pub dialect: Option<Version>,
    /// Whether the oddities of captured traffic are there.
    pub oddities: Option<bool>,
}

impl CentreWanted {
    /// Makes a contact centre as it is wanted.
    pub(crate) fn apply_to(&self, centre: &mut Centre) {
        let world = &mut centre.world;
        put(&mut world.agents, self.agents.map(AgentCount::number));
        put(&mut world.seed, self.seed);
        put(&mut world.life, self.life);
        put(
            &mut world.supervisor_leg,
            self.supervisor_leg.map(Into::into),
        );
        put(&mut world.supervised, self.supervised.map(Into::into));
        put(
            &mut world.features,
            self.without.clone().map(|names| Features::without(names.0)),
        );
        for (name, value) in self.set.iter().flat_map(|set| &set.0) {
            world.settings.set(name, value);
        }
        for setting in self.option.iter().flat_map(|option| &option.0) {
            world.t_server.set(setting.clone());
        }
        put(
            &mut world.t_server.routing_point_monitoring,
            self.sip_cluster,
        );
        put(&mut centre.late_refusals, self.late_refusals);
        put(&mut centre.style.dialect, self.dialect.map(Into::into));
        put(&mut centre.style.oddities, self.oddities);
    }
}

fn put<T>(field: &mut T, wanted: Option<T>) {
    if let Some(wanted) = wanted {
        *field = wanted;
    }
}

/// A number of agents: 0 to 100,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub struct AgentCount(u32);

impl AgentCount {
    /// The number.
    pub fn number(self) -> usize {
        // At most 100,000.
        self.0 as usize
    }
}

impl TryFrom<u32> for AgentCount {
    type Error = String;

    fn try_from(count: u32) -> Result<Self, String> {
        match count {
            0..=100_000 => Ok(Self(count)),
            _ => Err(format!("{count} agents are too many; 100000 may be")),
        }
    }
}

/// How a supervisor's leg begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leg {
    /// It rings until the supervisor answers.
    Ring,
    /// It is answered at once.
    Answered,
}

impl From<Leg> for SupervisorLeg {
    fn from(leg: Leg) -> Self {
        match leg {
            Leg::Ring => Self::Ring,
            Leg::Answered => Self::Answered,
        }
    }
}

/// Whom a supervisor may act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whom {
    /// Every agent.
    Anyone,
    /// The agents of the groups the supervisor manages.
    OwnGroups,
}

impl From<Whom> for Supervised {
    fn from(whom: Whom) -> Self {
        match whom {
            Whom::Anyone => Self::Anyone,
            Whom::OwnGroups => Self::OwnGroups,
        }
    }
}

/// A version of GWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Version {
    /// Monitoring and participants are objects.
    #[serde(rename = "8.5.2")]
    V852,
    /// Monitoring is a word, participants are numbers.
    #[serde(rename = "8.5.1")]
    V851,
}

impl From<Version> for Dialect {
    fn from(version: Version) -> Self {
        match version {
            Version::V852 => Self::V852,
            Version::V851 => Self::V851,
        }
    }
}

/// Features by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct FeatureNames(Vec<Feature>);

impl TryFrom<Vec<String>> for FeatureNames {
    type Error = String;

    fn try_from(ids: Vec<String>) -> Result<Self, String> {
        let features = ids.iter().map(|id| id.parse::<Feature>());
        let features: Result<_, _> = features.collect();
        features.map(Self).map_err(|error| error.to_string())
    }
}

/// Options of the agent desktop, and what they are set to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct DesktopOptions(Vec<(String, String)>);

impl TryFrom<Map<String, Value>> for DesktopOptions {
    type Error = String;

    fn try_from(options: Map<String, Value>) -> Result<Self, String> {
        options_in("", &options).map(Self)
    }
}

/// T-Server's options, and what they are set to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct OptionSettings(Vec<OptionSetting>);

impl TryFrom<Map<String, Value>> for OptionSettings {
    type Error = String;

    fn try_from(options: Map<String, Value>) -> Result<Self, String> {
        let options = options_in("", &options)?.into_iter();
        let settings = options.map(|(name, value)| {
            let setting = format!("{name}={value}").parse();
            setting.map_err(|error| format!("`{name}`: {error}"))
        });
        settings.collect::<Result<_, _>>().map(Self)
    }
}

/// The names and values of a table. TOML makes tables within tables of names with dots.
fn options_in(prefix: &str, table: &Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    let mut options = Vec::new();
    for (name, value) in table {
        let name = format!("{prefix}{name}");
        match value {
            Value::Object(inner) => options.extend(options_in(&format!("{name}."), inner)?),
            Value::String(text) => options.push((name, text.clone())),
            Value::Bool(_) | Value::Number(_) => options.push((name, value.to_string())),
            Value::Null | Value::Array(_) => {
                return Err(format!(
                    "`{name}`: a text, a number, true or false was expected"
                ));
            }
        }
    }
    Ok(options)
}
