//! GWS: sessions and their CSRF tokens, reads and operations on the emulator's world. The world has
//! one device per person, so a user with several devices is several people in it.
//!
//! Assumption: calls on a user's other devices have separate ids, so that a call has one device.

use bayeux::{Channel, RawValue};
use gws::{CallId, DeviceId, Method, MonitoringKind, StatusCode, UserId};
use gws_emulator::world::{
    CallOperation, Change, MonitoringRequest, PersonId, Refusal, Supervision, What, World,
    WorldConfig,
};
use gws_emulator::{Format, Style, SupervisorLeg, TServerOptions, wire};
use serde_json::{Value, json};
use supervision::{MonitoringChoice, Operation};

use super::exchange::{BASE, Request, Response, refused, reply};
use super::operation;
use crate::dice::Dice;

/// The number of agents, on the numbers from 6001 up.
pub(super) const AGENTS: usize = 5;
/// The other supervisor who monitors.
pub(super) const OTHER_SUPERVISOR: &str = "5006";

/// A response, and the operation that was carried out, with its device.
pub(super) type Answer = (Response, Option<(DeviceId, Operation)>);

/// A user, and the people of the world who represent this user.
#[derive(Debug)]
pub(super) struct User {
    pub(super) id: UserId,
    pub(super) people: Vec<PersonId>,
}

/// The server.
#[derive(Debug)]
pub(super) struct Gws {
    pub(super) world: World,
    /// The wire format of devices and calls.
    pub(super) format: Format,
    /// Our supervisor, and another user who signs in now and then.
    pub(super) users: Vec<User>,
    /// The user to whom the browser's session belongs.
    pub(super) signed_in: Option<usize>,
    token: u64,
}

/// A notification for a user.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) user: UserId,
    pub(super) channel: Channel,
    pub(super) data: Box<RawValue>,
}

impl Gws {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let t_server = TServerOptions {
            intrusion_enabled: dice.chance(800),
            default_monitor_mode: match dice.chance(100) {
                true => Supervision::BargeIn,
                false => Supervision::ListenIn,
            },
            ..TServerOptions::default()
        };
        let config = WorldConfig {
            seed: dice.roll(),
            agents: AGENTS,
            life: false,
            supervisor_leg: dice.pick(&[SupervisorLeg::Ring, SupervisorLeg::Answered]),
            t_server,
            supervisor_user_name: "supervisor".to_owned(),
            features: gws_emulator::Features::default(),
            settings: gws_emulator::Settings::default(),
        };
        let style = Style {
            oddities: dice.chance(500),
            ..Style::default()
        };
        let world = World::with_more_supervisors(config, 3);
        let person = |number: &str| world.supervisor_with_number(number);
        let of = |numbers: &[&str]| {
            let people: Vec<_> = numbers.iter().filter_map(|n| person(n).ok()).collect();
            let id = world.user_id(people[0]).clone();
            User { id, people }
        };
        let ours = &["5005", "5007", "5008"][..1 + dice.index(3)];
        let users = vec![of(ours), of(&["5009"])];
        Self {
            world,
            format: Format::new(BASE, style),
            users,
            signed_in: Some(0),
            token: 1,
        }
    }

    /// A user signs in, or out: the token changes.
    pub(super) fn sign_in(&mut self, user: Option<usize>) {
        self.signed_in = user;
        self.change_token();
    }

    pub(super) fn change_token(&mut self) {
        self.token += 1;
    }

    /// The user of the session.
    pub(super) fn user(&self) -> Option<&User> {
        self.signed_in.map(|user| &self.users[user])
    }

    /// The refusal of a request without a session or with an old token.
    pub(super) fn gate(&self, request: &Request) -> Option<Response> {
        if self.signed_in.is_none() {
            return Some(refused(403, StatusCode::NOT_AUTHENTICATED, "Access denied"));
        }
        let token = self.token.to_string();
        (request.method == Method::Post && request.token.as_ref() != Some(&token))
            .then(|| reply(403, "Missing or invalid Csrf token"))
    }

    /// Answers a read or an operation that passed [`gate`](Self::gate).
    pub(super) fn answer(&mut self, request: &Request) -> Answer {
        let result = match request.method {
            Method::Get => self.read(&request.path).map(|body| (body, None)),
            Method::Post => self
                .operate(&request.path, &request.body)
                .map(|done| (json!({}), Some(done))),
        };
        match result {
            Ok((mut body, done)) => {
                body["statusCode"] = 0.into();
                let mut response = reply(200, body.to_string());
                if request.method == Method::Get {
                    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
                    response.headers = vec![
                        header("X-CSRF-HEADER", "X-CSRF-TOKEN"),
                        header("X-CSRF-TOKEN", &self.token.to_string()),
                    ];
                }
                (response, done)
            }
            Err(refusal) => {
                let code = refusal.code();
                let status = match code {
                    StatusCode::FORBIDDEN | StatusCode::NO_PERMISSION => 403,
                    StatusCode::NOT_FOUND => 404,
                    StatusCode::INTERNAL_ERROR => 500,
                    _ => 400,
                };
                (refused(status, code, &refusal.to_string()), None)
            }
        }
    }

    fn read(&self, path: &str) -> Result<Value, Refusal> {
        let people = self.people();
        let devices = || people.iter().map(|person| self.device(*person));
        let path = path.split('?').next().unwrap_or(path);
        Ok(match path {
            "/me" => json!({ "user": self.user().map(|user| self.as_json(user)) }),
            "/me/devices" => json!({ "devices": devices().collect::<Vec<_>>() }),
            "/me/calls" => {
                let calls = people.iter().flat_map(|person| {
                    let calls = self.calls(*person).into_iter();
                    calls.map(|call| self.renamed(*person, &call.resource.id, &json!(call)))
                });
                json!({ "calls": calls.collect::<Vec<_>>() })
            }
            "/users" => {
                let rest = self.world.people().filter(|person| {
                    let mut users = self.users.iter();
                    !users.any(|user| user.people.contains(person))
                });
                let rest = rest.map(|person| User {
                    id: self.world.user_id(person).clone(),
                    people: vec![person],
                });
                let ours = self.users.iter().map(|user| self.as_json(user));
                let rest = rest.map(|user| self.as_json(&user));
                json!({ "users": ours.chain(rest).collect::<Vec<_>>() })
            }
            _ => {
                let id = path.strip_prefix("/me/devices/").unwrap_or(path);
                let device = devices().find(|device| device.id().as_str() == id);
                json!({ "device": device.ok_or_else(|| Refusal::NoSuchDevice(id.to_owned()))? })
            }
        })
    }

    fn operate(&mut self, path: &str, body: &[u8]) -> Result<(DeviceId, Operation), Refusal> {
        if let Some(id) = path.strip_prefix("/me/calls/") {
            let call = CallId::new(id);
            let asked = operation::read(Some(&call), body).ok_or(Refusal::NotAnObject)?;
            let owner = self.people().into_iter().find_map(|person| {
                let calls = self.world.own_calls(person).into_iter();
                let mut ids = calls.map(|call| call.id);
                let id = ids.find(|id| self.call_id(person, id) == call)?;
                Some((person, id))
            });
            let (person, id) = owner.ok_or_else(|| Refusal::NoSuchCall(call.to_string()))?;
            let name = asked.name();
            let mut known = CALL_OPERATIONS.into_iter();
            let operation = known.find(|operation| operation.name() == name);
            let operation = operation.ok_or_else(|| Refusal::UnknownOperation(name.to_owned()))?;
            self.world.call_operation(person, id.as_str(), operation)?;
            return Ok((self.world.device_id(person).clone(), asked));
        }
        let id = path.strip_prefix("/me/devices/").unwrap_or(path);
        let mut people = self.people().into_iter();
        let person = people.find(|person| self.world.device_id(*person).as_str() == id);
        let person = person.ok_or_else(|| Refusal::NoSuchDevice(id.to_owned()))?;
        let asked = operation::read(None, body).ok_or(Refusal::NotAnObject)?;
        match &asked {
            Operation::Stop => self.world.cancel_monitoring(person, id)?,
            Operation::Monitor(MonitoringChoice {
                kind, scope, mode, ..
            }) => {
                let body: Value = serde_json::from_slice(body).unwrap_or_default();
                let text = |name: &str| body[name].as_str().map(str::to_owned);
                let request = MonitoringRequest {
                    how: match kind {
                        MonitoringKind::ListenIn => Supervision::ListenIn,
                        MonitoringKind::Coach => Supervision::Coach,
                        MonitoringKind::BargeIn => Supervision::BargeIn,
                        MonitoringKind::Other(name) => {
                            return Err(Refusal::UnknownOperation(name.clone()));
                        }
                    },
                    target_device_uri: text("targetDeviceUri"),
                    phone_number: text("phoneNumber"),
                    scope: Some(scope.clone()),
                    mode: mode.clone(),
                };
                self.world.monitor(person, id, request)?;
            }
            Operation::Call { .. } => return Err(Refusal::NotAnObject),
        }
        Ok((DeviceId::new(id), asked))
    }

    /// The notification of a change; none if nobody who signs in here owns it.
    pub(super) fn notification(&self, change: &Change) -> Option<Message> {
        let mut users = self.users.iter();
        let user = users.find(|user| user.people.contains(&change.owner))?;
        let text = wire::on_the_wire(change, &self.format);
        let text: Value = serde_json::from_str(&text).ok()?;
        let data = match &change.what {
            What::Call(call, _) => self.renamed(change.owner, &call.id, &text["data"]),
            _ => text["data"].clone(),
        };
        let channel = Channel::new(text["channel"].as_str()?).ok()?;
        let data = RawValue::from_string(data.to_string()).ok()?;
        Some(Message {
            user: user.id.clone(),
            channel,
            data,
        })
    }

    /// The id of a person's call on this server.
    pub(super) fn call_id(&self, person: PersonId, id: &CallId) -> CallId {
        let further = |user: &User| user.people.iter().position(|found| *found == person);
        match self.users.iter().find_map(further) {
            None | Some(0) => id.clone(),
            Some(further) => CallId::new(format!("{id}-{further}")),
        }
    }

    /// JSON about a call, with this id.
    fn renamed(&self, person: PersonId, id: &CallId, of: &Value) -> Value {
        let text = of.to_string();
        let text = text.replace(id.as_str(), self.call_id(person, id).as_str());
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// The wire format of a person's device.
    pub(super) fn device(&self, owner: PersonId) -> wire::Device {
        wire::Device::new(&self.world.device(owner), &self.format)
    }

    /// The wire format of a person's calls, except for their ids.
    pub(super) fn calls(&self, owner: PersonId) -> Vec<wire::Call> {
        let calls = self.world.own_calls(owner);
        calls
            .iter()
            .map(|call| wire::Call::new(call, &self.format))
            .collect()
    }

    fn people(&self) -> Vec<PersonId> {
        self.user()
            .map_or_else(Vec::new, |user| user.people.clone())
    }

    fn as_json(&self, user: &User) -> Value {
        let mut json = json!(wire::User::new(
            self.world.person(user.people[0]),
            &self.format
        ));
        let devices = user.people.iter();
        let devices = devices.map(|person| self.device(*person));
        json["devices"] = json!(devices.collect::<Vec<_>>());
        json
    }
}

/// The operations on a call that a supervisor may need.
pub(super) const CALL_OPERATIONS: [CallOperation; 8] = [
    CallOperation::Answer,
    CallOperation::Hangup,
    CallOperation::MuteCall,
    CallOperation::UnmuteCall,
    CallOperation::SwitchToBargeIn,
    CallOperation::SwitchToListenIn,
    CallOperation::MuteMonitoredUser,
    CallOperation::UnmuteMonitoredUser,
];
