//! The order of people, by precomputed keys. Sorting ten thousand people at each reading takes about 130,000
//! comparisons, too many for the browser's `Intl.Collator`. Where there are fewer, a listing uses the
//! language's order.

use core::cmp::Ordering;

use tolerant_json::text;

use super::{Entry, search};

/// By folded name and number, with numbers compared by value. People of the same name keep their order when
/// the directory is read again.
pub(super) fn order(a: &Entry, b: &Entry) -> Ordering {
    fn of(entry: &Entry) -> (&str, &str, &str) {
        (&entry.name, entry.user.as_str(), entry.device.as_str())
    }
    natural(&a.key, &b.key).then_with(|| of(a).cmp(&of(b)))
}

/// Compares texts by letters, with numbers in them by value: `team 2` before `team 10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let within = a.as_bytes()[..same].iter().rev();
    // The beginning of the number in which they differ, if they do.
    let begin = same - within.take_while(|byte| byte.is_ascii_digit()).count();
    let by_value = number(&a.as_bytes()[begin..]).zip(number(&b.as_bytes()[begin..]));
    let values = by_value.map_or(Ordering::Equal, |(a, b)| a.cmp(&b));
    values.then_with(|| a.cmp(b))
}

/// The comparison key of the number at the beginning of a text: how many digits, and which.
fn number(text: &[u8]) -> Option<(usize, &[u8])> {
    let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let zeros = text[..end].iter().take_while(|byte| **byte == b'0').count();
    (end > 0).then_some((end - zeros, &text[zeros..end]))
}

/// The digits of a number as a sort key. A text without digits comes last.
pub(super) fn number_order(number: &str) -> u64 {
    text::number(&search::digits_in(number)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sorted: &[&str]) {
        let mut texts: Vec<&str> = sorted.iter().rev().copied().collect();
        texts.sort_by(|a, b| natural(a, b));
        assert_eq!(texts, sorted);
    }

    #[test]
    fn numbers_in_texts_are_in_the_order_of_their_value() {
        check(&[
            "", "team", "team 2", "team 9b", "team 10", "team 10a", "team a",
        ]);
        check(&["1", "2", "010", "10", "11", "020", "100", "x"]);
        check(&["line 2 3", "line 2 20", "line 10 1"]);
        check(&["a0", "a00", "a01", "a1", "é2", "é10"]);
        check(&["9", "18446744073709551616", "18446744073709551617"]);
    }

    #[test]
    fn numbers_are_in_the_order_of_their_digits() {
        assert!(number_order("6001") < number_order("60010"));
        assert!(number_order("+44 20") < number_order("6001"));
        assert!(number_order("٦٠٠١") < number_order("6002"));
        assert_eq!(number_order("desk"), u64::MAX);
    }
}
