//! Region *Monitoring*: who is monitored, who hears the supervisor, and whether there is a call.
//! *Requested*, *confirmed* and *in a call* are kept apart. [`State::claim`] decides what may be
//! claimed; this file phrases it.

use std::sync::Arc;

use crate::reactive::{Memo, Signal};
use crate::view::markup::{Markup, view};
use gws::{CallState, MonitoringKind};
use supervision::{
    Audience, Claim, Elsewhere, Freshness, Headline, Leg, Moment, Monitored, Monitoring, Obstacle,
    Operation, Stage, State,
};
use web_sys::Element;

use super::Fill;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, flag, flag_of, line, strong, text, text_of};
use super::texts::{self, Text, message, say};

/// `empty` is the embedder's content below the sentence that nobody is monitored.
pub(super) fn region(parts: Parts, empty: Fill) -> Markup {
    let details = Memo::new(move || parts.all(Details::of));
    let obstacle = text_of(parts, |parts| {
        let obstacle = parts.all(State::stop_obstacle);
        obstacle.as_ref().map(texts::obstacle).unwrap_or_default()
    });
    // At rest there is nothing to stop.
    let is_at_rest = flag_of(parts, |parts| {
        let obstacle = parts.all(State::stop_obstacle);
        let nothing = matches!(obstacle, Some(ref is) if !matches!(is, Obstacle::UnderWay(_)));
        nothing && !has_something_to_say(&parts.claim())
    });
    let mut stop = Button::new(message!("stop-monitoring"), "stop", move || {
        parts.run(|commands| commands.stop())
    });
    stop.obstacle = Some(obstacle);
    stop.is_absent = Some(is_at_rest);
    view! {
        <section class="monitoring" part="monitoring" aria-label=message!("monitoring")
            data-stage=text_of(parts, |parts| parts.claim().stage.key().into())
            data-audience=text_of(parts, |parts| audience_key(parts).into())
            class:at-rest=claimed(parts, |claim| !has_something_to_say(claim))
            class:stale=claimed(parts, |claim| claim.certainty != Freshness::Current)>
            <div class="line">
                {icon(parts, |parts| sign(&parts.claim()))}
                {strong(text_of(parts, headline))}
            </div>
            <div class="facts">
                {line("heard", text_of(parts, heard_line))}
                {line("detail", text(move || {
                    details.with(|details| details.as_ref().map(|it| it.write(parts)).unwrap_or_default())
                }))}
                {line("detail now", text_of(parts, call_line))}
                {line("heard", text_of(parts, elsewhere))}
                {line("pending", text_of(parts, |parts| parts.pending(|operation| matches!(operation, Operation::Stop))))}
                {line("problem", text_of(parts, problem_line))}
                <div class:absent=claimed(parts, |claim| !is_known_to_be_nobody(claim)) use:fill=empty></div>
            </div>
            {stop.view()}
        </section>
    }
}

fn fill(element: Element, fill: Fill) {
    fill(&element);
}

/// A flag that follows from what may be claimed.
fn claimed(parts: Parts, is: fn(&Claim) -> bool) -> Signal<bool> {
    flag(move || is(&parts.claim()))
}

fn is_known_to_be_nobody(claim: &Claim) -> bool {
    matches!(
        (&claim.headline, claim.certainty),
        (Headline::Nobody, Freshness::Current)
    )
}

/// Whether there is more to say than that nobody is monitored, or that it is unknown.
fn has_something_to_say(claim: &Claim) -> bool {
    !matches!(
        claim.headline,
        Headline::Nobody | Headline::NotKnown | Headline::NoDevice
    )
}

fn sign(claim: &Claim) -> Icon {
    match (claim.stage, claim.audience) {
        (_, Some(Audience::Everyone)) => Icon::Speaking,
        (_, Some(Audience::Agent)) => Icon::Coaching,
        (_, Some(Audience::Unknown)) => Icon::Warning,
        (Stage::Unknown, _) => Icon::Unknown,
        (Stage::Nobody, _) => Icon::Off,
        (Stage::Requested, _) => Icon::Waiting,
        (Stage::Waiting | Stage::InCall, _) => Icon::Listening,
    }
}

/// The loudest audience of the supervisor in any call, on any device.
fn loudest(parts: Parts) -> Option<Audience> {
    parts.all(|state| {
        let mut loudest = parts.claim().audience;
        for other in state.elsewhere() {
            // None is less than any.
            loudest = loudest.max(other.audience);
        }
        loudest
    })
}

/// Who hears the supervisor, or will hear them, as a keyword of the style sheet.
fn audience_key(parts: Parts) -> &'static str {
    match loudest(parts) {
        None => match &parts.claim().headline {
            Headline::Monitoring(monitored) => match monitored.kind {
                MonitoringKind::Coach => "agent-soon",
                MonitoringKind::BargeIn => "everyone-soon",
                MonitoringKind::ListenIn | MonitoringKind::Other(_) => "none",
            },
            _ => "none",
        },
        Some(Audience::Nobody) => "nobody",
        Some(Audience::Unknown) => "unknown",
        Some(Audience::Agent) => "agent",
        Some(Audience::Everyone) => "everyone",
    }
}

fn headline(parts: Parts) -> Text {
    let claim = &parts.claim();
    let mut outlived_by = None;
    let who = match &claim.headline {
        Headline::Monitoring(monitored) | Headline::HeardBy(monitored, _) => {
            parts.name_of_monitored(monitored)
        }
        Headline::Elsewhere(other) => {
            outlived_by = self::outlived_by(parts, other);
            name_elsewhere(parts, other)
        }
        Headline::Unrecognised { asked: Some(asked) } => parts.name_of_target(asked),
        _ => Text::default(),
    };
    texts::headline(claim, who, outlived_by)
}

/// The name of whoever another device monitors.
fn name_elsewhere(parts: Parts, other: &Elsewhere) -> Text {
    match &other.monitored {
        Some(monitored) => parts.name_of_monitored(monitored),
        None => say!("part-somebody"),
    }
}

/// The parties of a call on another device that goes on although monitoring has ended there.
fn outlived_by(parts: Parts, other: &Elsewhere) -> Option<Text> {
    let leg = parts.all(|state| {
        let has_ended = *state.monitoring_of(&other.device) == Monitoring::None;
        let mut legs = state.all_legs().iter();
        let leg = legs.find(|leg| leg.is_joined() && leg.is_on(&other.device));
        leg.filter(|_| has_ended).cloned()
    });
    leg.map(|leg| parts.parties(&leg.call))
}

/// Who hears the supervisor, or will hear them.
fn heard_line(parts: Parts) -> Text {
    let claim = &parts.claim();
    match (claim.audience, &claim.headline) {
        (Some(audience), _) => {
            let then = match claim.certainty {
                Freshness::AsOf(then) => Some(parts.write(then, true)),
                Freshness::Current | Freshness::Never => None,
            };
            texts::audience(audience, claim.agent_is_muted, then)
        }
        (None, Headline::Monitoring(monitored)) => texts::expected_audience(&monitored.kind),
        _ => Text::default(),
    }
}

/// What there is to say of what the device in use monitors. Most messages leave it as it is.
#[derive(Clone, PartialEq)]
struct Details {
    active: Arc<Monitored>,
    until: Option<Moment>,
    /// The headline is about another device.
    is_below_another: bool,
}

impl Details {
    fn of(state: &State) -> Option<Self> {
        Some(Self {
            active: state.monitoring().active()?.clone(),
            until: state.limit().map(|limit| limit.until),
            is_below_another: matches!(state.claim().headline, Headline::Elsewhere(_)),
        })
    }

    fn write(&self, parts: Parts) -> Text {
        let active = &self.active;
        let time = parts.write(active.since.moment, false);
        let since = match active.since.is_observed() {
            true => say!("since", time),
            false => say!("since-or-earlier", time),
        };
        let who = match self.is_below_another {
            true => texts::monitoring(&active.kind, parts.name_of_monitored(active)),
            false => Text::default(),
        };
        let line = texts::beside(who, texts::scope(&active.scope));
        let line = texts::beside(line, texts::mode(&active.mode));
        let line = texts::beside(line, since);
        match self.until {
            Some(until) => {
                let limit = say!("until", time = parts.write(until, false));
                texts::beside(line, limit)
            }
            None => line,
        }
    }
}

/// Whether there is a call, and with whom.
fn call_line(parts: Parts) -> Text {
    let Some(leg) = parts.all(|state| state.monitored_leg().cloned()) else {
        return parts.all(|state| match state.monitoring() {
            Monitoring::Active(_) | Monitoring::Unrecognised(_) => say!("waiting"),
            Monitoring::Unknown | Monitoring::None => Text::default(),
        });
    };
    let parties = others(parts, &leg);
    match &leg.call.state {
        CallState::Ringing => say!("rings", parties),
        CallState::Established => say!("in-call", parties),
        other => say!(
            "call-with",
            state = texts::call_state(other),
            parties = parties
        ),
    }
}

/// Who is in a call besides the supervisor and the monitored agent.
pub(super) fn others(parts: Parts, leg: &Leg) -> Text {
    let own = parts.all(|state| {
        let active = state.monitoring().active()?;
        let target = active.target.as_ref();
        let number = target.and_then(|target| state.directory().number_of(target));
        number.map(str::to_owned).or_else(|| active.number.clone())
    });
    let mut others = Vec::new();
    for party in &leg.call.participants {
        if Some(&party.phone_number) != own.as_ref() {
            others.push(parts.name_of_party(party));
        }
    }
    texts::parties(&others)
}

/// What the supervisor's other devices are doing.
fn elsewhere(parts: Parts) -> Text {
    let others = parts.all(State::elsewhere);
    let mut all = Text::default();
    for other in &others {
        let outlived_by = outlived_by(parts, other);
        let what = texts::elsewhere(other, name_elsewhere(parts, other), outlived_by);
        all = texts::append(all, texts::full_stop(&what));
        all = texts::append(all, texts::heard_elsewhere(other.audience));
    }
    all
}

/// Why stopping failed; other problems are shown beside their controls.
fn problem_line(parts: Parts) -> Text {
    parts.problem(|operation| matches!(operation, Operation::Stop))
}
