//! Parsing of faults, and when they strike.

use std::num::NonZeroU32;

use bayeux::{Channel, RawValue};
use tokio::time::{Duration, Instant};

use super::*;
use crate::world::DEMO_SUPERVISOR;

fn fault(flag: &str) -> Fault {
    flag.parse().expect(flag)
}

#[test]
fn every_example_is_the_same_as_flag_and_json() {
    for kind in FAULTS {
        let fault = kind.example().expect(kind.name);
        assert_eq!(fault.name.as_str(), kind.name);
        assert_eq!(fault.to_string().parse(), Ok(fault.clone()));
        let json = serde_json::to_string(&fault).expect("JSON");
        assert_eq!(serde_json::from_str::<Fault>(&json).expect(&json), fault);
        let short = format!(r#"{{"fault":"{}"}}"#, kind.flag());
        assert_eq!(serde_json::from_str::<Fault>(&short).expect(&short), fault);
        // The defaults alone may lack parameters, but all are the action's.
        let defaults = format!("{}:{}", kind.name, kind.defaults).parse::<Fault>();
        let error = defaults.map_or_else(|error| error.to_string(), |_| String::new());
        assert!(
            error.is_empty() || error.contains("missing field"),
            "{error}"
        );
    }
}

#[test]
fn limits_and_parameters_are_read() {
    let read = fault("delayNotifications:by=2s,to=5005,every=3,times=2,for=1m");
    let limits = Limits {
        every: NonZeroU32::new(3),
        times: NonZeroU32::new(2),
        lasts: "1m".parse().ok(),
    };
    assert_eq!(read.limits, limits);
    assert_eq!(read.matches.to.as_deref(), Some("5005"));
    let by = "2s".parse().expect("a span");
    assert_eq!(read.action, Action::Delay { by });
}

#[test]
fn a_refused_fault_says_what_is_allowed() {
    for (flag, wording) in [
        (
            "nonsense",
            "there is no fault `nonsense`; there are delayNotifications, dropNotifications",
        ),
        ("delayNotifications", "missing field `by`"),
        ("delayNotifications:by=soon", "such as `500ms`"),
        (
            "delayNotifications:by=2s,speed=3",
            "unknown field `speed`, expected `by`",
        ),
        (
            "delayNotifications:by=2s,speed=3",
            "limited by channel, to, every, times, for",
        ),
        ("webPage:channel=/v2/me/calls", "unknown field `channel`"),
        ("webPage:path=me", "`/notifications` is"),
        ("webPage:times=0", "nonzero"),
        ("dropNotifications:channel=calls", "`/v2/me/calls` is"),
        ("ignoreOperations:operation=listenin", "there are ListenIn"),
        ("refuseOperations:http=99", "200 to 599"),
        ("duplicateNotifications:copies=1", "2 to 100"),
        (
            "cutPolls:with=scissors",
            "expected `gatewayTimeout` or `close`",
        ),
        ("webPage:every", "`every` is no parameter"),
        ("webPage:times=1,times=2", "`times` is given twice"),
    ] {
        let refusal = flag.parse::<Fault>().expect_err(flag).to_string();
        assert!(refusal.contains(wording), "{flag}: {refusal}");
    }
}

fn strikes(faults: &mut Faults, target: Target<'_>) -> bool {
    !faults.strike(target, Instant::now()).is_empty()
}

#[tokio::test(start_paused = true)]
async fn a_fault_strikes_only_within_its_limits() {
    let calls = Channel::new("/v2/me/calls").expect("a channel");
    let devices = Channel::new("/v2/me/devices").expect("a channel");
    let notification = |channel, to| Target::Notification { channel, to };
    for (flag, struck, spared) in [
        (
            "dropNotifications:channel=/v2/me/calls,to=5005",
            notification(&calls, "5005"),
            vec![
                notification(&devices, "5005"),
                notification(&calls, "5006"),
                Target::Poll { to: "5005" },
            ],
        ),
        (
            "ignoreOperations:operation=ListenIn",
            Target::Operation("ListenIn"),
            vec![Target::Operation("Answer"), Target::Request("/me")],
        ),
        (
            "webPage:path=/me",
            Target::Request("/me/devices"),
            vec![Target::Request("/notifications")],
        ),
        (
            "loseStickiness:to=5005",
            Target::Poll { to: "5005" },
            vec![Target::Poll { to: "5006" }],
        ),
    ] {
        let mut faults = Faults::default();
        faults.switch_on(fault(flag), None);
        assert!(strikes(&mut faults, struck), "{flag}");
        for target in spared {
            assert!(!strikes(&mut faults, target), "{flag}: {target:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_ends_after_its_times_and_its_span() {
    let me = Target::Request("/me");
    let mut faults = Faults::default();
    faults.switch_on(fault("webPage:every=3,times=2"), None);
    let struck: Vec<bool> = (0..12).map(|_| strikes(&mut faults, me)).collect();
    let positions: Vec<usize> = (0..12).filter(|&at| struck[at]).collect();
    assert_eq!(positions, [2, 5]);
    assert!(faults.list().is_empty());
    assert_eq!(faults.expire(Instant::now()).len(), 1, "named once");

    let until = Instant::now() + Duration::from_secs(10);
    faults.switch_on(fault("webPage:for=10s"), Some(until));
    assert_eq!(faults.next_due(), Some(until));
    tokio::time::advance(Duration::from_secs(9)).await;
    assert_eq!(faults.expire(Instant::now()), []);
    assert!(strikes(&mut faults, me));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(!strikes(&mut faults, me), "even before it is expired");
    assert_eq!(faults.expire(Instant::now()).len(), 1);
    assert!(faults.list().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_fault_replaces_its_like_and_beyond_the_maximum_the_oldest() {
    let mut faults = Faults::default();
    let list = |faults: &Faults| -> Vec<String> {
        let list = faults.list();
        list.iter().map(|found| found.fault.to_string()).collect()
    };
    for flag in [
        "holdReplies:by=1s",
        "holdReplies:by=2s",
        "holdReplies:by=3s,operation=Answer",
    ] {
        faults.switch_on(fault(flag), None);
    }
    let left = ["holdReplies:by=2s", "holdReplies:by=3s,operation=Answer"];
    assert_eq!(list(&faults), left);
    faults.switch_off("holdReplies".parse().expect("a name"));
    assert_eq!(list(&faults), [""; 0]);
    for number in 0..150 {
        faults.switch_on(fault(&format!("webPage:path=/{number}")), None);
    }
    let left = list(&faults);
    assert_eq!((left.len(), left[0].as_str()), (100, "webPage:path=/50"));
}

/// The numbers of the notifications that are delivered now.
fn out(delivery: &mut Delivery) -> String {
    let next = || delivery.next(Instant::now());
    let numbers = std::iter::from_fn(next).map(|it| it.data.get().to_owned());
    numbers.collect()
}

#[tokio::test(start_paused = true)]
async fn notifications_are_delayed_copied_and_dropped() {
    for (flags, at_once, later) in [
        (&["delayNotifications:by=2s"][..], "", "123"),
        (&["duplicateNotifications:copies=3"], "111222333", ""),
        (&["dropNotifications", "duplicateNotifications"], "", ""),
        (
            &["duplicateNotifications", "delayNotifications:by=1s"],
            "",
            "112233",
        ),
    ] {
        let mut delivery = Delivery::default();
        let struck: Vec<_> = flags.iter().map(|flag| fault(flag).action).collect();
        for number in 1..=3 {
            let notification = Notification {
                owner: DEMO_SUPERVISOR,
                channel: Channel::new("/v2/me/calls").expect("a channel"),
                data: RawValue::from_string(number.to_string()).expect("JSON"),
            };
            delivery.take(notification, &struck, Instant::now());
        }
        assert_eq!(out(&mut delivery), at_once, "{flags:?}");
        assert_eq!(delivery.next_due().is_some(), !later.is_empty());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(out(&mut delivery), later, "{flags:?}");
        assert_eq!(delivery.next_due(), None);
    }
}
