//! What agents do with others: hand a call on, ask a colleague during one, bring a colleague into
//! one; and the calls they make themselves.

use rand::RngExt;

use super::agents::Step;
use super::pace::{
    ASKED, BROUGHT_IN, CALLS_A_COLLEAGUE, CALLS_OUT, GETS_IT, HANDED_ON, Pace, TAKES_PART,
};
use crate::world::World;
use crate::world::people::PersonId;
use crate::world::queues::{SERVICES, ServiceId};

impl World {
    /// The agent has said what there was to say: ends the call, or takes somebody else to it.
    pub(super) fn bring_to_an_end(&mut self, agent: PersonId) {
        let number = self.people[agent.0].number.clone();
        if self.active_call(agent).is_none() {
            // A call on hold, and nobody to ask about it any more.
            match self.retrieve(&number) {
                Ok(()) => self.plan_end_of_call(agent),
                Err(_) => self.hang_up(agent),
            }
            return;
        }
        let roll: f64 = self.dice(agent).random();
        let takes_somebody = roll < HANDED_ON + ASKED + BROUGHT_IN && self.may_take_somebody(agent);
        let colleague = match takes_somebody {
            true => self.somebody_free(agent),
            false => None,
        };
        let Some(colleague) = colleague else {
            self.hang_up(agent);
            return;
        };
        if roll < HANDED_ON {
            self.hand_over(agent, colleague);
            return;
        }
        let third = self.people[colleague.0].number.clone();
        if roll < HANDED_ON + ASKED {
            match self.consult(&number, &third) {
                Ok(()) => self.plan_drawn(agent, Step::SettleConsult, Pace::asking),
                Err(_) => self.hang_up(agent),
            }
        } else {
            match self.conference(&number, &third) {
                Ok(()) => self.plan_end_of_call(agent),
                Err(_) => self.hang_up(agent),
            }
        }
    }

    /// The agent has asked a colleague: the colleague gets the call, or takes part in it, or the
    /// agent comes back to it alone, as whenever the colleague has not answered.
    pub(super) fn settle_consult(&mut self, agent: PersonId) {
        let number = self.people[agent.0].number.clone();
        let roll: f64 = self.dice(agent).random();
        let settled = if roll < GETS_IT {
            self.complete_transfer(&number).is_ok()
        } else if roll < GETS_IT + TAKES_PART {
            self.complete_conference(&number).is_ok()
        } else {
            false
        };
        if !settled {
            self.hang_up(agent);
            if self.retrieve(&number).is_ok() {
                self.plan_end_of_call(agent);
            }
        }
    }

    /// After a call the agent may call somebody. Whether it is so.
    pub(super) fn calls_somebody_else(&mut self, agent: PersonId) -> bool {
        let roll: f64 = self.dice(agent).random();
        let to = if roll < CALLS_OUT {
            Some(self.somebodys_number(agent))
        } else if roll < CALLS_OUT + CALLS_A_COLLEAGUE {
            let colleague = self.somebody_free(agent);
            colleague.map(|colleague| self.people[colleague.0].number.clone())
        } else {
            None
        };
        let number = self.people[agent.0].number.clone();
        let calls = to.is_some_and(|to| self.calls_somebody(&number, &to).is_ok());
        if calls {
            self.plan_end_of_call(agent);
        }
        calls
    }

    /// Only a customer's call is taken to somebody else, and only while nobody else is in it.
    fn may_take_somebody(&self, agent: PersonId) -> bool {
        let person = &self.people[agent.0];
        let call = self.active_call(agent).and_then(|key| self.calls.get(&key));
        person.calls.len() == 1
            && call.is_some_and(|call| call.is_external() && !call.is_conference())
    }

    /// An agent other than `agent` who waits for a call: of a service that is drawn, or of any.
    fn somebody_free(&mut self, agent: PersonId) -> Option<PersonId> {
        let service = ServiceId(self.dice(agent).random_range(0..SERVICES.len()));
        self.longest_free(Some(service))
            .or_else(|| self.longest_free(None))
    }
}
