//! What one can ask of one's own device beside monitoring: turning calls away. Sources:
//! *DoNotDisturbOn*, *DevicesAttribs*.

use gws::Capability;

use super::{Refusal, World};
use crate::world::ids::PersonId;

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
