//! Sorting. The standard library's code takes some kilobytes for each type and comparison: here it is compiled
//! once.

use std::cmp::Ordering;

/// Sorts stably.
pub(crate) fn sort<T>(all: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..all.len()).collect();
    sort_positions(&mut order, &|one, other| compare(&all[one], &all[other]));
    let mut unsorted: Vec<_> = all.drain(..).map(Some).collect();
    all.extend(order.into_iter().filter_map(|at| unsorted[at].take()));
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
}
