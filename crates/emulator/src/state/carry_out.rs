//! Carries instructions out: all of a list, in order, or none.

use super::Core;
use crate::json::raw;
use crate::steer::instruction::{AfterRestart, Instruction, Refused};

impl Core {
    /// Carries instructions out, in order, each with its consequences before the next. If one of them
    /// is refused, nothing changes.
    pub(crate) fn carry_out(&mut self, instructions: &[Instruction]) -> Result<(), Refused> {
        if let [instruction] = instructions {
            return self.carry_out_one(instruction);
        }
        // Tried on a copy, as one may make the next possible.
        let mut world = self.world.clone();
        for (index, instruction) in instructions.iter().enumerate() {
            let is_last = index + 1 == instructions.len();
            let done = match instruction {
                Instruction::Restart { .. } if !is_last => Err(Refused::RestartNotLast),
                _ => instruction.apply_to(&mut world),
            };
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
        instruction.apply_to(&mut self.world)?;
        self.log_instruction(instruction);
        match instruction {
            Instruction::FaultOn(fault) => self.switch_fault_on(fault.clone()),
            Instruction::FaultOff { fault } => self.faults.switch_off(*fault),
            Instruction::FaultsOff {} => self.faults.clear(),
            Instruction::ForgetNotificationSessions {} => self.forget_notification_sessions(),
            Instruction::ForgetSignIns {} => self.sessions.forget(),
            Instruction::ChangeCsrfTokens {} => self.sessions.change_csrf_tokens(),
            Instruction::Restart { down_for, world } => {
                let config = match world {
                    AfterRestart::Kept => None,
                    AfterRestart::Anew => Some(self.config.clone()),
                };
                self.restart(config, *down_for);
            }
            Instruction::SendRaw { to, channel, data } => {
                let owner = self.world.person_with_number(to)?;
                self.publish(owner, channel.0.clone(), raw(data));
            }
            // All others change only the contact centre.
            _ => {}
        }
        self.settle();
        Ok(())
    }
}
