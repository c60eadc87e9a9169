//! The parameters of an operation: a JSON object with `operationName` and more. `null` counts as
//! absent; a parameter must have the right type.

use gws::{Mode, Scope};
use serde_json::{Map, Value};

use crate::json::Object;
use crate::world::{MonitoringRequest, Reason, Refusal, Supervision};

/// The parameters of an operation.
pub(super) struct Parameters(Map<String, Value>);

impl Parameters {
    /// Parses a body.
    ///
    /// Assumption: a duplicate parameter is refused.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let object: Object = serde_json::from_slice(body).map_err(|_| Refusal::NotAnObject)?;
        let mut parameters = Map::new();
        for (name, value) in object.0 {
            let value = serde_json::from_str(value.get()).map_err(|_| Refusal::NotAnObject)?;
            if parameters.insert(name.clone(), value).is_some() {
                return Err(Refusal::GivenTwice(name));
            }
        }
        Ok(Self(parameters))
    }

    /// `operationName`
    pub(super) fn operation(&self) -> Result<&str, Refusal> {
        self.required("operationName")
    }

    /// The parameters of `ListenIn`, `Coach` and `BargeIn`, with the defaults of their pages.
    pub(super) fn monitoring(&self, how: Supervision) -> Result<MonitoringRequest, Refusal> {
        let scope = self.text("supervisorMonitoringScope")?;
        let mode = self.text("supervisorMonitoringMode")?;
        Ok(MonitoringRequest {
            how,
            target_device_uri: self.text("targetDeviceUri")?.map(str::to_owned),
            phone_number: self.text("phoneNumber")?.map(str::to_owned),
            scope: match scope.map(Scope::from) {
                Some(Scope::Other(value)) => {
                    let name = "supervisorMonitoringScope";
                    return Err(out_of_range(name, &value, "Agent, Call"));
                }
                scope => scope,
            },
            mode: match mode.map(Mode::from) {
                None => Mode::AllCalls,
                Some(Mode::Other(value)) => {
                    let name = "supervisorMonitoringMode";
                    return Err(out_of_range(name, &value, "NextCall, AllCalls"));
                }
                Some(mode) => mode,
            },
        })
    }

    /// `{"destination":{"phoneNumber":"…"}}`
    pub(super) fn destination(&self) -> Result<String, Refusal> {
        match self.given("destination") {
            None => Err(Refusal::Missing("destination")),
            Some(Value::Object(object)) => match object.get("phoneNumber") {
                None | Some(Value::Null) => Err(Refusal::Missing("destination.phoneNumber")),
                Some(Value::String(number)) => Ok(number.clone()),
                Some(_) => Err(Refusal::NotAString("destination.phoneNumber".to_owned())),
            },
            Some(_) => Err(wrong_type(
                "destination",
                "an object with the string 'phoneNumber'",
            )),
        }
    }

    /// `reason` of `NotReady`.
    ///
    /// Assumption: the name. In states that are read it is called `reason`, sometimes `reasonCode`.
    pub(super) fn reason(&self) -> Result<Option<Reason>, Refusal> {
        let Some(text) = self.text("reason")? else {
            return Ok(None);
        };
        let known = Reason::ALL
            .into_iter()
            .find(|reason| reason.as_str() == text);
        known
            .map(Some)
            .ok_or_else(|| out_of_range("reason", text, "Lunch, Break, Training, Meeting"))
    }

    /// The id at the end of a URI or a path.
    pub(super) fn id_in(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        let Some(uri) = self.text(name)? else {
            return Ok(None);
        };
        let id = uri.rsplit('/').next().filter(|id| !id.is_empty());
        id.map(|id| Some(id.to_owned()))
            .ok_or_else(|| out_of_range(name, uri, "a URI that ends with an id"))
    }

    /// A required string.
    pub(super) fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or(Refusal::Missing(name))
    }

    fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::NotAString(name.to_owned())),
        }
    }

    fn given(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
}

fn wrong_type(name: &str, what: &'static str) -> Refusal {
    Refusal::WrongType {
        name: name.to_owned(),
        what,
    }
}

fn out_of_range(name: &'static str, value: &str, allowed: &'static str) -> Refusal {
    Refusal::OutOfRange {
        name,
        value: value.to_owned(),
        allowed,
    }
}
