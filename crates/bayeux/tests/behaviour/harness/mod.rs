//! Two harnesses in virtual time: [`Scripted`], a client machine whose server is the test, and
//! [`TestServer`], a server machine whose client is. Both together are in `tests/simulator`.

mod scripted;
mod test_server;

use bayeux::{Channel, Duration, RawValue};

pub(crate) use self::scripted::Scripted;
pub(crate) use self::test_server::TestServer;

pub(crate) const DEVICES: &str = "/v2/me/devices";
pub(crate) const OWNER: &str = "supervisor";

pub(crate) fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("JSON")
}

pub(crate) fn channel(name: &str) -> Channel {
    Channel::new(name).expect("a channel")
}

pub(crate) fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
