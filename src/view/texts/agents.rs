//! Texts for the list of agents: offers, picks and failures.

use supervision::{Duration, LinkTrouble};

use super::{Text, append, isolated, message, names, say};

/// Why the agents could not be read again; `wait` is how long the server asked to wait.
pub(in crate::view) fn directory_trouble(
    trouble: &LinkTrouble,
    was_read: bool,
    wait: Option<Duration>,
) -> Text {
    let what = match was_read {
        true => message!("list-stale", trouble),
        false => message!("list-unread", trouble),
    };
    let again = match wait {
        Some(wait) => next_try(wait),
        None => say!("trying-again"),
    };
    append(what.fill([super::trouble(trouble)]), again)
}

/// Why people can't be searched on the server.
pub(in crate::view) fn search_trouble(trouble: &LinkTrouble) -> Text {
    let what = say!("search-failed", trouble = super::trouble(trouble));
    append(what, say!("trying-again"))
}

/// That pinned or recent people who are not in the list can't be read.
pub(in crate::view) fn kept_unread() -> Text {
    append(say!("kept-unread"), say!("trying-again"))
}

pub(in crate::view) fn next_try(wait: Duration) -> Text {
    say!("next-try", span = crate::view::format::span(wait))
}

/// The row of a number that belongs to no agent.
pub(in crate::view) fn monitor_number(number: &str) -> Text {
    say!("monitor-number", number = isolated(number))
}

/// How many agents match the typed text; and a number that can be monitored as well.
pub(in crate::view) fn matches(people: usize, number: Option<&str>, typed: &str) -> Text {
    let matches = match (people, number) {
        (0, None) => say!("no-match", typed = isolated(typed)),
        (0, Some(_)) => say!("no-match-but"),
        _ => message!("matches", count).of_count(people as u32),
    };
    append(matches, number.map(number_offered).unwrap_or_default())
}

/// A number that belongs to no agent is in the list.
pub(in crate::view) fn number_offered(number: &str) -> Text {
    say!("number-offered", row = monitor_number(number))
}

/// How many agents there are.
pub(in crate::view) fn all_agents(count: usize) -> Text {
    match count {
        0 => say!("no-agents"),
        _ => message!("agents-count", count).of_count(count as u32),
    }
}

/// How many agents are listed.
pub(in crate::view) fn listed(count: usize) -> Text {
    message!("listed", count).of_count(count as u32)
}

/// The offer for the typed text has changed.
pub(in crate::view) fn list_changed(matches: Text, enter_takes: Option<Text>) -> Text {
    match enter_takes {
        Some(who) => say!("list-changed-enter", matches, who),
        None => say!("list-changed", matches),
    }
}

/// Who may be at the telephone of the picked person, which several people share.
pub(in crate::view) fn others_there(number: &str, there: &[&str]) -> Text {
    let message = match there {
        [_] => message!("other-there", names, number),
        _ => message!("others-there", names, number),
    };
    message.fill([names(there), isolated(number)])
}

/// The picked person is no longer at that number, but at these, if any.
pub(in crate::view) fn has_left(name: &str, number: &str, now_at: &[&str]) -> Text {
    let (name, number) = (isolated(name), isolated(number));
    match now_at {
        [] => say!("has-left", name, number),
        now_at => {
            let others = super::all_isolated(now_at);
            say!(
                "has-left-for",
                name = name,
                number = number,
                others = others
            )
        }
    }
}

/// The typed text picks nobody, and `kept` stays picked. `number` is that of the row that would
/// monitor it.
pub(in crate::view) fn not_picked(typed: &str, number: Option<&str>, kept: Option<Text>) -> Text {
    let mut sentences = say!("not-picked", typed = isolated(typed));
    if let Some(number) = number {
        let row = say!("not-picked-number", row = monitor_number(number));
        sentences = append(sentences, row);
    }
    append(sentences, kept_picked(kept))
}

/// The typed text picks nobody: it names `who` by now.
pub(in crate::view) fn not_picked_changed(typed: &str, who: Text, kept: Option<Text>) -> Text {
    let changed = say!("not-picked-changed", typed = isolated(typed), who = who);
    append(changed, kept_picked(kept))
}

/// The typed text picks nobody: the server has not yet said who else it may name.
pub(in crate::view) fn not_picked_unsearched(typed: &str, kept: Option<Text>) -> Text {
    let unsearched = say!("not-picked-unsearched", typed = isolated(typed));
    append(unsearched, kept_picked(kept))
}

fn kept_picked(kept: Option<Text>) -> Text {
    match kept {
        Some(who) => say!("stays-picked", who),
        None => say!("nobody-picked"),
    }
}
