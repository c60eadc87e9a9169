//! Searches people on the server if the contact centre has more than the list holds: the typed text is
//! sent after a pause, page by page, and each match that is not in the list is read.

use std::sync::Arc;

use bayeux::{Duration, Instant};
use gws::{Request, User, UserId, reply};
use tolerant_json::text;

use super::Machine;
use super::directory::WATCHED;
use super::exchanges::{Answer, Purpose};
use crate::changes::Changes;
use crate::connection::LinkTrouble;
use crate::directory::{Directory, Found, Reading};
use crate::sort::sort;

/// The progress of the search.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// The typed text.
    typed: String,
    /// When the search begins, or begins again.
    begins_at: Option<Instant>,
    /// Whether a page or a person is being read.
    is_under_way: bool,
    /// The offset of the next page; none: there is no more.
    next_page: Option<usize>,
    /// Everybody whom the server has named, sorted.
    named: Vec<UserId>,
    /// Those who are not read yet.
    waiting: Vec<UserId>,
    /// How many of them are being read.
    reading: usize,
    users: Vec<User>,
    /// How many people are wanted.
    wanted: usize,
}

/// The pause in typing before the server is asked.
const PAUSE: Duration = Duration::from_millis(300);
/// How long after a failure it is asked again.
const RETRY: Duration = Duration::from_secs(15);
/// How old the matches may become while they are in view.
const AGE: Duration = Duration::from_secs(45);
/// How many people are read at first, and each time that more are wanted.
const STEP: usize = 20;
/// The maximum number of people per search: typing more narrows it down.
const MOST: usize = 200;
/// The maximum number of parallel reads, so that the supervisor's requests need not wait.
const AT_ONCE: usize = 3;
/// The ids on a page.
const PAGE: usize = 100;

impl Search {
    /// Drops whatever was found, or is under way.
    fn clear(&mut self) {
        self.begins_at = None;
        self.is_under_way = false;
        self.next_page = None;
        self.named.clear();
        self.waiting.clear();
        self.reading = 0;
        self.users.clear();
    }
}

impl Machine {
    /// Searches the typed text, also on the server if the list is not complete; empty: no search.
    pub fn search_people(&mut self, typed: &str, now: Instant) {
        let typed = typed.trim();
        if self.search.typed != typed {
            typed.clone_into(&mut self.search.typed);
            self.search_anew(now + PAUSE);
        }
    }

    /// Reads more of the matches.
    pub fn find_more_people(&mut self, now: Instant) {
        let found = &self.state.directory.found;
        if found.has_more && !self.search.is_under_way && self.search.begins_at.is_none() {
            self.search.wanted += STEP;
            self.search_on(now);
        }
    }

    /// Drops the search under way, and begins another at this time if there is something to search for.
    pub(super) fn search_anew(&mut self, begins_at: Instant) {
        self.exchanges.abort_where(&Purpose::is_search);
        let directory = &mut self.state.directory;
        let is_needed = directory.is_cut && !self.search.typed.is_empty();
        let was_searching = !directory.found.typed.is_empty();
        self.search.clear();
        self.search.begins_at = is_needed.then_some(begins_at);
        self.search.wanted = STEP;
        if is_needed || was_searching {
            directory.found.put_away();
            if is_needed {
                self.search.typed.clone_into(&mut directory.found.typed);
                directory.found.is_awaited = true;
            }
            self.changes |= Changes::DIRECTORY;
        }
    }

    /// The matches are in view: they are read again when they are too old.
    pub(super) fn look_at_found(&mut self, now: Instant) {
        let is_old = |found: &Found| found.read_at.is_some_and(|at| now.since(at) >= AGE);
        let search = &mut self.search;
        let is_idle = search.begins_at.is_none() && !search.is_under_way;
        if is_idle && !search.typed.is_empty() && is_old(&self.state.directory.found) {
            search.begins_at = Some(now);
        }
    }

    pub(super) fn search_begins_at(&self) -> Option<Instant> {
        self.search.begins_at.filter(|_| self.is_signed_in())
    }

    /// Begins a search whose time has come. The previous matches are shown until it ends.
    pub(super) fn begin_search(&mut self, now: Instant) {
        if self.search_begins_at().is_some_and(|at| at <= now) {
            self.search.clear();
            self.search.next_page = Some(0);
            self.search_on(now);
        }
    }

    /// Reads the next page or people, until there are as many as wanted, or no more.
    fn search_on(&mut self, now: Instant) {
        let search = &mut self.search;
        search.is_under_way = true;
        let missing = search
            .wanted
            .saturating_sub(search.users.len() + search.reading);
        if search.waiting.len() < missing
            && let Some(offset) = search.next_page.filter(|_| search.reading == 0)
        {
            let request = Request::contacts(&patterns(&search.typed), offset, PAGE);
            self.exchanges.send(request, Purpose::FoundPage, now);
            return;
        }
        let room = AT_ONCE.saturating_sub(search.reading).min(missing);
        let rest = search.waiting.split_off(room.min(search.waiting.len()));
        let next = core::mem::replace(&mut search.waiting, rest);
        search.reading += next.len();
        for id in &next {
            let request = Request::user(id);
            self.exchanges.send(request, Purpose::FoundPerson, now);
        }
        if self.search.reading == 0 {
            self.search_ends(now);
        }
    }

    /// Takes a page of ids.
    pub(super) fn take_found_page(&mut self, answer: &Answer, now: Instant) {
        let page = match answer.read(reply::contacts) {
            Ok(page) => page,
            Err(trouble) => return self.search_failed(trouble, answer, now),
        };
        self.state.directory.found.total = page.total;
        let search = &mut self.search;
        let behind = search.next_page.unwrap_or_default() + page.ids.len();
        let is_last = page.total.is_some_and(|total| behind >= total as usize);
        let mut new = Vec::new();
        for id in page.ids {
            if search.named.binary_search(&id).is_err() {
                new.push(id);
            }
        }
        // A server without paging sends the first page again.
        search.next_page = Some(behind).filter(|_| !is_last && !new.is_empty());
        for id in &new {
            search.named.push(id.clone());
        }
        sort(&mut search.named, Ord::cmp);
        let me = self.state.identity.me().map(|me| &me.id);
        let listed = self.state.directory.listed_among(&search.named);
        let is_kept = |id: &UserId| self.state.directory.found.kept.contains(id);
        for id in new {
            if Some(&id) != me && !listed.contains(&&id) && !is_kept(&id) {
                search.waiting.push(id);
            }
        }
        self.search_on(now);
    }

    /// Takes one of the people.
    pub(super) fn take_found_person(&mut self, answer: &Answer, now: Instant) {
        self.search.reading = self.search.reading.saturating_sub(1);
        match answer.read(reply::user) {
            Ok(user) => self.search.users.push(user),
            // Somebody who was removed meanwhile is not found.
            Err(trouble) if trouble.is_not_found() => {}
            Err(trouble) => return self.search_failed(trouble, answer, now),
        }
        self.search_on(now);
    }

    fn search_ends(&mut self, now: Instant) {
        self.search.is_under_way = false;
        self.learn_found(now);
        let found = &mut self.state.directory.found;
        let has_rest = self.search.next_page.is_some() || !self.search.waiting.is_empty();
        found.has_more = has_rest && self.search.wanted < MOST;
        found.is_cut = has_rest && !found.has_more;
        found.is_awaited = false;
        found.trouble = None;
        self.changes |= Changes::DIRECTORY;
        // A request by number may be confirmed by a device whose number was not known.
        self.settle(now);
    }

    /// Lists the matches, and the people who are always listed.
    pub(super) fn learn_found(&mut self, now: Instant) {
        let mut reading = Reading::new(self.state.identity.me().map(|me| me.id.clone()));
        reading.add(&self.search.users);
        let found = &mut self.state.directory.found;
        found.kept.clear();
        for user in self.kept.users() {
            found.kept.push(user.id.clone());
        }
        reading.add(self.kept.users());
        found.learn(&mut reading, self.clock.moment(now), WATCHED);
    }

    pub(super) fn is_searching(&self) -> bool {
        self.search.is_under_way
    }

    fn search_failed(&mut self, trouble: Arc<LinkTrouble>, answer: &Answer, now: Instant) {
        self.exchanges.abort_where(&Purpose::is_search);
        let pause = self.pause_after(answer, RETRY, now);
        self.search.is_under_way = false;
        self.search.reading = 0;
        self.search.begins_at = Some(now + pause);
        let found = &mut self.state.directory.found;
        found.is_awaited = false;
        found.trouble = Some(trouble);
        self.changes |= Changes::DIRECTORY;
    }
}

/// The words of a text as patterns for the server, which searches anywhere in a name or number. For a
/// telephone number only its digits are used.
fn patterns(typed: &str) -> Vec<String> {
    let number = Directory::number_typed(typed);
    let words = number.as_deref().unwrap_or(typed);
    let mut patterns = Vec::new();
    for word in text::words(words, |c| c.is_whitespace() || matches!(c, ',' | '·' | '*')) {
        patterns.push(["*", word, "*"].concat());
    }
    patterns
}
