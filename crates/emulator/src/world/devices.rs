//! What one can ask of one's own device beside monitoring: turning calls away, and forwarding
//! them. Sources: *DoNotDisturbOn*, *ForwardCallsOn*, *DevicesAttribs*.

use gws::Capability;

use super::people::PersonId;
use super::{Refusal, World};

impl World {
    /// `DoNotDisturbOn`, `DoNotDisturbOff`.
    ///
    /// # Errors
    /// The device is not the person's, or does not offer it at the moment.
    pub fn set_do_not_disturb(
        &mut self,
        person: PersonId,
        device: &str,
        on: bool,
    ) -> Result<(), Refusal> {
        self.device_offers(
            person,
            device,
            &if on {
                Capability::DoNotDisturbOn
            } else {
                Capability::DoNotDisturbOff
            },
        )?;
        self.people[person.0].do_not_disturb = on;
        self.device_changed(person);
        self.consider(person);
        Ok(())
    }

    /// `ForwardCallsOn`, with the number that calls go to from now on, and `ForwardCallsOff`.
    ///
    /// Assumption: what a routing point gives to an agent comes to the agent all the same.
    ///
    /// # Errors
    /// The device is not the person's, or does not offer it at the moment, or the number is the
    /// device's own or none.
    pub fn forward_calls(
        &mut self,
        person: PersonId,
        device: &str,
        to: Option<String>,
    ) -> Result<(), Refusal> {
        let needed = match to {
            Some(_) => Capability::ForwardCallsOn,
            None => Capability::ForwardCallsOff,
        };
        self.device_offers(person, device, &needed)?;
        if let Some(number) = &to {
            if *number == self.people[person.0].number {
                return Err(Refusal::OwnNumber(number.clone()));
            }
            self.is_a_number(number)?;
        }
        self.people[person.0].forward_to = to;
        self.device_changed(person);
        Ok(())
    }

    /// What a device does not offer is refused; the list that a client sees is the authority.
    fn device_offers(
        &self,
        person: PersonId,
        device: &str,
        needed: &Capability,
    ) -> Result<(), Refusal> {
        self.own_device(person, device)?;
        let offers = self.capabilities(person);
        if offers.contains(needed) {
            return Ok(());
        }
        let offers: Vec<&str> = offers.iter().map(Capability::as_str).collect();
        Err(Refusal::NotOfferedByDevice {
            operation: needed.to_string(),
            device: self.people[person.0].number.clone(),
            offers: offers.join(", "),
        })
    }
}
