//! A line and an example for each instruction, for people: the control API's list, the console,
//! the README.

use serde::Serialize;

/// An instruction in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InstructionWords {
    /// Its name: the value of `do`.
    #[serde(rename = "do")]
    pub name: &'static str,
    /// What happens.
    pub what: &'static str,
    /// An example, as JSON.
    pub example: &'static str,
}

/// All instructions. [`FAULTS`](crate::steer::fault::FAULTS) has the faults.
pub const VOCABULARY: &[InstructionWords] = &[
    words(
        "callArrives",
        "A customer calls an agent, who answers at once",
        r#"{"do":"callArrives","agent":"6001","from":"555-1234"}"#,
    ),
    words(
        "callRings",
        "A customer calls an agent, whose telephone rings until somebody answers",
        r#"{"do":"callRings","agent":"6001","from":"555-1234"}"#,
    ),
    words(
        "customerHangsUp",
        "A customer hangs up",
        r#"{"do":"customerHangsUp","from":"555-1234"}"#,
    ),
    words(
        "optOut",
        "A customer objects to being monitored: supervisors are released, and not called again",
        r#"{"do":"optOut","from":"555-1234"}"#,
    ),
    words(
        "optIn",
        "A customer has no objection any more",
        r#"{"do":"optIn","from":"555-1234"}"#,
    ),
    words(
        "dial",
        "An agent dials a number, inside or outside",
        r#"{"do":"dial","agent":"6001","to":"6002"}"#,
    ),
    words(
        "hold",
        "An agent puts the call on hold",
        r#"{"do":"hold","agent":"6001"}"#,
    ),
    words(
        "retrieve",
        "An agent goes back to the call on hold",
        r#"{"do":"retrieve","agent":"6001"}"#,
    ),
    words(
        "consult",
        "An agent puts the call on hold and asks a colleague, whose telephone rings",
        r#"{"do":"consult","agent":"6001","to":"6002"}"#,
    ),
    words(
        "completeTransfer",
        "An agent hands the call on to the colleague who was asked",
        r#"{"do":"completeTransfer","agent":"6001"}"#,
    ),
    words(
        "completeConference",
        "An agent takes the colleague who was asked into the call",
        r#"{"do":"completeConference","agent":"6001"}"#,
    ),
    words(
        "conference",
        "An agent takes a colleague into the call, whose telephone rings",
        r#"{"do":"conference","agent":"6001","to":"6002"}"#,
    ),
    words(
        "endCall",
        "An agent's call ends",
        r#"{"do":"endCall","agent":"6001"}"#,
    ),
    words(
        "clearCall",
        "A call ends, whoever is in it; its id is what the state of the contact centre has",
        r#"{"do":"clearCall","call":"00000000-0000-0000-0000-000000000001"}"#,
    ),
    words(
        "transfer",
        "An agent transfers the call to another, who answers at once",
        r#"{"do":"transfer","agent":"6001","to":"6002"}"#,
    ),
    words(
        "setState",
        "An agent changes state: Ready, NotReady with or without a reason, AfterCallWork, LoggedOut",
        r#"{"do":"setState","agent":"6001","state":"NotReady","reason":"Lunch"}"#,
    ),
    words(
        "logIn",
        "An agent logs in and is ready",
        r#"{"do":"logIn","agent":"6001"}"#,
    ),
    words(
        "logOut",
        "An agent logs out, which ends the call and the monitoring of the agent",
        r#"{"do":"logOut","agent":"6001"}"#,
    ),
    words(
        "listenIn",
        "A supervisor begins to listen to an agent",
        r#"{"do":"listenIn","supervisor":"5006","agent":"6001","scope":"Call","mode":"AllCalls"}"#,
    ),
    words(
        "coach",
        "A supervisor begins to coach an agent: is heard by the agent only",
        r#"{"do":"coach","supervisor":"5006","agent":"6001","scope":"Call","mode":"AllCalls"}"#,
    ),
    words(
        "bargeIn",
        "A supervisor begins to take part in an agent's calls, heard by everyone",
        r#"{"do":"bargeIn","supervisor":"5006","agent":"6001","scope":"Call","mode":"AllCalls"}"#,
    ),
    words(
        "switchToBargeIn",
        "A supervisor who listens or coaches is heard by everyone in this call from now on",
        r#"{"do":"switchToBargeIn","supervisor":"5006"}"#,
    ),
    words(
        "switchToListenIn",
        "A supervisor who coaches or has barged in only listens to this call from now on",
        r#"{"do":"switchToListenIn","supervisor":"5006"}"#,
    ),
    words(
        "cancelMonitoring",
        "A supervisor ceases to monitor",
        r#"{"do":"cancelMonitoring","supervisor":"5006"}"#,
    ),
    words(
        "answer",
        "Somebody answers the own ringing call",
        r#"{"do":"answer","who":"5006"}"#,
    ),
    words(
        "hangUp",
        "Somebody leaves the own call: an agent ends it, a supervisor only stops listening",
        r#"{"do":"hangUp","who":"5006"}"#,
    ),
    words(
        "deviceOff",
        "A supervisor's device goes out of use, which ends monitoring",
        r#"{"do":"deviceOff","supervisor":"5005"}"#,
    ),
    words(
        "deviceOn",
        "A supervisor's device comes back",
        r#"{"do":"deviceOn","supervisor":"5005"}"#,
    ),
    words(
        "faultOn",
        "Something goes wrong from now on",
        r#"{"do":"faultOn","fault":"delayNotifications","by":"2s","channel":"/v2/me/calls","times":3}"#,
    ),
    words(
        "faultOff",
        "A fault is over",
        r#"{"do":"faultOff","fault":"delayNotifications"}"#,
    ),
    words("faultsOff", "All faults are over", r#"{"do":"faultsOff"}"#),
    words(
        "forgetNotificationSessions",
        "The notification server forgets its clients, as when another node takes over",
        r#"{"do":"forgetNotificationSessions"}"#,
    ),
    words(
        "forgetSignIns",
        "Everybody is signed out",
        r#"{"do":"forgetSignIns"}"#,
    ),
    words(
        "changeCsrfTokens",
        "Every session gets another CSRF token; the old ones are refused",
        r#"{"do":"changeCsrfTokens"}"#,
    ),
    words(
        "restart",
        "The server restarts: connections end, no session is known; the contact centre is kept or begins anew",
        r#"{"do":"restart","downFor":"3s","world":"kept"}"#,
    ),
    words(
        "tServerDisconnects",
        "The connection to T-Server breaks and comes back: all monitoring is over, unless an option says otherwise",
        r#"{"do":"tServerDisconnects"}"#,
    ),
    words(
        "sendRaw",
        "Any JSON is published to a user",
        r#"{"do":"sendRaw","to":"5005","channel":"/v2/me/devices","data":{"messageType":"Surprise"}}"#,
    ),
];

const fn words(name: &'static str, what: &'static str, example: &'static str) -> InstructionWords {
    InstructionWords {
        name,
        what,
        example,
    }
}
