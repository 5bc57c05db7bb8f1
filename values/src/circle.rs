//! Circles in a forest of references: what each row is below of.
//!
//! ```text
//! a ─▶ b ─▶ c           none
//! a ─▶ b ─▶ c ─▶ b      b ─▶ c
//! ```

use std::collections::BTreeMap;

/// The circles that are in some references, each once, from its smallest id on. Every row is looked at once.
pub fn circles<'i>(above: &BTreeMap<&'i str, &'i str>) -> Vec<Vec<&'i str>> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (walk, start) in above.keys().enumerate() {
        let mut path = Vec::new();
        let mut here = *start;
        let back = loop {
            match seen.get(here) {
                Some(other) => break (*other == walk).then_some(here),
                None => drop(seen.insert(here, walk)),
            }
            path.push(here);
            match above.get(here) {
                Some(next) => here = next,
                None => break None,
            }
        };
        if let Some(back) = back {
            let mut circle: Vec<&str> = path.into_iter().skip_while(|id| *id != back).collect();
            let first = circle.iter().enumerate().min_by_key(|(_, id)| **id).map_or(0, |(at, _)| at);
            circle.rotate_left(first);
            found.push(circle);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_once_and_trees_are_none() {
        let circles = |edges: &[(&'static str, &'static str)]| circles(&edges.iter().copied().collect());
        assert_eq!(circles(&[("a", "b"), ("b", "c"), ("x", "b")]), Vec::<Vec<&str>>::new());
        assert_eq!(circles(&[("a", "b"), ("b", "c"), ("c", "b")]), [["b", "c"]]);
        assert_eq!(circles(&[("z", "z"), ("b", "a"), ("a", "b")]), [vec!["a", "b"], vec!["z"]]);
        assert_eq!(circles(&[("c", "a"), ("a", "b"), ("b", "c"), ("d", "c")]), [["a", "b", "c"]]);
    }
}
