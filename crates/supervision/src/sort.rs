//! Sorting. The standard library's code takes some kilobytes for each type and comparison: here it is compiled
//! once.

use std::cmp::Ordering;

/// Sorts stably.
pub(crate) fn sort<T>(all: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..all.len()).collect();
    sort_positions(&mut order, &|one, other| compare(&all[one], &all[other]));
    reorder(&mut order, &mut |one, other| all.swap(one, other));
}

/// Swaps values until each place has the one that was at the position given for it.
fn reorder(order: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = core::mem::replace(&mut order[at], at);
            if from == start {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

/// Sorts positions by the values there, stably.
#[inline(never)]
pub(crate) fn sort_positions(positions: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    positions.sort_by(|one, other| compare(*one, *other));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_keep_their_order() {
        let mut all = vec!["b1", "a1", "c", "b2", "a2"];
        sort(&mut all, |one, other| one[..1].cmp(&other[..1]));
        assert_eq!(all, ["a1", "a2", "b1", "b2", "c"]);
    }

    #[test]
    fn every_order_is_sorted() {
        for number in 0..6_usize.pow(6) {
            let digits = (0..6).map(|place| number / 6_usize.pow(place) % 6);
            let mut all: Vec<_> = digits.enumerate().map(|(at, digit)| (digit, at)).collect();
            let mut expect = all.clone();
            expect.sort();
            sort(&mut all, |one, other| one.0.cmp(&other.0));
            assert_eq!(all, expect);
        }
    }
}
