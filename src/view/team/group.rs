//! Which agent group is listed: a control that is shown if the supervisor has groups.

use gws::Group;

use super::Team;
use super::select::{choosable, list_anew, select};
use crate::reactive::{RwSignal, Signal, untrack};
use crate::view::markup::Markup;
use crate::view::pieces::{effect, flag, label};
use crate::view::texts::{self, message};

pub(super) fn view(team: Team) -> Markup {
    let parts = team.parts();
    // Its index in the list of options; 0: all groups.
    let chosen = RwSignal::new(0_usize);
    // As they are listed.
    let groups = RwSignal::new(Vec::<Group>::new());
    // As the server has them: `Intl.Collator` is asked when they are others, and not for each reading of people.
    let read = RwSignal::new(Vec::<Group>::new());
    effect(move || {
        let all = parts.directory(|directory| directory.groups.all.to_vec());
        if read.with_untracked(|read| *read != all) {
            read.set(all);
        }
    });
    effect(move || {
        let collator = texts::collator();
        let compare = |one: &str, other: &str| texts::compare(collator.as_ref(), one, other);
        read.track();
        groups.set(untrack(|| parts.directory(|it| it.groups.sorted(&compare))));
    });
    effect(move || {
        let it = parts.directory(|directory| directory.groups.chosen().cloned());
        let at = groups.with(|all| all.iter().position(|group| Some(&group.id) == it.as_ref()));
        let at = at.map_or(0, |at| at + 1);
        if chosen.get_untracked() != at {
            chosen.set(at);
        }
    });
    let mut listed = None;
    effect(move || {
        let (is_read, group) = parts.directory(|directory| {
            let groups = &directory.groups;
            (groups.is_read(), groups.chosen().cloned())
        });
        if is_read && group != listed {
            listed = group;
            untrack(|| list_anew(team, true));
        }
    });
    let is_absent = flag(move || groups.with(Vec::is_empty));
    let options = move || {
        let is_there = Signal::stored(false);
        let all = label(message!("all-groups"));
        let mut options = vec![choosable(0, all, is_there, chosen)];
        groups.with(|groups| {
            for group in groups {
                let name = Signal::stored(group.name.as_str().into());
                options.push(choosable(options.len(), name, is_there, chosen));
            }
        });
        options
    };
    let choose = move |at: usize| {
        let group = groups.with_untracked(|groups| {
            let group = groups.get(at.wrapping_sub(1));
            group.map(|group| group.id.clone())
        });
        parts.run(|commands| commands.list_group(group));
    };
    select(message!("group"), "group", is_absent, options, choose)
}
