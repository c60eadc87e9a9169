//! Which agent group is listed: a control that is there where the supervisor has groups.

use std::sync::Arc;

use leptos::prelude::*;

use super::Team;
use super::select::{choosable, list_anew, select};
use crate::reactive::{RwSignal, Signal};
use crate::view::announcer::Announcer;
use crate::view::pieces::{effect, flag, label};
use crate::view::texts::message;

pub(super) fn view(team: Team, announcer: &Announcer) -> AnyView {
    let parts = team.parts;
    // Its place in the list of options: behind all groups.
    let chosen = RwSignal::new(0_usize);
    // How often there were other groups.
    let edition = RwSignal::new(0_usize);
    let mut all = Arc::default();
    effect(move || {
        let (now, at) = parts.directory(|directory| {
            let groups = &directory.groups;
            let is_it = |group: &gws::Group| Some(&group.id) == groups.chosen();
            (Arc::clone(&groups.all), groups.all.iter().position(is_it))
        });
        if !Arc::ptr_eq(&now, &all) {
            all = now;
            edition.update(|edition| *edition += 1);
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
    let is_absent = flag(move || {
        edition.track();
        team.commands
            .read(|state| state.directory().groups.all.is_empty())
    });
    let options = move || {
        edition.track();
        let names: Vec<String> = team.commands.read(|state| {
            let groups = state.directory().groups.all.iter();
            groups.map(|group| group.name.clone()).collect()
        });
        let groups = names.into_iter().map(Signal::stored);
        let all = core::iter::once(label(message!("all-groups"))).chain(groups);
        let is_there = Signal::stored(false);
        all.enumerate()
            .map(|(at, name)| choosable(at, name, is_there, chosen))
            .collect()
    };
    let choose = move |at: usize| {
        let group = team.commands.read(|state| {
            let groups = &state.directory().groups.all;
            groups.get(at.wrapping_sub(1)).map(|group| group.id.clone())
        });
        team.commands.run(|commands| commands.list_group(group));
    };
    select(message!("group"), "group", is_absent, options, choose)
}
