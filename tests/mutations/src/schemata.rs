//! All mutations of a file in one source text, each chosen at run time.
//!
//! The body of a function with mutations becomes a `match` on the number of the active one, with a
//! mutated body per arm. So all mutations are compiled once, together.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use syn::visit::{self, Visit};

use crate::mutations::Mutation;

/// The environment variable with the number of the active mutation.
pub(crate) const ACTIVE: &str = "ACTIVE_MUTATION";

/// The code that a mutated crate needs at the end of its `lib.rs`.
pub(crate) fn switch() -> String {
    format!(
        "\n/// The number of the active mutation.\n\
         fn active_mutation() -> Option<usize> {{\n\
             static ACTIVE: std::sync::LazyLock<Option<usize>> =\n\
                 std::sync::LazyLock::new(|| std::env::var(\"{ACTIVE}\").ok()?.parse().ok());\n\
             *ACTIVE\n\
         }}\n"
    )
}

/// Adds numbered mutations to a source text.
///
/// # Errors
/// A mutation's text doesn't occur exactly once, or not inside a function.
pub(crate) fn with_mutations(source: &str, mutations: &[(usize, &Mutation)]) -> Result<String> {
    let bodies = function_bodies(source)?;
    let mut arms: BTreeMap<usize, (Range<usize>, String)> = BTreeMap::new();
    for &(number, mutation) in mutations {
        let (body, mutated) = mutate(source, &bodies, mutation)
            .with_context(|| format!("{:?} in {}", mutation.name, mutation.file))?;
        let (_, arms) = arms.entry(body.start).or_insert((body, String::new()));
        *arms += &format!("Some({number}) => {mutated}\n");
    }
    let mut result = source.to_owned();
    // From the end, so that the ranges before stay valid.
    for (body, arms) in arms.into_values().rev() {
        let original = &source[body.clone()];
        let switched =
            format!("{{ match crate::active_mutation() {{\n{arms}_ => {original}\n}} }}");
        result.replace_range(body, &switched);
    }
    Ok(result)
}

/// The body that a mutation is in, and the mutated body.
fn mutate(
    source: &str,
    bodies: &[Range<usize>],
    mutation: &Mutation,
) -> Result<(Range<usize>, String)> {
    let Mutation { find, replace, .. } = mutation;
    let mut places = source.match_indices(find);
    let (start, _) = places.next().context("its text does not occur")?;
    ensure!(places.next().is_none(), "its text occurs more than once");
    let end = start + find.len();
    let body = bodies
        .iter()
        .find(|body| body.start < start && end < body.end)
        .context("its text is not inside the body of one function")?;
    let mutated = [&source[body.start..start], replace, &source[end..body.end]].concat();
    Ok((body.clone(), mutated))
}

/// The outermost function bodies of a source text, with their braces.
fn function_bodies(source: &str) -> Result<Vec<Range<usize>>> {
    #[derive(Default)]
    struct Bodies(Vec<Range<usize>>);

    impl<'ast> Visit<'ast> for Bodies {
        fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
            self.0.push(range(&function.block));
        }

        fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
            self.0.push(range(&function.block));
        }

        fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
            let body = function.default.iter();
            self.0.extend(body.map(range));
        }
    }

    fn range(block: &syn::Block) -> Range<usize> {
        block.brace_token.span.join().byte_range()
    }

    let file = syn::parse_file(source)?;
    let mut bodies = Bodies::default();
    visit::visit_file(&mut bodies, &file);
    Ok(bodies.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutations::fault;

    const SOURCE: &str = "const ONE: u8 = 1;\nfn two() -> u8 {\n    ONE + 1\n}\n";

    fn check(find: &'static str, expect: Result<&str, &str>) {
        let mutation = fault("a fault", "file.rs", find, "2");
        let result = with_mutations(SOURCE, &[(7, &mutation)]);
        match (result, expect) {
            (Ok(text), Ok(expect)) => assert!(text.contains(expect), "{text}"),
            (Err(error), Err(expect)) => assert_eq!(error.root_cause().to_string(), expect),
            (result, _) => panic!("{result:?}"),
        }
    }

    #[test]
    fn a_body_becomes_a_choice_of_bodies() {
        check(
            "+ 1",
            Ok(
                "match crate::active_mutation() {\nSome(7) => {\n    ONE 2\n}\n_ => {\n    ONE + 1\n}\n",
            ),
        );
    }

    #[test]
    fn a_text_that_is_missing_ambiguous_or_outside_functions_is_an_error() {
        check("3", Err("its text does not occur"));
        check("1", Err("its text occurs more than once"));
        check(
            "= 1",
            Err("its text is not inside the body of one function"),
        );
    }

    #[test]
    fn mutations_of_one_body_are_alternatives() {
        let (first, second) = (
            fault("first", "file.rs", "ONE + ", ""),
            fault("second", "file.rs", "+ 1", ""),
        );
        let text = with_mutations(SOURCE, &[(0, &first), (1, &second)]).unwrap();
        assert_eq!(text.matches("active_mutation").count(), 1, "{text}");
        assert!(
            text.contains("Some(0) => {\n    1\n}\nSome(1) => {\n    ONE \n}"),
            "{text}"
        );
    }
}
