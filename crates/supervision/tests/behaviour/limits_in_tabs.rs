//! A time limit set in one of several tabs applies in all, and one tab requests the end.

use bayeux::Duration;
use gws::{Mode, MonitoringKind, Scope};
use supervision::{EndReason, Page, Step, TabEvent, WallTime};

use crate::harness::{Harness, OTHER, TARGET, choice, device, listening, ms};
use crate::tabs::{deliver, two_tabs};

const QUARTER: Duration = Duration::from_secs(900);

/// Both tabs see that the device listens in to all calls of an agent, or to none.
fn listens(first: &mut Harness, second: &mut Harness, target: Option<&str>) {
    let device = device(target.map(|target| listening(target, "Call", "AllCalls")));
    second.gws.device = device.clone();
    first.device_becomes(device);
    first.advance(ms(100));
    deliver(first, second);
}

/// Sets or removes the limit of the monitoring.
fn set_limit(tab: &mut Harness, limit: Option<Duration>) {
    let choice = choice(
        MonitoringKind::ListenIn,
        TARGET,
        Scope::Call,
        Mode::AllCalls,
    );
    assert_eq!(tab.machine.monitor(choice, limit, tab.now), Ok(None));
    tab.drain();
}

/// The first tab has set a limit for the monitoring that both show.
fn limited() -> (Harness, Harness) {
    let (mut first, mut second) = two_tabs();
    listens(&mut first, &mut second, Some(TARGET));
    set_limit(&mut first, Some(QUARTER));
    deliver(&mut first, &mut second);
    (first, second)
}

/// Time passes in both tabs.
fn advance(first: &mut Harness, second: &mut Harness, seconds: u64) {
    for _ in 0..seconds {
        first.advance(ms(1_000));
        second.advance(ms(1_000));
        deliver(first, second);
    }
}

fn end(tab: &Harness) -> Option<WallTime> {
    tab.state().limit().map(|limit| limit.until.wall)
}

fn cancels(tab: &Harness) -> usize {
    let operations = tab.gws.operations.iter();
    operations
        .filter(|(_, body)| body["operationName"] == "CancelSupervisorMonitoring")
        .count()
}

#[test]
fn a_limit_set_changed_or_removed_in_a_tab_follows_in_the_other() {
    let (mut first, mut second) = limited();
    assert!(end(&first).is_some());
    assert_eq!(end(&second), end(&first));
    let sets = |tab: &Harness| {
        tab.steps()
            .into_iter()
            .filter(|step| matches!(step, Step::LimitSet(_)))
            .count()
    };
    assert_eq!(sets(&second), 1);

    let before = end(&first);
    set_limit(&mut second, Some(2 * QUARTER));
    deliver(&mut first, &mut second);
    assert!(end(&second) > before);
    assert_eq!(end(&first), end(&second));

    // The clock is set back: the later message counts all the same.
    let set_back = WallTime(first.now.as_millis() - 3_600_000);
    first.set_wall_clock(set_back);
    second.set_wall_clock(set_back);
    set_limit(&mut first, None);
    deliver(&mut first, &mut second);
    assert_eq!((end(&first), end(&second)), (None, None));
    assert!(second.has(|step| *step == Step::LimitSet(None)));
}

#[test]
fn a_tab_that_joins_later_is_told_of_the_limit() {
    let (mut first, second) = limited();
    advance_alone(&mut first, 60);
    let mut third = Harness::sharing(3);
    third.now = first.now;
    third.gws.device = second.gws.device.clone();
    third.machine.start(third.now);
    third.until(ms(1_000), |harness| !harness.locks.is_empty());
    deliver(&mut first, &mut third);
    third.advance(ms(100));
    assert_eq!(end(&third), end(&first));
}

fn advance_alone(tab: &mut Harness, seconds: u64) {
    tab.advance(Duration::from_secs(seconds));
    tab.posted.clear();
}

#[test]
fn only_the_tab_that_set_the_limit_asks_for_the_end_and_the_other_says_so() {
    for is_from_follower in [false, true] {
        let (mut first, mut second) = limited();
        if is_from_follower {
            set_limit(&mut second, Some(QUARTER));
            deliver(&mut first, &mut second);
        }
        advance(&mut first, &mut second, 870);
        let is_near = |tab: &Harness| tab.has(|step| matches!(step, Step::LimitNear(_)));
        assert!(is_near(&first) && is_near(&second));
        // Nothing ends it: the end is requested again, at longer intervals.
        advance(&mut first, &mut second, 300);
        let has_reached = |tab: &Harness| tab.has(|step| *step == Step::LimitReached);
        assert!(has_reached(&first) && has_reached(&second));
        let (setter, other) = match is_from_follower {
            true => (cancels(&second), cancels(&first)),
            false => (cancels(&first), cancels(&second)),
        };
        assert!((3..=4).contains(&setter), "{setter}");
        assert_eq!(other, 0);
    }
}

/// The tab's reason for the end, and whether it says that the limit was reached.
fn end_as_told(tab: &Harness) -> (Option<EndReason>, bool) {
    let steps = tab.steps();
    let why = steps.iter().find_map(|step| match step {
        Step::Stopped { why, .. } => Some(*why),
        _ => None,
    });
    (why, steps.contains(&&Step::LimitReached))
}

#[test]
fn a_tab_that_sees_the_end_first_explains_it_once_it_learns_of_the_limit() {
    for is_told_of_limit in [false, true] {
        let (mut first, mut second) = two_tabs();
        listens(&mut first, &mut second, Some(TARGET));
        if is_told_of_limit {
            set_limit(&mut first, Some(QUARTER));
            deliver(&mut first, &mut second);
        } else {
            set_limit(&mut first, Some(QUARTER));
            first.posted.clear();
        }
        advance(&mut first, &mut second, 890);
        first.advance(Duration::from_secs(12));
        assert_eq!(cancels(&first), 1);
        // The messages about the limit come after the end.
        let late = core::mem::take(&mut first.posted);
        listens(&mut first, &mut second, None);
        let is_elsewhere = end_as_told(&second) == (Some(EndReason::Elsewhere), false);
        assert!(is_elsewhere, "{:?}", end_as_told(&second));
        for data in late {
            second.happens(message(data));
        }
        assert_eq!(end_as_told(&second), (Some(EndReason::Unknown), true));
    }
}

#[test]
fn an_end_that_a_limit_explains_is_not_reported_as_elsewhere() {
    let (mut first, mut second) = limited();
    advance(&mut first, &mut second, 902);
    assert_eq!(cancels(&first), 1);
    listens(&mut first, &mut second, None);
    assert_eq!(end_as_told(&second), (Some(EndReason::Unknown), true));
}

#[test]
fn an_end_long_before_is_not_explained_by_a_limit() {
    let (mut first, mut second) = limited();
    advance(&mut first, &mut second, 890);
    first.advance(Duration::from_secs(12));
    let late = core::mem::take(&mut first.posted);
    listens(&mut first, &mut second, None);
    second.advance(Duration::from_secs(11));
    for data in late {
        second.happens(message(data));
    }
    assert_eq!(end_as_told(&second), (Some(EndReason::Elsewhere), false));
}

#[test]
fn another_tab_asks_for_the_end_if_the_one_that_set_the_limit_is_closed() {
    let (mut first, mut second) = limited();
    // The follower set it.
    set_limit(&mut second, Some(QUARTER));
    deliver(&mut first, &mut second);
    second
        .machine
        .page(Page::Leaving { kept: false }, second.now);
    second.drain();
    first.advance(Duration::from_secs(905));
    assert_eq!(cancels(&first), 0);
    first.advance(Duration::from_secs(20));
    assert_eq!(cancels(&first), 1);
}

#[test]
fn a_limit_does_not_apply_to_another_agent() {
    let (mut first, mut second) = two_tabs();
    listens(&mut first, &mut second, Some(TARGET));
    set_limit(&mut first, Some(QUARTER));
    let messages = core::mem::take(&mut first.posted);
    listens(&mut first, &mut second, Some(OTHER));
    for data in messages {
        second.happens(message(data));
    }
    assert_eq!(end(&second), None);
}

#[test]
fn a_limit_that_comes_before_the_devices_state_applies_once_it_shows_the_agent() {
    let (mut first, mut second) = two_tabs();
    first.device_becomes(device(Some(listening(TARGET, "Call", "AllCalls"))));
    first.advance(ms(100));
    let shown = core::mem::take(&mut first.posted);
    set_limit(&mut first, Some(QUARTER));
    deliver(&mut first, &mut second);
    assert_eq!(end(&second), None);
    for data in shown {
        second.happens(message(data));
    }
    assert_eq!(end(&second), end(&first));
}

#[test]
fn a_message_about_earlier_monitoring_of_the_same_agent_is_ignored() {
    let (mut first, mut second) = two_tabs();
    listens(&mut first, &mut second, Some(TARGET));
    set_limit(&mut first, Some(QUARTER));
    let posted = first.now;
    let messages = core::mem::take(&mut first.posted);
    listens(&mut first, &mut second, None);
    advance(&mut first, &mut second, 30);
    listens(&mut first, &mut second, Some(TARGET));
    let age = second.now.since(posted);
    for data in messages {
        second.happens(TabEvent::Message { data, age });
    }
    assert_eq!(end(&second), None);
}

#[test]
fn a_limit_kept_over_a_reload_is_posted_unless_another_tab_knows_a_later_one() {
    let (mut first, mut second) = two_tabs();
    listens(&mut first, &mut second, Some(TARGET));
    let soon = WallTime(first.now.as_millis() + 60_000);
    first.machine.set_limit_until(soon, first.now);
    first.drain();
    deliver(&mut first, &mut second);
    assert_eq!(end(&second), Some(soon));

    let (mut first, mut second) = two_tabs();
    listens(&mut first, &mut second, Some(TARGET));
    set_limit(&mut second, Some(QUARTER));
    let later = end(&second);
    // Adopted after that, but set before.
    first.advance(ms(1_000));
    first.machine.set_limit_until(soon, first.now);
    first.drain();
    deliver(&mut first, &mut second);
    assert_eq!((end(&first), end(&second)), (later, later));
}

#[test]
fn a_tab_that_is_alone_posts_nothing() {
    let mut alone = Harness::monitoring_calls("AllCalls");
    set_limit(&mut alone, Some(QUARTER));
    alone.advance(Duration::from_secs(910));
    assert_eq!(cancels(&alone), 1);
    assert!(alone.posted.is_empty());
}

fn message(data: Vec<u8>) -> TabEvent {
    TabEvent::Message {
        data,
        age: Duration::ZERO,
    }
}
