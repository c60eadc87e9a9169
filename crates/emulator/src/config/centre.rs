//! Options of the contact centre. One definition serves the command line and a script's table
//! `[emulator]`: `--sip-cluster` is `sipCluster`, and an option that `--no-` switches off is
//! `false` (`life = false`).
//!
//! A script can't set where the server listens, sign-in, limits, CometD's options or `--speed`.
//! Faults are instructions.

use clap::{ArgAction, Args};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::Config;
use crate::wire::Dialect;
use crate::world::{Feature, Features, Supervision, SupervisorLeg};

/// Options of the contact centre. Absent ones keep their values.
#[derive(Args, Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CentreOptions {
    /// Number of agents, on 6001 and so on [default: 40]
    #[arg(long)]
    pub agents: Option<u16>,

    /// The same seed yields the same contact centre and the same day [default: 1]
    #[arg(long)]
    pub seed: Option<u64>,

    /// Nothing happens by itself
    #[arg(long = "no-life", action = ArgAction::SetFalse)]
    pub life: Option<bool>,

    /// How a supervisor's leg of a call begins [default: ring]
    #[arg(long)]
    pub supervisor_leg: Option<SupervisorLeg>,

    /// A feature the contact centre lacks; may be repeated
    #[arg(long, value_name = "FEATURE")]
    pub without: Vec<Feature>,

    /// An option of the agent desktop, such as
    /// privilege.teamlead.can-coach-voice=false; may be repeated
    #[arg(long, value_name = "OPTION=VALUE", value_parser = option)]
    #[serde(deserialize_with = "options")]
    pub set: Vec<(String, String)>,

    /// Monitoring begins with the next call (T-Server's intrusion-enabled=false)
    #[arg(long = "no-intrusion", action = ArgAction::SetFalse)]
    pub intrusion: Option<bool>,

    /// How a supervisor takes part after ListenIn (T-Server's option) [default: mute]
    #[arg(long)]
    pub default_monitor_mode: Option<Supervision>,

    /// A SIP Cluster with routing-point monitoring: only scope Call, only silent, no intrusion
    #[arg(long, action = ArgAction::SetTrue)]
    pub sip_cluster: Option<bool>,

    /// The version whose shapes resources and messages have [default: 8.5.2]
    #[arg(long)]
    pub dialect: Option<Dialect>,

    /// Leave out what is odd in real traffic: empty e164Number, numbers as strings, metrics, …
    #[arg(long = "no-oddities", action = ArgAction::SetFalse)]
    pub oddities: Option<bool>,
}

impl CentreOptions {
    /// Sets the given options in `config`.
    pub fn apply_to(&self, config: &mut Config) {
        set(&mut config.agents, self.agents.map(usize::from));
        set(&mut config.seed, self.seed);
        set(&mut config.life, self.life);
        set(&mut config.supervisor_leg, self.supervisor_leg);
        if !self.without.is_empty() {
            config.features = Features::without(self.without.iter().copied());
        }
        for (name, value) in &self.set {
            config.settings.set(name, value);
        }
        let t_server = &mut config.t_server;
        set(&mut t_server.intrusion_enabled, self.intrusion);
        set(
            &mut t_server.default_monitor_mode,
            self.default_monitor_mode,
        );
        set(&mut t_server.routing_point_monitoring, self.sip_cluster);
        set(&mut config.style.dialect, self.dialect);
        set(&mut config.style.oddities, self.oddities);
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// `OPTION=VALUE`.
fn option(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("an option is written as privilege.teamlead.can-use=false".to_owned()),
    }
}

fn options<'de, D: Deserializer<'de>>(table: D) -> Result<Vec<(String, String)>, D::Error> {
    let mut options = Vec::new();
    flatten("", Map::deserialize(table)?, &mut options).map_err(D::Error::custom)?;
    Ok(options)
}

/// The names and values of a table. TOML parses a name with dots as nested tables.
fn flatten(
    prefix: &str,
    table: Map<String, Value>,
    options: &mut Vec<(String, String)>,
) -> Result<(), String> {
    for (name, value) in table {
        let name = format!("{prefix}{name}");
        match value {
            Value::Object(inner) => flatten(&format!("{name}."), inner, options)?,
            Value::String(text) => options.push((name, text)),
            Value::Bool(_) | Value::Number(_) => options.push((name, value.to_string())),
            Value::Null | Value::Array(_) => {
                return Err(format!("`{name}`: expected text, a number, true or false"));
            }
        }
    }
    Ok(())
}
