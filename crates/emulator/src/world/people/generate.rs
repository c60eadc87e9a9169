//! Generates people: supervisors on 5005, 5006 and so on, and agents from 6001 up. The seed
//! determines names, ids and groups.

use gws::{DeviceId, UserId};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::{People, Person, Presence, Role, groups, names};
use crate::world::ids::uuid;

/// Everyone, in the order of their ids. Everybody is logged in; agents are ready.
pub(in crate::world) fn generate(
    seed: u64,
    agents: usize,
    demo_user_name: &str,
    more_supervisors: usize,
) -> People {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let supervisors = [
        ("Dana", "Whitfield", demo_user_name.to_owned()),
        ("Ravi", "Menon", "second-supervisor".to_owned()),
    ];
    let more = (3..).map(|nth| ("Kim", "Sato", format!("supervisor-{nth}")));
    let mut people: Vec<Person> = supervisors
        .into_iter()
        .chain(more.take(more_supervisors))
        .enumerate()
        .map(|(index, (first, last, user_name))| Person {
            user_name,
            // As in the sample on the ListenIn page.
            presence: Presence::NotReady(None),
            do_not_disturb: true,
            ..person(
                &mut rng,
                (first, last),
                Role::Supervisor,
                (5005 + index).to_string(),
            )
        })
        .collect();

    let pairs = names::shuffled(&mut rng);
    people.extend((0..agents).map(|index| {
        // Names repeat after the last pair.
        let name = pairs[index % pairs.len()];
        let number = (6001 + index).to_string();
        person(&mut rng, name, Role::Agent, number)
    }));
    let groups = groups::assign(&people, &mut rng);
    People::new(people, groups)
}

fn person(rng: &mut ChaCha8Rng, (first, last): (&str, &str), role: Role, number: String) -> Person {
    Person {
        id: UserId::new(uuid(rng).replace('-', "")),
        user_name: format!("agent{number}"),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        role,
        number,
        device: DeviceId::new(uuid(rng)),
        presence: Presence::Ready,
        do_not_disturb: false,
    }
}
