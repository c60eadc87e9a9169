//! What is a fault, and which one strikes when.

use bayeux::{Channel, RawValue};
use tokio::time::{Duration, Instant};

use super::*;
use crate::readme::{expected, table};
use crate::world::DEMO_SUPERVISOR;

fn on(flag: &str) -> FaultOn {
    flag.parse().expect(flag)
}

fn refusal(flag: &str) -> String {
    flag.parse::<FaultOn>().expect_err(flag).to_string()
}

#[test]
fn every_fault_has_its_line_and_an_example() {
    let unknown = serde_json::from_str::<Fault>(r#"{"fault":"?"}"#).expect_err("none");
    let unknown = unknown.to_string();
    let names: Vec<&str> = unknown.split('`').skip(3).step_by(2).collect();
    let listed: Vec<&str> = FAULTS.iter().map(|about| about.name).collect();
    assert_eq!(names, listed, "{unknown}");
    for about in FAULTS {
        let fault = about.example().expect(about.name);
        assert_eq!(fault.fault.name().as_str(), about.name);
        assert_eq!(
            about.name.parse::<FaultName>().expect("a name"),
            fault.fault.name()
        );
    }
}

#[test]
fn a_fault_is_the_same_as_a_flag_and_as_json() {
    for about in FAULTS {
        let fault = about.example().expect(about.name);
        assert_eq!(on(&fault.to_string()), fault);
        let json = serde_json::to_string(&fault).expect("JSON");
        assert_eq!(serde_json::from_str::<FaultOn>(&json).expect(&json), fault);
    }
}

#[test]
fn a_refused_fault_says_what_is_allowed() {
    for (flag, words) in [
        (
            "nonsense",
            "there is no fault `nonsense`; there are delayNotifications",
        ),
        ("delayNotifications", "missing field `by`"),
        ("delayNotifications:by=soon", "such as `500ms`"),
        (
            "delayNotifications:by=2s,speed=3",
            "unknown field `speed`, expected `by`",
        ),
        (
            "delayNotifications:by=2s,speed=3",
            "it takes channel, to, every, times, for",
        ),
        (
            "webPage:channel=/v2/me/calls",
            "takes no `channel`; beside its own parameters it takes path",
        ),
        ("webPage:path=me", "`/notifications` is"),
        ("webPage:times=0", "nonzero"),
        ("dropNotifications:channel=calls", "`/v2/me/calls` is"),
        ("ignoreOperations:operation=listenin", "there are ListenIn"),
        ("refuseOperations:http=200", "400 to 599"),
        ("duplicateNotifications:copies=1", "2 to 100"),
        ("webPage:every", "`every` is no parameter"),
        ("webPage:times=1,times=2", "`times` is there twice"),
    ] {
        let refusal = refusal(flag);
        assert!(refusal.contains(words), "{flag}: {refusal}");
    }
}

fn strikes(faults: &mut Faults, target: Target<'_>) -> bool {
    !faults.strike(target, Instant::now()).is_empty()
}

#[tokio::test(start_paused = true)]
async fn a_fault_strikes_what_it_is_limited_to() {
    let calls = Channel::new("/v2/me/calls").expect("a channel");
    let devices = Channel::new("/v2/me/devices").expect("a channel");
    let mut faults = Faults::default();
    faults.switch_on(on("dropNotifications:channel=/v2/me/calls,to=5005"), None);
    let target = |channel, to| Target::Notification { channel, to };
    assert!(strikes(&mut faults, target(&calls, "5005")));
    assert!(!strikes(&mut faults, target(&devices, "5005")));
    assert!(!strikes(&mut faults, target(&calls, "5006")));
    assert!(!strikes(&mut faults, Target::Operation("ListenIn")));
    faults.switch_on(on("ignoreOperations:operation=ListenIn"), None);
    assert!(strikes(&mut faults, Target::Operation("ListenIn")));
    assert!(!strikes(&mut faults, Target::Operation("Answer")));
    faults.switch_on(on("webPage:path=/me"), None);
    assert!(strikes(&mut faults, Target::Request("/me/devices")));
    assert!(!strikes(&mut faults, Target::Request("/notifications")));
}

#[tokio::test(start_paused = true)]
async fn a_fault_strikes_so_often_and_for_so_long() {
    let me = Target::Request("/me");
    let mut faults = Faults::default();
    faults.switch_on(on("webPage:every=3,times=2"), None);
    let struck: Vec<bool> = (0..12).map(|_| strikes(&mut faults, me)).collect();
    let positions: Vec<usize> = (0..12).filter(|&at| struck[at]).collect();
    assert_eq!(positions, [2, 5]);
    assert!(faults.is_empty());
    let over = faults.expire(Instant::now());
    assert_eq!(over, ["webPage".parse().expect("a fault")], "told once");

    let until = Instant::now() + Duration::from_secs(10);
    faults.switch_on(on("webPage:for=10s"), Some(until));
    assert_eq!(
        faults.next_due(),
        Some(Instant::now() + Duration::from_secs(10))
    );
    tokio::time::advance(Duration::from_secs(9)).await;
    assert_eq!(faults.expire(Instant::now()), []);
    assert!(strikes(&mut faults, me));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(
        !strikes(&mut faults, me),
        "though nobody has looked at the clock"
    );
    assert_eq!(faults.expire(Instant::now()).len(), 1);
    assert!(faults.is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_of_the_same_name_and_limits_is_replaced() {
    let mut faults = Faults::default();
    for flag in [
        "holdReplies:by=1s",
        "holdReplies:by=2s",
        "holdReplies:by=3s,operation=Answer",
    ] {
        faults.switch_on(on(flag), None);
    }
    let left: Vec<String> = faults
        .list()
        .iter()
        .map(|found| found.on.to_string())
        .collect();
    assert_eq!(
        left,
        ["holdReplies:by=2s", "holdReplies:by=3s,operation=Answer"]
    );
    faults.switch_off("holdReplies".parse().expect("a name"));
    assert!(faults.is_empty());
}

#[tokio::test(start_paused = true)]
async fn switching_more_on_than_may_be_ends_the_first() {
    let mut faults = Faults::default();
    for number in 0..150 {
        faults.switch_on(on(&format!("webPage:path=/{number}")), None);
    }
    let left = faults.list();
    assert_eq!(left.len(), 100);
    assert_eq!(left[0].on.to_string(), "webPage:path=/50");
}

fn notification(data: u32) -> Notification {
    Notification {
        owner: DEMO_SUPERVISOR,
        channel: Channel::new("/v2/me/calls").expect("a channel"),
        data: RawValue::from_string(data.to_string()).expect("JSON"),
    }
}

/// Takes notifications 1, 2, … that are all struck, and says which come out now.
fn through(flags: &[&str], count: u32) -> (Delivery, Vec<String>) {
    let mut delivery = Delivery::default();
    let struck: Vec<Fault> = flags.iter().map(|flag| on(flag).fault).collect();
    for number in 1..=count {
        delivery.take(notification(number), &struck, Instant::now());
    }
    let out = out(&mut delivery);
    (delivery, out)
}

fn out(delivery: &mut Delivery) -> Vec<String> {
    std::iter::from_fn(|| delivery.next(Instant::now()))
        .map(|notification| notification.data.get().to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn delivery_delays_and_keeps_the_order() {
    let (mut delivery, now) = through(&["delayNotifications:by=2s"], 3);
    assert!(now.is_empty());
    let due = Instant::now() + Duration::from_secs(2);
    assert_eq!(delivery.next_due(), Some(due));
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(out(&mut delivery), ["1", "2", "3"]);
    assert_eq!(delivery.next_due(), None);
}

#[tokio::test(start_paused = true)]
async fn delivery_lets_each_second_one_overtake() {
    let (mut delivery, now) = through(&["reorderNotifications"], 5);
    assert_eq!(now, ["2", "1", "4", "3"]);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(out(&mut delivery), ["5"], "the last one waits in vain");
}

#[tokio::test(start_paused = true)]
async fn delivery_drops_and_duplicates() {
    assert_eq!(
        through(&["duplicateNotifications:copies=3"], 2).1,
        ["1", "1", "1", "2", "2", "2"]
    );
    let (delivery, now) = through(&["dropNotifications", "duplicateNotifications"], 2);
    assert!(now.is_empty());
    assert_eq!(delivery.next_due(), None);
}

#[test]
fn the_readme_has_all_of_them_with_what_they_take() {
    let rows = table("| fault |");
    let names: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
    for about in FAULTS {
        let Some(row) = rows.iter().find(|row| row[0] == [about.name]) else {
            panic!("there is no row for {}", about.name);
        };
        let fault = about.example().expect(about.name).fault;
        let mut more = serde_json::to_value(fault).expect("JSON");
        more["?"] = serde_json::Value::Null;
        let refusal = serde_json::from_value::<Fault>(more).expect_err(about.name);
        assert_eq!(row[1], expected(&refusal.to_string()), "{}", about.name);
        let limits = about.limits().iter().copied();
        let limits: Vec<_> = limits
            .filter(|limit| !["every", "times", "for"].contains(limit))
            .collect();
        assert_eq!(row[2], limits, "{}", about.name);
    }
    assert_eq!(names.len(), FAULTS.len(), "and no others: {names:?}");
}
