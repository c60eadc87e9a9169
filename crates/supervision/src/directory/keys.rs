//! The keys of all entries in one text: searching ten thousand of them one by one takes several times as long, because
//! they are all over the memory.

use std::sync::Arc;

use super::Entry;
use super::search::{self, LEAST_OF_NUMBER, Query};

/// The keys of entries, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    /// Each ends with a line feed, which no key contains.
    text: Arc<str>,
    /// The position after each.
    ends: Arc<[usize]>,
}

impl Keys {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let length = entries.iter().map(|entry| entry.key.len() + 1).sum();
        let mut text = String::with_capacity(length);
        let mut ends = Vec::with_capacity(entries.len());
        for entry in entries {
            text.push_str(&entry.key);
            text.push('\n');
            ends.push(text.len());
        }
        Self {
            text: text.into(),
            ends: ends.into(),
        }
    }

    /// The key of an entry.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        Some(&self.text[self.start(at)..end - 1])
    }

    /// Where the key of an entry begins.
    fn start(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The positions of the entries that a query finds.
    pub(super) fn finds(&self, query: &Query, entries: &[Entry]) -> Vec<usize> {
        let mut found = Vec::new();
        let Some(first) = query.first_word() else {
            for (at, entry) in entries.iter().enumerate() {
                let key = self.get(at);
                if key.is_some_and(|key| query.finds(key, &entry.number)) {
                    found.push(at);
                }
            }
            return found;
        };
        let text = self.text.as_bytes();
        let (mut place, mut at) = (0, 0);
        while let Some(next) = search::place(first, text, place) {
            while self.ends[at] <= next {
                at += 1;
            }
            place = self.ends[at];
            let key = &self.text[self.start(at)..place - 1];
            if query.finds(key, &entries[at].number) {
                found.push(at);
            }
        }
        found
    }
}

/// Whether a typed and squeezed text can be all of an entry, or all of its name or number. Rules out most of
/// ten thousand entries without allocating.
pub(super) fn may_be(key: &str, number: &str, whole: &str) -> bool {
    let letters = || key.bytes().filter(|byte| *byte != b' ');
    let begins = || {
        let mut all = letters().zip(whole.bytes());
        all.all(|(one, other)| one == other)
            // Nothing but the number may remain.
            && letters().count() <= whole.len() + number.len()
    };
    let ends = || {
        let mut last = letters().rev().zip(whole.bytes().rev());
        if !last.all(|(one, other)| one == other) {
            return false;
        }
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        // The zeros that a number may lose.
        let zeros = if digits > LEAST_OF_NUMBER + 2 { 3 } else { 1 };
        digits <= whole.len() + zeros
    };
    whole.len() <= key.len() && (begins() || ends())
}

/// Like [`may_be`], for a whole number. Keys have no `*` and `#`.
pub(super) fn may_be_number(key: &str, number: &str, whole: &str) -> bool {
    whole.bytes().any(|byte| matches!(byte, b'*' | b'#')) || may_be(key, number, whole)
}

#[cfg(test)]
mod tests {
    use super::super::tests::ready;
    use super::*;

    #[test]
    fn all_keys_at_once_are_searched_like_each_by_itself() {
        let names = [
            "Bo Abbott",
            "Abo",
            "Jörg Möller",
            "Joerg Moeller",
            "Ida van der Berg",
            "Line 5",
            "Line 55",
            "김 민수",
            "6",
            "",
        ];
        let numbers = [
            "6001",
            "16001",
            "+1 (415) 555-0132",
            "0132",
            "+44 (0)20 7946 0000",
            "x",
            "*6001",
        ];
        let people: Vec<_> = names
            .iter()
            .flat_map(|name| numbers.map(|number| (*name, number)))
            .collect();
        let directory = ready(&people);
        let parts = [
            "b",
            "bo",
            "ab",
            "tt",
            "möller",
            "moeller",
            "vanderberg",
            "derb",
            "line 5",
            "5 line",
            "55",
            "5",
            "line 5 6001",
            "bo 1600",
            "15550132",
            "0132",
            "020 7946 0000",
            "00442079460000",
            "민",
            "o 6001",
            "Abo · 6001",
            "",
            " ",
            "!",
            "ott 1",
        ];
        for text in parts {
            let query = Query::new(text);
            let one_by_one = directory.entries.iter().enumerate();
            let one_by_one = one_by_one.filter(|(_, entry)| query.finds(&entry.key, &entry.number));
            let expect: Vec<_> = one_by_one.map(|(at, _)| at).collect();
            assert_eq!(directory.search(text), expect, "{text:?}");
        }
        assert!(!directory.search("vanderberg").is_empty());
    }
}
