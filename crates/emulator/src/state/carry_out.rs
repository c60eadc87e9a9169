//! Carrying instructions out: all of a list, in order, or none of it.

use super::Core;
use crate::steer::fault::FaultOn;
use crate::steer::instruction::{AfterRestart, Instruction, MonitoringWanted, Refused};
use crate::world::{CallOperation, MonitoringRequest, Presence, Refusal, Supervision, World};

impl Core {
    /// Carries instructions out, in order, each with all that follows from it before the next. If
    /// one of them can't be, nothing happens.
    pub(crate) fn carry_out(&mut self, instructions: &[Instruction]) -> Result<(), Refused> {
        if let [instruction] = instructions {
            return self.carry_out_one(instruction);
        }
        let last = instructions.len().saturating_sub(1);
        let restart = |found: &Instruction| matches!(found, Instruction::Restart { .. });
        if let Some(index) = instructions
            .iter()
            .position(restart)
            .filter(|&at| at < last)
        {
            return Err(Refused::InList {
                position: index + 1,
                why: Box::new(Refused::RestartNotLast),
            });
        }
        // A rehearsal: what one of them does may be what makes the next one possible.
        let mut world = self.world.clone();
        for (index, instruction) in instructions.iter().enumerate() {
            let done = instruction.on(&mut world);
            done.map_err(|why| Refused::InList {
                position: index + 1,
                why: Box::new(why),
            })?;
        }
        for instruction in instructions {
            self.carry_out_one(instruction)?;
        }
        Ok(())
    }

    fn carry_out_one(&mut self, instruction: &Instruction) -> Result<(), Refused> {
        instruction.on(&mut self.world)?;
        self.note_instruction(instruction);
        match instruction {
            Instruction::FaultOn(on) => self.switch_fault_on(on.clone()),
            Instruction::FaultOff { fault } => self.faults.switch_off(*fault),
            Instruction::FaultsOff {} => self.faults.clear(),
            Instruction::ForgetNotificationSessions {} => self.forget_notification_sessions(),
            Instruction::ForgetSignIns {} => self.sessions.forget(),
            Instruction::ChangeCsrfTokens {} => self.sessions.change_csrf_tokens(),
            Instruction::Restart { down_for, world } => {
                let centre = match world {
                    AfterRestart::Kept => None,
                    AfterRestart::Anew => Some(self.centre().clone()),
                };
                self.restart(centre, *down_for);
            }
            Instruction::SendRaw { to, channel, data } => {
                let owner = self.world.person_with_number(to)?;
                self.publish(owner, channel.0.clone(), data.0.clone());
            }
            // All that they do, they do to the contact centre.
            _ => {}
        }
        self.settle();
        Ok(())
    }
}

impl Instruction {
    /// What the instruction does to the contact centre; for others, whether they make sense in it.
    fn on(&self, world: &mut World) -> Result<(), Refused> {
        match self {
            Self::CallArrives { agent, from } => world.call_arrives(agent, from)?,
            Self::CallRings { agent, from } => {
                world.call_rings(agent, from)?;
            }
            Self::CustomerHangsUp { from } => world.customer_hangs_up(from)?,
            Self::OptOut { from } => world.opt_out(from)?,
            Self::OptIn { from } => world.opt_in(from),
            Self::Dial { agent, to } => world.calls_somebody(agent, to)?,
            Self::Hold { agent } => world.hold(agent)?,
            Self::Retrieve { agent } => world.retrieve(agent)?,
            Self::Consult { agent, to } => world.consult(agent, to)?,
            Self::CompleteTransfer { agent } => world.complete_transfer(agent)?,
            Self::CompleteConference { agent } => world.complete_conference(agent)?,
            Self::Conference { agent, to } => world.conference(agent, to)?,
            Self::EndCall { agent } => world.end_call(agent)?,
            Self::ClearCall { call } => world.clear_call(call)?,
            Self::Transfer { agent, to } => world.transfer(agent, to)?,
            Self::SetState {
                agent,
                state,
                reason,
            } => world.set_state(agent, state.presence(*reason)?)?,
            Self::LogIn { agent } => world.set_state(agent, Presence::Ready)?,
            Self::LogOut { agent } => world.set_state(agent, Presence::LoggedOut)?,
            Self::ListenIn(wanted) => wanted.begin(Supervision::ListenIn, world)?,
            Self::Coach(wanted) => wanted.begin(Supervision::Coach, world)?,
            Self::BargeIn(wanted) => wanted.begin(Supervision::BargeIn, world)?,
            Self::SwitchToBargeIn { supervisor } => {
                world.switches(supervisor, CallOperation::SwitchToBargeIn)?;
            }
            Self::SwitchToListenIn { supervisor } => {
                world.switches(supervisor, CallOperation::SwitchToListenIn)?;
            }
            Self::CancelMonitoring { supervisor } => {
                let supervisor = world.person_with_number(supervisor)?;
                let device = world.device_id(supervisor).to_string();
                world.cancel_monitoring(supervisor, &device)?;
            }
            Self::Answer { who } => world.answer(who)?,
            Self::HangUp { who } => world.leave_call(who)?,
            Self::DeviceOff { supervisor } => {
                let supervisor = world.supervisor_with_number(supervisor)?;
                world.set_supervisor_active(supervisor, false);
            }
            Self::DeviceOn { supervisor } => {
                let supervisor = world.supervisor_with_number(supervisor)?;
                world.set_supervisor_active(supervisor, true);
            }
            Self::TServerDisconnects {} => world.t_server_disconnects(),
            Self::SendRaw { to, .. } => {
                world.person_with_number(to)?;
            }
            Self::FaultOn(FaultOn { scope, .. }) => {
                if let Some(to) = &scope.to {
                    world.person_with_number(to)?;
                }
            }
            Self::FaultOff { .. }
            | Self::FaultsOff {}
            | Self::ForgetNotificationSessions {}
            | Self::ForgetSignIns {}
            | Self::ChangeCsrfTokens {}
            | Self::Restart { .. } => {}
        }
        Ok(())
    }
}

impl MonitoringWanted {
    fn begin(&self, how: Supervision, world: &mut World) -> Result<(), Refusal> {
        let supervisor = world.person_with_number(&self.supervisor)?;
        let device = world.device_id(supervisor).to_string();
        let request = MonitoringRequest {
            scope: self.scope.map(Into::into),
            mode: self.mode.map_or(gws::Mode::AllCalls, Into::into),
            ..MonitoringRequest::of(&self.agent, how)
        };
        world.monitor(supervisor, &device, request)
    }
}
