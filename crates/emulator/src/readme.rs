//! The tables of the README, for tests that compare them with the code.

/// A row, cell by cell: the names in it.
pub(crate) type Row = Vec<Vec<&'static str>>;

/// The rows of the table whose head begins so.
pub(crate) fn table(head: &str) -> Vec<Row> {
    let readme = include_str!("../README.md");
    let mut lines = readme.lines().skip_while(|line| !line.starts_with(head));
    assert!(lines.next().is_some(), "there is no table {head}");
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('|').skip(1).map(names).collect())
        .collect()
}

/// What stands between backticks, but for what is in brackets: defaults and choices.
fn names(cell: &'static str) -> Vec<&'static str> {
    let outside = cell
        .split('(')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once(')').map_or("", |(_, rest)| rest),
        });
    outside
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .collect()
}

/// The names of fields in serde's refusal of the field `?`.
pub(crate) fn expected(refusal: &str) -> Vec<String> {
    let (_, expected) = refusal
        .split_once("unknown field `?`")
        .unwrap_or_else(|| panic!("another refusal: {refusal}"));
    let names = expected.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}
