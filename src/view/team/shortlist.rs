//! Pinned and recent people, stored for the supervisor who is signed in: pinned ones beyond the browser
//! session, recent ones only as long as the tab, as a workstation may be shared. Only ids are stored,
//! with the supervisor's: they are deleted when somebody else signs in. All tabs show the same pinned people.

use crate::reactive::{NodeRef, Trigger, untrack};
use supervision::{EntryId, Shortlist};
use wasm_bindgen::JsCast;

use super::Team;
use crate::view::commands::Keep;
use crate::view::pieces::{effect, listen, text_of};
use crate::view::texts::Text;

/// Keeps the lists up to date, and stores them.
pub(super) fn keep(team: Team) {
    let parts = team.parts();
    let me = text_of(team, |team| me(team).unwrap_or_default().into());
    let stored = Trigger::new();
    let page = NodeRef::new();
    page.load(crate::property::window().unchecked_ref());
    listen(page, "storage", move |_| stored.notify());
    let mut last = Text::default();
    effect(move || {
        // Another tab has changed them, or somebody has signed in.
        stored.track();
        let me = me.get();
        if !me.is_empty() {
            let is_new = last != me;
            last.clone_from(&me);
            let mut shortlist = Shortlist::default();
            shortlist.read_pinned(&kept(team, Keep::Pinned, &me, is_new));
            shortlist.read_recent(&kept(team, Keep::Recent, &me, is_new));
            // The page stores other things, too.
            untrack(|| {
                if team.read(|combobox| combobox.listing.shortlist != shortlist) {
                    show(team, shortlist);
                }
            });
        }
    });
    let mut last = None;
    effect(move || {
        let target = parts.all(|state| state.monitoring().active().and_then(|m| m.target.clone()));
        if target != last {
            last.clone_from(&target);
            let picked = untrack(|| super::toolbar::picked(team));
            // If several people share a telephone, it is unknown who was monitored, unless they were
            // picked.
            let id = target.and_then(|device| match picked {
                Some(picked) if picked.device == device => Some(picked),
                _ => untrack(|| {
                    parts.directory(|directory| {
                        let mut there = directory.entries_of(&device);
                        let first = there.next().map(supervision::Entry::id);
                        first.filter(|_| there.next().is_none())
                    })
                }),
            });
            if let Some(id) = id {
                untrack(|| {
                    let mut shortlist = shown(team);
                    shortlist.monitored(&id);
                    store(team, shortlist);
                });
            }
        }
    });
}

/// Pins or unpins people.
pub(super) fn toggle_pins(team: Team, people: &[EntryId]) {
    let mut shortlist = shown(team);
    for id in people {
        shortlist.toggle_pin(id);
    }
    store(team, shortlist);
}

/// The lists as they are shown.
fn shown(team: Team) -> Shortlist {
    team.read(|combobox| combobox.listing.shortlist.clone())
}

/// Stores the lists, and shows them.
fn store(team: Team, shortlist: Shortlist) {
    if let Some(me) = me(team) {
        let lists = [
            (Keep::Pinned, shortlist.pinned()),
            (Keep::Recent, shortlist.recent()),
        ];
        for (keep, people) in lists {
            let text = [&*me, "\n", &Shortlist::write(people)].concat();
            team.parts()
                .run(|commands| commands.keep(keep, Some(&text)));
        }
    }
    show(team, shortlist);
}

fn show(team: Team, shortlist: Shortlist) {
    let mut people = Vec::new();
    for list in [shortlist.pinned(), shortlist.recent()] {
        for id in list {
            people.push(id.user.clone());
        }
    }
    team.parts().run(|commands| commands.keep_people(&people));
    team.all().combobox.borrow_mut().listing.shortlist = shortlist;
    team.list_anew();
}

/// The stored ids, if they are of the supervisor who is signed in. If they are `new`, another's are deleted.
fn kept(team: Team, keep: Keep, me: &str, is_new: bool) -> String {
    team.parts().run(|commands| {
        let kept = commands.kept(keep).unwrap_or_default();
        let (whose, people) = tolerant_json::text::split_once(&kept, "\n").unwrap_or_default();
        if whose == me {
            return people.to_owned();
        }
        if is_new && !kept.is_empty() {
            commands.keep(keep, None);
        }
        String::new()
    })
}

fn me(team: Team) -> Option<String> {
    let me = |state: &supervision::State| state.identity().me().map(|me| me.id.as_str().to_owned());
    team.parts().person().with(me)
}
