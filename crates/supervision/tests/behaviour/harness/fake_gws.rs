//! The data of the fake GWS, set by each test, and its answers to reads.

use serde_json::{Value, json};

use super::{OTHER, OWNER, TARGET};

/// The data of the fake GWS.
pub(crate) struct Gws {
    pub(crate) user: &'static str,
    pub(crate) is_signed_in: bool,
    pub(crate) is_down: bool,
    pub(crate) token: u32,
    pub(crate) device: Value,
    /// The supervisor's other devices.
    pub(crate) other_devices: Vec<Value>,
    pub(crate) calls: Value,
    pub(crate) features: Value,
    /// The first name of the agent.
    pub(crate) agent_name: &'static str,
    /// The calls that the directory lists for the agent.
    pub(crate) agent_calls: Value,
    /// The supervisor's groups, and the ids of their members.
    pub(crate) groups: Vec<(&'static str, Vec<&'static str>)>,
    /// The people of a large contact centre, instead of the few: names and numbers.
    pub(crate) crowd: Vec<(String, String)>,
    /// The reply to operations; none: there is no reply.
    pub(crate) operation: Option<(u16, String)>,
    /// The headers of that reply.
    pub(crate) operation_headers: Vec<(String, String)>,
    /// The reply to subscriptions.
    pub(crate) subscriptions: Option<(u16, String)>,
    /// The reply to reads.
    pub(crate) reads: Option<(u16, String)>,
    /// A path whose reads are answered with 503 and this `Retry-After`.
    pub(crate) busy: Option<(&'static str, &'static str)>,
    /// A path below which every request gets this status and body, with the gateway's challenge, if
    /// there is one.
    pub(crate) refusal: Option<(&'static str, u16, &'static str)>,
    /// No response of the CometD server arrives completely.
    pub(crate) is_stalled: bool,
    /// A path whose reads are answered with 401.
    pub(crate) refused_path: Option<&'static str>,
    /// A path whose reads are not answered.
    pub(crate) slow_path: Option<&'static str>,
    /// Operations that arrived, unchanged.
    pub(crate) operations: Vec<(String, Value)>,
    /// Paths that were read.
    pub(crate) paths: Vec<String>,
}

impl Gws {
    fn devices(&self) -> Vec<Value> {
        let own = core::iter::once(&self.device);
        own.chain(&self.other_devices).cloned().collect()
    }

    /// Written as text: values of 12,000 people take most of a test's time.
    fn one_of_crowd(&self, at: usize) -> String {
        let (name, number) = &self.crowd[at];
        format!(
            r#"{{"id":"c{at}","firstName":"{name}","devices":[{{"id":"d{at}","phoneNumber":"{number}","deviceState":"Active","userState":{{"state":"Ready"}}}}]}}"#
        )
    }

    /// A page of the crowd: those whose name or number contains each word.
    fn contacts(&self, path: &str) -> Value {
        let (_, query) = path.split_once('?').expect("a query");
        let parameter = |name: &str| {
            let mut all = query.split('&').filter_map(|it| it.split_once('='));
            let found = all.find(|(key, _)| *key == name);
            found.unwrap_or_else(|| panic!("no {name} in {query}")).1
        };
        let number = |name: &str| parameter(name).parse::<usize>().expect("a number");
        let words: Vec<_> = parameter("filterParameters").split(',').collect();
        let finds = |(name, number): &(String, String)| {
            let text = format!("{name} {number}").to_lowercase();
            let is_in = |word: &&str| text.contains(&word.trim_matches('*').to_lowercase());
            words.iter().all(is_in)
        };
        let crowd = self.crowd.iter().enumerate();
        let found: Vec<_> = crowd.filter(|(_, it)| finds(it)).collect();
        let page = found.iter().skip(number("offset")).take(number("limit"));
        let page: Vec<_> = page
            .map(|(at, _)| json!({ "id": format!("c{at}") }))
            .collect();
        json!({ "statusCode": 0, "totalCount": found.len(), "contacts": page })
    }

    /// The answer to a read of this path.
    pub(super) fn document(&self, path: &str) -> String {
        if !self.crowd.is_empty() && path == "/users?fields=*&subresources=*" {
            let all = (0..self.crowd.len()).map(|at| self.one_of_crowd(at));
            let all = all.collect::<Vec<_>>().join(",");
            return format!(r#"{{"statusCode":0,"users":[{all}]}}"#);
        }
        if let Some(id) = path.strip_prefix("/users/c") {
            let (id, _) = id.split_once('?').unwrap_or((id, ""));
            let user = self.one_of_crowd(id.parse().expect("one of the crowd"));
            return format!(r#"{{"statusCode":0,"user":{user}}}"#);
        }
        self.value(path).to_string()
    }

    fn value(&self, path: &str) -> Value {
        match path {
            "/me?subresources=features" => json!({ "statusCode": 0, "user": {
                "id": self.user, "userName": "sup", "firstName": "Sue", "lastName": "Visor",
                "features": self.features,
            } }),
            "/me/devices?fields=*" => json!({ "statusCode": 0, "devices": self.devices() }),
            "/me/calls?fields=*" => json!({ "statusCode": 0, "calls": self.calls }),
            path if path.starts_with("/contacts?") => self.contacts(path),
            "/users?fields=*&subresources=*" => json!({ "statusCode": 0, "users": [
                { "id": OWNER, "firstName": "Sue", "lastName": "Visor", "devices": [self.device] },
                { "id": "u2", "firstName": self.agent_name, "lastName": "Abbott", "calls": self.agent_calls, "devices": [
                    { "id": TARGET, "phoneNumber": "6001", "deviceState": "Active", "userState": { "state": "Ready" } },
                    { "id": OTHER, "phoneNumber": "6002", "deviceState": "Inactive" } ] },
            ] }),
            "/me/groups?type=BusinessUnit&fields=*" => {
                json!({ "statusCode": 0, "groups": self.groups.iter()
                .map(|(name, _)| json!({ "id": format!("g-{name}"), "name": name, "type": "BusinessUnit" }))
                .collect::<Vec<_>>() })
            }
            path => {
                let is_it = |name: &str| path == format!("/groups/g-{name}/users?fields=id");
                let group = self.groups.iter().find(|(name, _)| is_it(name));
                let (_, members) = group.unwrap_or_else(|| panic!("nobody reads {path}"));
                let users: Vec<_> = members.iter().map(|id| json!({ "id": id })).collect();
                json!({ "statusCode": 0, "users": users })
            }
        }
    }
}
