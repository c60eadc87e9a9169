//! What happens by itself: customers call, agents come to work, take calls, rest and go home.
//! Whatever is due stands in the world's agenda; when its time has come it happens, and puts on
//! the agenda what follows from it.
//!
//! | module | decides |
//! |---|---|
//! | `pace` | how often and how long: all distributions |
//! | `shifts` | who is at work when |
//! | `customers` | when customers call, and about what |
//! | `agents` | what an agent does next |
//! | `colleagues` | what agents do with others: transfers, consults, conferences, calls of their own |
//!
//! Who gets which call is decided in [`queues`](super::queues).

mod agents;
mod colleagues;
mod customers;
mod pace;
mod shifts;

use super::World;
use super::calls::CallKey;
use super::people::PersonId;
use super::queues::CustomerId;

pub(super) use self::agents::Plan;
pub(super) use self::customers::Customers;
#[cfg(test)]
pub(super) use self::pace::HOUR;
pub(super) use self::pace::{DAY, Pace};
pub(super) use self::shifts::Shift;

/// Something that is due at a time. What is due in the same millisecond happens in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// What somebody has planned.
    Person(PersonId),
    /// The first call of the day.
    FirstCall,
    /// A customer may call.
    Customer,
    /// A customer's call may go to anyone.
    Widen(CustomerId),
    /// A customer's patience ends.
    Abandon(CustomerId),
    /// A party outside that a call rings at answers.
    AnswerOutside(CallKey),
}

impl World {
    /// Puts everybody in the middle of an ordinary day.
    pub(super) fn begin_day(&mut self) {
        self.agents_are_at_it();
        self.customers_begin();
    }

    /// Lets happen what is due now.
    pub(super) fn happen(&mut self, due: Due) {
        match due {
            Due::Person(person) => self.live(person),
            Due::FirstCall => self.first_customer_calls(),
            Due::Customer => self.next_customer(),
            Due::Widen(customer) => self.widen(customer),
            Due::Abandon(customer) => self.abandon(customer),
            Due::AnswerOutside(call) => self.outside_answers(call),
        }
    }

    /// Milliseconds after midnight.
    fn time_of_day(&self) -> u64 {
        (self.config.begins_at + self.now) % DAY
    }
}
