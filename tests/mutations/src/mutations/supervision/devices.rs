//! Faults in the state of devices and calls, and in claims.

use super::{fault, tested};
use crate::mutations::Mutation;

pub(super) const MUTATIONS: &[Mutation] = &[
    fault(
        "the device changes by itself",
        "my_device.rs",
        "        if self.used.as_ref().is_some_and(is_there) {\n            return None;\n        }\n",
        "",
    ),
    fault(
        "what is told of one device is taken for the other's",
        "monitoring.rs",
        "self.devices.iter().position(|e| e.device == device.id);",
        "self.devices.iter().position(|_| true);",
    ),
    fault(
        "calls on the other devices are shown as this one's",
        "calls.rs",
        "self.device().is_none_or(|own| own == *device)",
        "self.device().is_none_or(|own| own == *device) || self.is_joined()",
    ),
    fault(
        "a call whose end was not told goes on",
        "calls.rs",
        "            !is_newer(&leg.call.id) && read",
        "            !is_newer(&leg.call.id) && leg.is_ringing() && read",
    ),
    fault(
        "a call that is over goes on",
        "calls.rs",
        "        if call.state.is_over() {\n",
        "        if call.state.is_over() && position.is_none() {\n",
    ),
    fault(
        "who is not muted is not heard",
        "calls.rs",
        "(Some(Toggle::Off), _) => Audience::Everyone,",
        "(Some(Toggle::Off), _) => Audience::Nobody,",
    ),
    fault(
        "who barged in elsewhere is shown as asked for here",
        "calls.rs",
        "        leg.call = call;\n",
        "        leg.call = Call {\n            mute: leg.call.mute.clone(),\n            supervisor_monitoring_state: leg.call.supervisor_monitoring_state.clone(),\n            ..call\n        };\n",
    )
    .with_seed(127),
    fault(
        "nobody is monitored in a call that outlives it",
        "claim.rs",
        "(Monitoring::None, Some(audience)) => Headline::CallOutlives(audience),",
        "(Monitoring::None, Some(_)) => Headline::Nobody,",
    ),
    tested(
        "what a read brings goes before what was told meanwhile",
        "machine/reads.rs",
        "            under_way.notified_meanwhile.push(id.to_owned());\n",
        "            let _ = (under_way, id);\n",
    ),
    tested(
        "devices of another person are taken for one's own",
        "my_device.rs",
        "core::mem::replace(&mut self.are_devices_doubted, is_doubtful);",
        "core::mem::replace(&mut self.are_devices_doubted, is_doubtful) || true;",
    ),
    tested(
        "the device that monitors somebody is not looked for",
        "my_device.rs",
        "            .find(monitors)\n            .or_else(|| devices().find(can))",
        "            .find(can)\n            .or_else(|| devices().find(monitors))",
    ),
    tested(
        "the device that the page asks for is used while another one monitors",
        "claim.rs",
        "!monitors && !self.requests.pending().any(is_of_device) && !self.legs().any(hears)",
        "!self.requests.pending().any(is_of_device) && !self.legs().any(hears)",
    ),
    tested(
        "a person's choice of a device does not last",
        "my_device.rs",
        "        self.is_overruled = true;\n        self.is_to_follow = false;\n",
        "        self.is_overruled = true;\n",
    ),
    tested(
        "an unknown way of monitoring is none",
        "monitoring.rs",
        "            Some(MonitoringState::Unrecognised(word)) => Self::Unrecognised(word.clone()),",
        "            Some(MonitoringState::Unrecognised(_)) => Self::None,",
    ),
    tested(
        "what goes on on another device is not told",
        "claim.rs",
        "        (is_monitoring || audience.is_some()).then",
        "        (is_monitoring && audience.is_some()).then",
    ),
    tested(
        "a call of one's own can be left by mistake",
        "calls.rs",
        "self.role == LegRole::Monitoring && self.call.can(&operation.capability())",
        "self.call.can(&operation.capability())",
    ),
    tested(
        "a call's clock counts the ringing",
        "calls.rs",
        "self.established.unwrap_or(self.began)",
        "self.began",
    ),
    tested(
        "who ended monitoring is invented",
        "machine/receipts.rs",
        "            _ => EndReason::Elsewhere,",
        "            _ => EndReason::StoppedHere,",
    ),
    tested(
        "a subscription for one call ended by a call that there was not",
        "machine/receipts.rs",
        "_ if was.is_some_and(|was| was.mode == Mode::NextCall) && change.had_call => {",
        "_ if was.is_some_and(|was| was.mode == Mode::NextCall) => {",
    ),
    tested(
        "what was found is said to have been seen",
        "history.rs",
        "            Source::Found { since } => Self::Found { since },",
        "            Source::Found { .. } => Self::Told,",
    ),
    tested(
        "what others asked for is said to be asked for here",
        "machine/receipts.rs",
        "(None, _) => AskedBy::Elsewhere,",
        "(None, _) => AskedBy::ThisPage,",
    ),
    tested(
        "what begins late is said to be asked for elsewhere",
        "machine/receipts.rs",
        "                    Some(_) => AskedBy::Unknown,\n                    None => asked,",
        "                    Some(_) | None => asked,",
    ),
    tested(
        "the end of what was not named is not written down",
        "machine/receipts.rs",
        "(None, Monitoring::Unrecognised(_)) if is.is_none() =>",
        "(None, Monitoring::Unrecognised(_)) if is.is_some() =>",
    ),
    tested(
        "who unmutes themselves in a call is not heard",
        "calls.rs",
        "CallOperation::UnmuteCall => Some(self.heard_by(Some(&Toggle::Off))),",
        "CallOperation::UnmuteCall => Some(self.heard_by(Some(&Toggle::On))),",
    ),
    tested(
        "who is at the monitored telephone is not read again",
        "machine/connection.rs",
        "is_monitoring.then_some(age)",
        "is_monitoring.then_some(age * 1_000)",
    ),
    tested(
        "the agent's own call to the supervisor is a monitored one",
        "calls.rs",
        "            && parties.len() > 1\n",
        "",
    ),
    tested(
        "a call that is marked late is not said to be joined",
        "calls.rs",
        "let was_known = before.role == leg.role;",
        "let was_known = true;",
    ),
    tested(
        "nobody hears the supervisor in a call whose state is not known",
        "calls.rs",
        "        CallState::Established | CallState::Held | CallState::Other(_)\n",
        "        CallState::Established | CallState::Held\n",
    ),
    tested(
        "a call with the agent that is answered by itself and never marked is one's own",
        "calls.rs",
        "        _ => is_first && is_joined(call),",
        "        _ => is_first && false,",
    ),
    tested(
        "who is muted is not heard, whatever contradicts it",
        "calls.rs",
        "(Some(Toggle::On), _) if can(CallOperation::UnmuteCall) => Audience::Nobody,",
        "(Some(Toggle::On), _) => Audience::Nobody,",
    ),
    tested(
        "a subscription that ends in a call was for one call",
        "machine/receipts.rs",
        "                    true => EndReason::Unknown,\n",
        "                    true => EndReason::OneCall,\n",
    ),
    tested(
        "that everyone hears the supervisor is not said where nobody knows whom they monitor",
        "claim.rs",
        "                if audience >= Audience::Agent =>\n",
        "                if audience > Audience::Everyone =>\n",
    ),
    tested(
        "an end that was overtaken is believed",
        "machine/receipts.rs",
        "            self.reads.want(Resource::Devices, now + OVERTAKEN);\n",
        "            let _ = (Resource::Devices, OVERTAKEN);\n",
    ),
    tested(
        "who is heard on another device is not told first",
        "claim.rs",
        "if own != Some(Audience::Everyone)",
        "if own == Some(Audience::Everyone)",
    ),
    tested(
        "a call that goes on without the agent is called theirs",
        "calls.rs",
        "self.is_without_agent = self.agent_was_there && !is_there;",
        "self.is_without_agent = false;",
    ),
    tested(
        "what was in force before a sign-out is said to be",
        "claim.rs",
        "Operation::Stop if !self.connection.phase.is_usable() => {",
        "Operation::Stop if self.freshness() == Freshness::Never => {",
    ),
];
