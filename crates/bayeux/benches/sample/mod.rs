//! Messages of a GWS server.

/// The channel of device changes.
pub(crate) const CHANNEL: &str = "/v2/me/devices";

/// A device's state, as in GWS's notifications.
pub(crate) const DEVICE: &str = r#"{"devices":[{"id":"efe1ab32-53f9-43ce-b65e-5768c61f7d4a","deviceState":"Active","userState":{"id":"900D55CC-2BB0-431F-8BF9-D3525B383BE6","displayName":"Not Ready","state":"NotReady"},"phoneNumber":"5005","e164Number":"5005","telephonyNetwork":"Private","doNotDisturb":"Off","voiceEnvironmentUri":"http://127.0.0.1:8090/api/v2/voice-environments/370ef5e6-9e3c-4d91-9588-7f4dfe67e011","capabilities":["ForwardCallsOn","DoNotDisturbOn","ListenIn","Coach","BargeIn","CancelSupervisorMonitoring"],"supervisorMonitoringState":{"state":"ListenIn","mode":"AllCalls","scope":"Call","targetDeviceUri":"http://127.0.0.1:8090/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224"},"description":"","dynamicPhoneNumber":"","channels":["voice"]}],"metrics":{"eventProcessing":{"nodeProcessingTimeNanos":218000,"serverGenerationTimestamp":1771000000000,"serverProcessingTimeTotalMs":1}},"messageType":"DeviceStateChangeMessage"}"#;

/// The reply to a handshake.
#[allow(dead_code, reason = "each benchmark uses some")]
pub(crate) const GRANT: &str = r#"[{"channel":"/meta/handshake","successful":true,"clientId":"1abc","version":"1.0","supportedConnectionTypes":["long-polling"]}]"#;

/// The reply to a subscribe.
#[allow(dead_code, reason = "each benchmark uses some")]
pub(crate) const SUBSCRIBED: &str =
    r#"[{"channel":"/meta/subscribe","successful":true,"subscription":"/v2/me/devices"}]"#;

/// A reply to a connect.
#[allow(dead_code, reason = "each benchmark uses some")]
pub(crate) const NOTHING: &str = r#"[{"channel":"/meta/connect","successful":true}]"#;

/// A response to a connect with this many messages. The reply comes last, as with CometD's servers.
#[allow(dead_code, reason = "each benchmark uses some")]
pub(crate) fn response(messages: usize) -> Vec<u8> {
    let message = format!(r#"{{"data":{DEVICE},"channel":"{CHANNEL}"}},"#);
    let reply = &NOTHING[1..];
    format!("[{}{reply}", message.repeat(messages)).into_bytes()
}
