//! Which agent group is listed: a control that is there where the supervisor has groups.

use gws::Group;
use leptos::prelude::*;

use super::Team;
use super::select::{choosable, list_anew, select};
use crate::reactive::{Memo, RwSignal, Signal};
use crate::view::announcer::Announcer;
use crate::view::pieces::{effect, flag, label};
use crate::view::texts::{self, message};

pub(super) fn view(team: Team, announcer: &Announcer) -> AnyView {
    let parts = team.parts;
    // Its place in the list of options: behind all groups.
    let chosen = RwSignal::new(0_usize);
    // As they are listed.
    let groups = RwSignal::new(Vec::<Group>::new());
    let read = Memo::new(move || {
        parts.directory(|directory| {
            let groups = &directory.groups;
            (groups.all.to_vec(), groups.chosen().cloned())
        })
    });
    effect(move || {
        let collator = texts::collator();
        let compare = |one: &str, other: &str| texts::compare(collator.as_ref(), one, other);
        // `Intl.Collator` is asked when the groups are others, and not for each reading of people.
        let it = read.with(|(_, chosen)| chosen.clone());
        let all = untrack(|| parts.directory(|directory| directory.groups.sorted(&compare)));
        let at = all.iter().position(|group| Some(&group.id) == it.as_ref());
        if groups.with_untracked(|groups| *groups != all) {
            groups.set(all);
        }
        let at = at.map_or(0, |at| at + 1);
        if chosen.get_untracked() != at {
            chosen.set(at);
        }
    });
    let (mut listed, announcer) = (None, announcer.clone());
    effect(move || {
        let (is_read, group) = parts.directory(|directory| {
            let groups = &directory.groups;
            (groups.is_read(), groups.chosen().cloned())
        });
        if is_read && group != listed {
            listed = group;
            untrack(|| list_anew(team, Some(&announcer), |_| ()));
        }
    });
    let is_absent = flag(move || groups.with(Vec::is_empty));
    let options = move || {
        let names = groups
            .get()
            .into_iter()
            .map(|group| Signal::stored(group.name));
        let all = core::iter::once(label(message!("all-groups"))).chain(names);
        let is_there = Signal::stored(false);
        all.enumerate()
            .map(|(at, name)| choosable(at, name, is_there, chosen))
            .collect()
    };
    let choose = move |at: usize| {
        let group = groups.with_untracked(|groups| {
            let group = groups.get(at.wrapping_sub(1));
            group.map(|group| group.id.clone())
        });
        team.commands.run(|commands| commands.list_group(group));
    };
    select(message!("group"), "group", is_absent, options, choose)
}
