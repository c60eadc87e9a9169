//! First and last names.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// All pairs of a first and a last name, shuffled.
pub(super) fn shuffled(rng: &mut ChaCha8Rng) -> Vec<(&'static str, &'static str)> {
    let mut pairs: Vec<(&str, &str)> = FIRST_NAMES
        .split(", ")
        .flat_map(|first| LAST_NAMES.split(", ").map(move |last| (first, last)))
        .collect();
    for end in (1..pairs.len()).rev() {
        pairs.swap(end, rng.random_range(0..=end));
    }
    pairs
}

// As mixed as in a contact centre: accents, other scripts, short and long names.
const FIRST_NAMES: &str = "\
    Ada, Aisha, Alejandro, Amara, Anneliese, Anouk, Arjun, Astrid, Beatriz, Bo, Bronwyn, \
    Chidi, Chloé, Dmitri, Eleni, Emre, Fatima, Finn, Giulia, Hana, Henrik, Imani, Ines, \
    Jamal, João, Jun, Kofi, Lars, Leila, Łukasz, Maeve, Maria-Fernanda, Mateo, Mei, Miriam, \
    Nadia, Nils, Noor, Olga, Oscar, Priya, Quentin, Rosa, Siobhán, Tomás, Yuki, Zoë, Øyvind";
const LAST_NAMES: &str = "\
    Abbott, Achterberg, Adeyemi, Andersson, Banerjee, Bauer, Bianchi, Chen, \
    Christodoulopoulos, Cohen, Costa, Dąbrowski, Diallo, Dubois, Eriksen, Fernández, \
    Fischer, Garcia, Gupta, Haddad, Hoffmann, Ibrahim, Ivanova, Jansen, Johnson, Kaya, Kim, \
    Kowalska, Le, Lindqvist, Martin, McAllister, Mensah, Moreau, Müller, Nakamura, Ng, \
    Novák, O’Brien, Okafor, Papadakis, Quispe, Rossi, Santos, Silva, Tanaka, van der Berg, \
    Weiß";
