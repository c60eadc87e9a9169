//! The list of agents: what is offered, picked, or can't be read.

use supervision::LinkTrouble;

use super::{isolated, listed, names};

/// What was read of the agents, when it could not be read again; `wait` is for how long the server
/// asks to be left alone.
pub(in crate::view) fn directory_trouble(
    trouble: &LinkTrouble,
    was_read: bool,
    wait: Option<core::time::Duration>,
) -> String {
    let trouble = super::trouble(trouble);
    let again = match wait {
        Some(wait) => format!("Next try in {}.", crate::view::format::span(wait)),
        None => "Trying again.".to_owned(),
    };
    if was_read {
        format!("The list of agents may be out of date: {trouble}. {again}")
    } else {
        format!("The list of agents can’t be read: {trouble}. {again}")
    }
}

/// The row of a number that is no agent's.
pub(in crate::view) fn monitor_number(number: &str) -> String {
    format!("Monitor number {}", isolated(number))
}

/// How many agents match what is typed; and a number that can be monitored as well.
pub(in crate::view) fn matches(people: usize, number: Option<&str>, typed: &str) -> String {
    let matches = match (people, number) {
        (0, None) => format!("No agent matches “{}”.", isolated(typed)),
        (0, Some(_)) => "No agent matches.".to_owned(),
        (1, _) => "1 agent matches.".to_owned(),
        _ => format!("{people} agents match."),
    };
    match number {
        Some(number) => format!("{matches} {}", number_offered(number)),
        None => matches,
    }
}

/// A number that is no agent's is in the list.
pub(in crate::view) fn number_offered(number: &str) -> String {
    format!("“{}” can be chosen.", monitor_number(number))
}

/// How many agents there are.
pub(in crate::view) fn all_agents(count: usize) -> String {
    match count {
        0 => "There are no agents.".to_owned(),
        1 => "There is 1 agent.".to_owned(),
        _ => format!("There are {count} agents."),
    }
}

/// The list of agents is not there yet.
pub(in crate::view) const READING: &str = "Reading the list of agents…";

/// What is offered for what was typed is not what it was.
pub(in crate::view) fn list_changed(matches: &str, enter_takes: Option<&str>) -> String {
    match enter_takes {
        Some(who) => format!("The list has changed: {matches} Enter picks {who}."),
        None => format!("The list has changed: {matches}"),
    }
}

/// Whom the arrow keys were on is not in the list any more.
pub(in crate::view) const HIGHLIGHT_LOST: &str = "The highlighted agent is no longer in the list.";

/// Who may be at the telephone of whoever was picked: it has several people.
pub(in crate::view) fn others_there(number: &str, there: &[&str]) -> String {
    let (number, names) = (isolated(number), names(there));
    match there {
        [_] => format!("{names} is at {number} now."),
        _ => format!("{names} may be at {number}: they share it."),
    }
}

/// Who was picked is not at that number any more, but at these, if at any.
pub(in crate::view) fn has_left(name: &str, number: &str, now_at: &[String]) -> String {
    let (name, number) = (isolated(name), isolated(number));
    match now_at {
        [] => format!(
            "{name} is no longer at {number}, and not in the list of agents. Pick somebody else."
        ),
        now_at => {
            let now_at = listed(now_at.iter().map(|number| isolated(number)));
            format!("{name} is no longer at {number}, but at {now_at}. Pick them there.")
        }
    }
}

/// Nobody is picked by what was typed, and `kept` stays picked. `number` is that of the row that
/// would monitor it.
pub(in crate::view) fn not_picked(typed: &str, number: Option<&str>, kept: Option<&str>) -> String {
    let mut sentences = vec![format!(
        "Not picked: “{}” is not one agent’s name or number.",
        isolated(typed)
    )];
    if let Some(number) = number {
        let row = monitor_number(number);
        sentences.push(format!("To monitor it, choose “{row}” in the list."));
    }
    sentences.push(kept_picked(kept));
    sentences.join(" ")
}

/// Nobody is picked by what was typed: it is `who` by now.
pub(in crate::view) fn not_picked_changed(typed: &str, who: &str, kept: Option<&str>) -> String {
    let typed = isolated(typed);
    let kept = kept_picked(kept);
    format!("Not picked: the list has changed, and “{typed}” is now {who}. {kept}")
}

fn kept_picked(kept: Option<&str>) -> String {
    match kept {
        Some(kept) => format!("{kept} stays picked."),
        None => "Nobody is picked.".to_owned(),
    }
}
