//! Instructions: one table for [`Control`](crate::Control), the control API over HTTP, scripts, the
//! console and the README.

mod parameters;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::parameters::{begin_monitoring, presence};
use crate::span::Span;
use crate::steer::fault::{Fault, FaultName, InvalidFault};
use crate::world::{CallOperation, Presence, Reason, Refusal, Supervision, World};

pub use self::parameters::{
    AfterRestart, AgentState, ChannelName, MonitoringMode, MonitoringScope, MonitoringWanted,
};

/// Defines [`Instruction`] by rows of: a description; the name; its fields with examples; and its
/// effect on the contact centre, or a check there.
macro_rules! instructions {
    (|$world:ident| $(
        $what:literal
        $name:ident
        $({ $($(#[$meta:meta])* $field:ident: $type:ty = $example:expr),* })?
        $((.. $inner:ident: $inner_type:ty = $inner_example:expr))?
        => $effect:expr;
    )*) => {
        /// An instruction. In JSON and in scripts its name is the value of `do`, with its fields
        /// beside it: `{"do":"callArrives","agent":"6001","from":"555-1234"}`.
        /// People are named by their numbers.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(
            tag = "do",
            rename_all = "camelCase",
            rename_all_fields = "camelCase",
            deny_unknown_fields
        )]
        #[non_exhaustive]
        pub enum Instruction {
            $(
                #[doc = concat!($what, ".")]
                $name
                $({ $(
                    #[doc = concat!("Such as `", stringify!($example), "`.")]
                    $(#[$meta])*
                    $field: $type
                ),* })?
                $(($inner_type))?,
            )*
        }

        impl Instruction {
            /// All instructions by example, with their descriptions.
            pub fn vocabulary() -> Vec<(Self, &'static str)> {
                vec![$((
                    Self::$name $({ $($field: $example.into()),* })? $(($inner_example))?,
                    $what,
                )),*]
            }

            /// Applies the instruction to the contact centre. Instructions without an effect on it are
            /// refused if they name somebody unknown.
            #[allow(unused_variables, reason = "not all fields matter to the contact centre")]
            pub(crate) fn apply_to(&self, $world: &mut World) -> Result<(), Refused> {
                match self {
                    $(Self::$name $({ $($field),* })? $(($inner))? => { $effect; })*
                }
                Ok(())
            }
        }
    };
}

instructions! {
    |world|
    "a customer calls an agent, who answers at once"
    CallArrives { agent: String = "6001", from: String = "555-1234" }
        => world.call_arrives(agent, from)?;
    "a customer calls an agent, whose telephone rings until somebody answers"
    CallRings { agent: String = "6001", from: String = "555-1234" }
        => world.call_rings(agent, from)?;
    "a customer hangs up, in a call or while waiting"
    CustomerHangsUp { from: String = "555-1234" } => world.customer_hangs_up(from)?;
    "a customer objects to being monitored: supervisors are released, and not called again"
    OptOut { from: String = "555-1234" } => world.opt_out(from)?;
    "a customer no longer objects; calls in progress stay as they are"
    OptIn { from: String = "555-1234" } => world.opt_in(from);
    "an agent dials a number, inside or outside"
    Dial { agent: String = "6001", to: String = "6002" } => world.dial_from(agent, to)?;
    "an agent puts the call on hold"
    Hold { agent: String = "6001" } => world.hold(agent)?;
    "an agent goes back to the call on hold"
    Retrieve { agent: String = "6001" } => world.retrieve(agent)?;
    "an agent puts the call on hold and asks a colleague, whose telephone rings"
    Consult { agent: String = "6001", to: String = "6002" } => world.consult(agent, to)?;
    "an agent transfers the call to the colleague who was asked"
    CompleteTransfer { agent: String = "6001" } => world.complete_transfer(agent)?;
    "an agent takes the colleague who was asked into the call"
    CompleteConference { agent: String = "6001" } => world.complete_conference(agent)?;
    "an agent takes a colleague into the call, whose telephone rings"
    Conference { agent: String = "6001", to: String = "6002" } => world.conference(agent, to)?;
    "the call ends in which an agent talks, or else the agent's oldest"
    EndCall { agent: String = "6001" } => world.end_call(agent)?;
    "the call with this id (GET /emulator/state) ends, whoever is in it"
    ClearCall { call: String = "00000000-0000-0000-0000-000000000001" } => world.clear_call(call)?;
    "an agent transfers the call to another agent, who answers at once"
    Transfer { agent: String = "6001", to: String = "6002" } => world.transfer(agent, to)?;
    "an agent changes to Ready, NotReady (Lunch, Break, Training, Meeting), AfterCallWork or LoggedOut"
    SetState {
        agent: String = "6001",
        state: AgentState = AgentState::NotReady,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason> = Reason::Lunch
    } => world.set_state(agent, presence(*state, *reason)?)?;
    "an agent logs in and is ready"
    LogIn { agent: String = "6001" } => world.set_state(agent, Presence::Ready)?;
    "an agent logs out, which ends the agent's call and its monitoring"
    LogOut { agent: String = "6001" } => world.set_state(agent, Presence::LoggedOut)?;
    "a supervisor begins to listen to an agent, as from another desktop"
    ListenIn(.. wanted: MonitoringWanted = MonitoringWanted::example())
        => begin_monitoring(world, Supervision::ListenIn, wanted)?;
    "a supervisor begins to coach an agent: only the agent hears the supervisor"
    Coach(.. wanted: MonitoringWanted = MonitoringWanted::example())
        => begin_monitoring(world, Supervision::Coach, wanted)?;
    "a supervisor begins to take part in an agent's calls, heard by everyone"
    BargeIn(.. wanted: MonitoringWanted = MonitoringWanted::example())
        => begin_monitoring(world, Supervision::BargeIn, wanted)?;
    "a supervisor who listens or coaches is heard by everyone in this call from now on"
    SwitchToBargeIn { supervisor: String = "5006" }
        => world.switches(supervisor, CallOperation::SwitchToBargeIn)?;
    "a supervisor who coaches or has barged in only listens to this call from now on"
    SwitchToListenIn { supervisor: String = "5006" }
        => world.switches(supervisor, CallOperation::SwitchToListenIn)?;
    "a supervisor stops monitoring"
    CancelMonitoring { supervisor: String = "5006" } => {
        let supervisor = world.person_with_number(supervisor)?;
        let device = world.device_id(supervisor).to_string();
        world.cancel_monitoring(supervisor, &device)?;
    };
    "somebody answers their own ringing call"
    Answer { who: String = "5006" } => world.answer(who)?;
    "somebody leaves their own call: an agent ends it, a supervisor only stops listening"
    HangUp { who: String = "5006" } => world.leave_call(who)?;
    "a supervisor's device becomes inactive, which ends monitoring"
    DeviceOff { supervisor: String = "5005" } => {
        let supervisor = world.supervisor_with_number(supervisor)?;
        world.set_supervisor_active(supervisor, false);
    };
    "a supervisor's device becomes active again"
    DeviceOn { supervisor: String = "5005" } => {
        let supervisor = world.supervisor_with_number(supervisor)?;
        world.set_supervisor_active(supervisor, true);
    };
    "something goes wrong from now on: a fault and its parameters, or in short as in `--fault`"
    FaultOn(.. fault: Fault = example_of_a_fault()) => if let Some(to) = &fault.matches.to {
        world.person_with_number(to)?;
    };
    "all faults of this name are over"
    FaultOff { fault: FaultName = example_of_a_fault().name } => {};
    "all faults are over"
    FaultsOff {} => {};
    "the notification server forgets its clients, as when another node takes over"
    ForgetNotificationSessions {} => {};
    "everybody is signed out: cookies are forgotten"
    ForgetSignIns {} => {};
    "every session gets another CSRF token; the old ones are refused"
    ChangeCsrfTokens {} => {};
    "the server closes its socket and all connections for downFor and forgets all sessions; the contact centre (world) is kept, as the telephone system is another machine, or begins anew; the last instruction of a list"
    Restart {
        #[serde(default, skip_serializing_if = "is_zero")]
        down_for: Span = "3s".parse::<Span>().unwrap_or_default(),
        #[serde(default)]
        world: AfterRestart = AfterRestart::Kept
    } => {};
    "any JSON is published to a user"
    SendRaw {
        to: String = "5005",
        channel: ChannelName = ChannelName(bayeux::Channel::new("/v2/me/devices").expect("valid")),
        data: Value = json!({ "messageType": "Surprise" })
    } => world.person_with_number(to)?;
}

/// Why an instruction can't be carried out. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The contact centre refuses it.
    #[error(transparent)]
    World(#[from] Refusal),
    /// The fault is invalid.
    #[error(transparent)]
    Fault(#[from] InvalidFault),
    /// A reason was given for a state other than `NotReady`.
    #[error("`reason` goes with `NotReady` only")]
    ReasonWithoutNotReady,
    /// Nothing in a list can follow a restart.
    #[error("`restart` must be the last instruction of a list")]
    RestartNotLast,
    /// One of a list is refused.
    #[error("instruction {position}: {why}")]
    InList {
        /// Which, counted from 1.
        position: usize,
        /// Why.
        why: Box<Self>,
    },
}

impl Instruction {
    /// The numbers of the people that it names.
    pub(crate) fn people(&self) -> Vec<String> {
        let fields = serde_json::to_value(self).unwrap_or_default();
        let people: &[&str] = match self {
            // Any number can be dialled.
            Self::Dial { .. } => &["agent"],
            _ => &["agent", "supervisor", "who", "to"],
        };
        let numbers = people.iter().filter_map(|name| fields[*name].as_str());
        numbers.map(str::to_owned).collect()
    }
}

fn is_zero(span: &Span) -> bool {
    *span == Span::ZERO
}

fn example_of_a_fault() -> Fault {
    let example = "delayNotifications:by=2s,channel=/v2/me/calls,times=3";
    example.parse().expect("a test reads it")
}
