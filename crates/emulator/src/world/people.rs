//! Who works here: two supervisors on 5005 and 5006, agents from 6001 on. Names, numbers and ids
//! follow from the seed.

use gws::{DeviceId, UserId};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::calls::CallKey;
use super::life::Plan;

/// Names a person by place in the list of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub(crate) usize);

/// The supervisor whom the demo page signs in.
pub const DEMO_SUPERVISOR: PersonId = PersonId(0);
/// The other supervisor.
pub const OTHER_SUPERVISOR: PersonId = PersonId(1);
/// How many of the people, from the first on, are supervisors.
pub(super) const SUPERVISORS: usize = 2;

/// What somebody is employed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes calls.
    Agent,
    /// Listens to agents.
    Supervisor,
}

/// What somebody is doing, apart from calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Takes calls.
    Ready,
    /// Takes no calls, perhaps for a reason.
    NotReady(Option<Reason>),
    /// Writes up the last call.
    AfterCallWork,
    /// Has just logged in; passes in a moment.
    LoggedIn,
    /// Is not there: the device is inactive.
    LoggedOut,
}

/// Why somebody takes no calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Eats.
    Lunch,
    /// Rests.
    Break,
    /// Learns.
    Training,
    /// Sits in a meeting.
    Meeting,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Lunch, Self::Break, Self::Training, Self::Meeting];

    /// The word that is shown and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lunch => "Lunch",
            Self::Break => "Break",
            Self::Training => "Training",
            Self::Meeting => "Meeting",
        }
    }
}

/// A person, with the device that is theirs.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) user_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) role: Role,
    pub(crate) number: String,
    pub(crate) device: DeviceId,
    pub(crate) presence: Presence,
    pub(crate) do_not_disturb: bool,
    /// The call in which this person has a leg.
    pub(crate) call: Option<CallKey>,
    /// What this person does next without being told.
    pub(super) plan: Option<Plan>,
    /// This person's own dice, so that one life does not change another.
    pub(super) dice: ChaCha8Rng,
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    pub(crate) fn is_active(&self) -> bool {
        self.presence != Presence::LoggedOut
    }
}

/// Everyone, in the order of their [`PersonId`]s. Everybody is logged in; agents are ready.
pub(super) fn hire(seed: u64, agents: usize, demo_user_name: &str) -> Vec<Person> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let supervisors = [
        ("Dana", "Whitfield", demo_user_name, "5005"),
        ("Ravi", "Menon", "second-supervisor", "5006"),
    ];
    let mut people: Vec<Person> = supervisors
        .iter()
        .map(|&(first, last, user_name, number)| Person {
            user_name: user_name.to_owned(),
            // As in the sample on the ListenIn page.
            presence: Presence::NotReady(None),
            do_not_disturb: true,
            ..person(&mut dice, first, last, Role::Supervisor, number.to_owned())
        })
        .collect();

    let mut pairs: Vec<(&str, &str)> = FIRST_NAMES
        .iter()
        .flat_map(|&first| LAST_NAMES.iter().map(move |&last| (first, last)))
        .collect();
    for end in (1..pairs.len()).rev() {
        pairs.swap(end, dice.random_range(0..=end));
    }
    people.extend((0..agents).map(|index| {
        // Beyond the last pair names come again; numbers tell namesakes apart.
        let (first, last) = pairs[index % pairs.len()];
        person(
            &mut dice,
            first,
            last,
            Role::Agent,
            (6001 + index).to_string(),
        )
    }));
    for (index, person) in people.iter_mut().enumerate() {
        person.dice.set_stream(index as u64 + 1);
    }
    people
}

fn person(dice: &mut ChaCha8Rng, first: &str, last: &str, role: Role, number: String) -> Person {
    Person {
        id: UserId::new(uuid(dice).replace('-', "")),
        user_name: format!("agent{number}"),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        role,
        number,
        device: DeviceId::new(uuid(dice)),
        presence: Presence::Ready,
        do_not_disturb: false,
        call: None,
        plan: None,
        dice: ChaCha8Rng::seed_from_u64(dice.next_u64()),
    }
}

/// A UUID of version 4, from dice.
pub(crate) fn uuid(dice: &mut impl Rng) -> String {
    let mut bytes = [0; 16];
    dice.fill_bytes(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

// As mixed as a contact centre: accents, other scripts, short and long names.
const FIRST_NAMES: [&str; 48] = [
    "Ada",
    "Aisha",
    "Alejandro",
    "Amara",
    "Anneliese",
    "Anouk",
    "Arjun",
    "Astrid",
    "Beatriz",
    "Bo",
    "Bronwyn",
    "Chidi",
    "Chloé",
    "Dmitri",
    "Eleni",
    "Emre",
    "Fatima",
    "Finn",
    "Giulia",
    "Hana",
    "Henrik",
    "Imani",
    "Ines",
    "Jamal",
    "João",
    "Jun",
    "Kofi",
    "Lars",
    "Leila",
    "Łukasz",
    "Maeve",
    "Maria-Fernanda",
    "Mateo",
    "Mei",
    "Miriam",
    "Nadia",
    "Nils",
    "Noor",
    "Olga",
    "Oscar",
    "Priya",
    "Quentin",
    "Rosa",
    "Siobhán",
    "Tomás",
    "Yuki",
    "Zoë",
    "Øyvind",
];
const LAST_NAMES: [&str; 48] = [
    "Abbott",
    "Achterberg",
    "Adeyemi",
    "Andersson",
    "Banerjee",
    "Bauer",
    "Bianchi",
    "Chen",
    "Christodoulopoulos",
    "Cohen",
    "Costa",
    "Dąbrowski",
    "Diallo",
    "Dubois",
    "Eriksen",
    "Fernández",
    "Fischer",
    "Garcia",
    "Gupta",
    "Haddad",
    "Hoffmann",
    "Ibrahim",
    "Ivanova",
    "Jansen",
    "Johnson",
    "Kaya",
    "Kim",
    "Kowalska",
    "Le",
    "Lindqvist",
    "Martin",
    "McAllister",
    "Mensah",
    "Moreau",
    "Müller",
    "Nakamura",
    "Ng",
    "Novák",
    "O’Brien",
    "Okafor",
    "Papadakis",
    "Quispe",
    "Rossi",
    "Santos",
    "Silva",
    "Tanaka",
    "van der Berg",
    "Weiß",
];
