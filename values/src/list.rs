//! List functions for generated code, beyond what iterators say as shortly.
//!
//! ```
//! use opwright_values::list::{at, sort_by, try_all};
//! assert_eq!(at(&[7, 8], 1), Ok(&8));
//! assert_eq!(sort_by(&["bb", "a"], |text| text.len()), ["a", "bb"]);
//! assert_eq!(try_all([1, 2].iter(), |x| Ok::<_, ()>(*x > 0)), Ok(true));
//! ```

use crate::arith::CannotCompute;
use std::collections::BTreeMap;

/// The element at a position, from 0.
pub fn at<T>(list: &[T], position: i64) -> Result<&T, CannotCompute> {
    usize::try_from(position).ok().and_then(|position| list.get(position)).ok_or(CannotCompute::OutsideOfList)
}

/// The entry of a key.
pub fn lookup<'m, T>(map: &'m BTreeMap<String, T>, key: &str) -> Result<&'m T, CannotCompute> {
    map.get(key).ok_or(CannotCompute::NoSuchKey)
}

/// A number of elements, as the language counts.
pub fn size(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The elements with their positions from 0.
pub fn indexed<T>(list: &[T]) -> impl Iterator<Item = (i64, &T)> {
    (0_i64..).zip(list)
}

/// Whether a list holds an element.
pub fn contains<T: PartialEq<U>, U: ?Sized>(list: &[T], item: &U) -> bool {
    list.iter().any(|known| known == item)
}

/// Both lists, one behind the other.
pub fn append<T: Clone>(a: &[T], b: &[T]) -> Vec<T> {
    [a, b].concat()
}

/// Whether a condition that may fail holds for all.
pub fn try_all<I: Iterator, E>(
    items: I,
    mut holds: impl FnMut(I::Item) -> Result<bool, E>,
) -> Result<bool, E> {
    for item in items {
        if !holds(item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a condition that may fail holds for at least one.
pub fn try_any<I: Iterator, E>(
    items: I,
    mut holds: impl FnMut(I::Item) -> Result<bool, E>,
) -> Result<bool, E> {
    for item in items {
        if holds(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many a condition that may fail holds for.
pub fn try_count<I: Iterator, E>(
    items: I,
    mut holds: impl FnMut(I::Item) -> Result<bool, E>,
) -> Result<usize, E> {
    let mut count = 0;
    for item in items {
        count += usize::from(holds(item)?);
    }
    Ok(count)
}

/// The items for which a condition that may fail holds.
pub fn try_filter<I: Iterator, E>(
    items: I,
    mut holds: impl FnMut(&I::Item) -> Result<bool, E>,
) -> Result<Vec<I::Item>, E> {
    let mut kept = Vec::new();
    for item in items {
        if holds(&item)? {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// Sorted by a key; what has equal keys stays in order.
pub fn sort_by<T: Clone, K: Ord>(list: &[T], key: impl FnMut(&T) -> K) -> Vec<T> {
    let mut sorted = list.to_vec();
    sorted.sort_by_cached_key(key);
    sorted
}

/// Sorted by a key that may fail.
pub fn try_sort_by<T: Clone, K: Ord, E>(
    list: &[T],
    key: impl FnMut(&T) -> Result<K, E>,
) -> Result<Vec<T>, E> {
    let keys = list.iter().map(key).collect::<Result<Vec<K>, E>>()?;
    let mut keyed: Vec<(K, &T)> = keys.into_iter().zip(list).collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(keyed.into_iter().map(|(_, item)| item.clone()).collect())
}

/// Sorted.
pub fn sort<T: Clone + Ord>(list: &[T]) -> Vec<T> {
    let mut sorted = list.to_vec();
    sorted.sort();
    sorted
}

/// The least.
pub fn min<T: Clone + Ord>(list: &[T]) -> Result<T, CannotCompute> {
    list.iter().min().cloned().ok_or(CannotCompute::EmptyList)
}

/// The largest.
pub fn max<T: Clone + Ord>(list: &[T]) -> Result<T, CannotCompute> {
    list.iter().max().cloned().ok_or(CannotCompute::EmptyList)
}

/// The elements of all lists.
pub fn flatten<T: Clone>(lists: &[Vec<T>]) -> Vec<T> {
    lists.concat()
}

/// Each element once, where it came first.
pub fn distinct<T: Clone + Ord>(list: &[T]) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    list.iter().filter(|item| seen.insert((*item).clone())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_outside_are_errors() {
        assert_eq!(at(&[1], -1), Err(CannotCompute::OutsideOfList));
        assert_eq!(at(&[1], 1), Err(CannotCompute::OutsideOfList));
        assert_eq!(min::<i64>(&[]), Err(CannotCompute::EmptyList));
    }

    #[test]
    fn the_first_of_equals_is_kept() {
        assert_eq!(distinct(&[2, 1, 2, 3, 1]), [2, 1, 3]);
    }

    #[test]
    fn what_decides_ends_the_search_and_what_fails_ends_it_too() {
        // Positive, or fails at zero.
        let positive = |x: &i64| if *x == 0 { Err("zero") } else { Ok(*x > 0) };
        assert_eq!(try_all([1, -1, 0].iter(), positive), Ok(false));
        assert_eq!(try_all([1, 0, -1].iter(), positive), Err("zero"));
        assert_eq!(try_all([].iter(), positive), Ok(true));
        assert_eq!(try_any([-1, 1, 0].iter(), positive), Ok(true));
        assert_eq!(try_any([-1, 0, 1].iter(), positive), Err("zero"));
        assert_eq!(try_any([].iter(), positive), Ok(false));
        // Whether it is exactly one is known at the end only.
        assert_eq!(try_count([1, -1, 2].iter(), positive), Ok(2));
        assert_eq!(try_count([1, 2, 0].iter(), positive), Err("zero"));
        assert_eq!(try_filter([1, -1].into_iter(), positive), Ok(vec![1]));
        assert_eq!(try_sort_by(&[2, 0], |x| positive(x)), Err("zero"));
    }

    #[test]
    fn lists_and_maps() {
        let map: BTreeMap<String, i64> = [("a".to_owned(), 1)].into();
        assert_eq!(lookup(&map, "a"), Ok(&1));
        assert_eq!(lookup(&map, "b"), Err(CannotCompute::NoSuchKey));
        assert_eq!(indexed(&["x", "y"]).last(), Some((1, &"y")));
        assert_eq!(append(&[1], &[2]), [1, 2]);
        assert_eq!(flatten(&[vec![1], vec![], vec![2, 3]]), [1, 2, 3]);
        assert_eq!((min(&[2, 1]), max(&[2, 1])), (Ok(1), Ok(2)));
        assert_eq!(sort(&["b", "B", "ä", "a"]), ["B", "a", "b", "ä"], "by code point");
        assert!(contains(&[1, 2], &2) && !contains(&[1], &2));
    }

    #[test]
    fn sorting_is_stable() {
        let sorted = sort_by(&[("b", 1), ("a", 1), ("c", 0)], |pair| pair.1);
        assert_eq!(sorted, [("c", 0), ("b", 1), ("a", 1)]);
        let tried = try_sort_by(&[("b", 1), ("a", 1), ("c", 0)], |pair| Ok::<_, ()>(pair.1));
        assert_eq!(tried, Ok(sorted));
    }
}
