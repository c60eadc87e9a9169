//! Finds, loads and shows the language that the page asks for.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use web_sys::{Element, HtmlElement, console};

use crate::browser::{self, LanguageObserver};
use crate::timer::later;
use crate::view::{self, InUse, Language, OwnTexts};

thread_local! {
    /// The files whose failure was logged to the console.
    static REPORTED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Shows a widget in the language that applies to its panel, until this is dropped.
pub(crate) struct Follower {
    _following: Rc<Following>,
    _observer: LanguageObserver,
}

struct Following {
    panel: Element,
    in_use: InUse,
    /// The embedder's texts.
    own: OwnTexts,
    /// The language that was last asked for.
    wanted: RefCell<Option<Language>>,
    /// How many times in a row loading has failed.
    failures: Cell<u32>,
    /// Loads again, or stops waiting.
    retry: RefCell<Option<Timeout>>,
}

/// Keeps `in_use` at the language that applies to `panel`, with the embedder's `own` texts.
pub(crate) fn follow(panel: &HtmlElement, in_use: InUse, own: OwnTexts) -> Follower {
    let following = Rc::new(Following {
        panel: panel.clone().into(),
        in_use,
        own,
        wanted: RefCell::default(),
        failures: Cell::default(),
        retry: RefCell::default(),
    });
    following.update();
    let again = Rc::downgrade(&following);
    let observer = LanguageObserver::start(panel, move || {
        if let Some(following) = again.upgrade() {
            following.update();
        }
    });
    Follower {
        _following: following,
        _observer: observer,
    }
}

impl Following {
    /// Shows the current language, if it has changed.
    fn update(self: &Rc<Self>) {
        let language = Language::best(&browser::languages_at(&self.panel), &self.own);
        let before = self.wanted.replace(Some(language.clone()));
        if before.as_ref() != Some(&language) {
            self.failures.set(0);
            self.show(language);
        }
    }

    fn show(self: &Rc<Self>, language: Language) {
        self.retry.take();
        let missing = language.missing(&self.own);
        if missing.is_empty() {
            self.in_use.show(language, &self.own);
            return;
        }
        if !self.in_use.is_settled() {
            let (late, this) = (language.clone(), Rc::downgrade(self));
            let patience = later(PATIENCE, move || {
                if let Some(this) = this.upgrade() {
                    this.in_use.show(late, &this.own);
                }
            });
            self.retry.replace(Some(patience));
        }
        load(Rc::downgrade(self), language, missing);
    }

    /// Shows what has been loaded, and retries the rest later.
    fn loaded(self: &Rc<Self>, language: Language) {
        self.retry.take();
        self.in_use.show(language.clone(), &self.own);
        if language.missing(&self.own).is_empty() {
            return;
        }
        let failures = self.failures.get();
        self.failures.set(failures + 1);
        let again = Rc::downgrade(self);
        let retry = later(pause(failures), move || {
            if let Some(following) = again.upgrade() {
                following.show(language);
            }
        });
        self.retry.replace(Some(retry));
    }
}

/// How long announcements wait for the first language, in milliseconds; then they are in English.
const PATIENCE: u32 = 2_000;

/// How long to wait before a failed file is loaded again, in milliseconds: a minute to an hour.
fn pause(failures: u32) -> u32 {
    const MINUTE: u32 = 60_000;
    MINUTE << failures.min(6)
}

/// Loads files, and shows the language with them, if it is still wanted. Whatever can't be loaded stays
/// English, with one line on the console.
fn load(of: Weak<Following>, language: Language, mut missing: Vec<&'static str>) {
    if let Some(file) = missing.pop() {
        browser::locale(file, move |text| {
            if !text.is_some_and(|text| view::load(file, &text)) {
                report(file);
            }
            load(of, language, missing);
        });
    } else if let Some(of) = of.upgrade()
        && of.wanted.borrow().as_ref() == Some(&language)
    {
        of.loaded(language);
    }
}

fn report(file: &'static str) {
    let is_new = REPORTED.with_borrow_mut(|reported| {
        let is_new = !reported.contains(&file);
        if is_new {
            reported.push(file);
        }
        is_new
    });
    if is_new {
        let report = [
            "listen-in: locales/",
            file,
            ".txt could not be loaded, so the widget is in English",
        ];
        console::warn_1(&report.concat().into());
    }
}
