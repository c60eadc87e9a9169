//! The times in a state after which people are marked.

use bayeux::Duration;
use tolerant_json::text;

use super::{Presence, PresenceKind};

/// How long an agent may be in each state before they are marked; none: never.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thresholds(Vec<(PresenceKind, Duration)>);

impl Thresholds {
    /// Parses an embedder's text: `not-ready:10m after-call-work:3m`. A state is a keyword of
    /// [`PresenceKind::key`], a duration a whole number with `s`, `m` or `h`.
    ///
    /// # Errors
    /// The first invalid part, or the one that names a state again.
    pub fn parse(text: &str) -> Result<Self, &str> {
        let mut thresholds = Vec::new();
        for part in text::words(text, char::is_whitespace) {
            let read = text::split_once(part, ":").and_then(|(state, span)| {
                let kind = PresenceKind::of_key(state)?;
                let is_new = thresholds.iter().all(|(known, _)| *known != kind);
                Some((kind, span_of(span)?)).filter(|_| is_new)
            });
            thresholds.push(read.ok_or(part)?);
        }
        Ok(Self(thresholds))
    }

    /// Whether there are no thresholds.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The threshold of a state.
    pub fn of(&self, presence: &Presence) -> Option<Duration> {
        let kind = presence.kind()?;
        let found = self.0.iter().find(|(known, _)| *known == kind);
        found.map(|(_, span)| *span)
    }
}

/// A duration of at least a second, and at most a week.
fn span_of(text: &str) -> Option<Duration> {
    const WEEK: u64 = 7 * 24 * 3_600;
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return None,
    };
    let count = text::number(count).filter(|count| *count <= WEEK)?;
    let seconds = count * seconds;
    (1..=WEEK)
        .contains(&seconds)
        .then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_parsed_for_each_state() {
        let thresholds = Thresholds::parse(" not-ready:10m\tafter-call-work:90s ready:1h").unwrap();
        let of = |presence| thresholds.of(&presence).map(|span| span.as_secs());
        assert_eq!(of(Presence::NotReady(Some("Lunch".to_owned()))), Some(600));
        assert_eq!(of(Presence::AfterCallWork), Some(90));
        assert_eq!(of(Presence::Ready), Some(3_600));
        assert_eq!(of(Presence::OnCall), None);
        assert_eq!(of(Presence::Unknown), None);
        assert_eq!(Thresholds::parse(""), Ok(Thresholds::default()));
    }

    #[test]
    fn an_invalid_part_is_named() {
        for bad in [
            "not-ready",
            "lunch:10m",
            "not-ready:10",
            "not-ready:m",
            "not-ready:+5m",
            "not-ready:0s",
            "not-ready:9999h",
            "not-ready:10µ",
            "not-ready:99999999999999999999h",
        ] {
            let text = format!("ready:1h {bad} on-call:5m");
            assert_eq!(Thresholds::parse(&text), Err(bad));
        }
        assert_eq!(
            Thresholds::parse("ready:1h ready:2h"),
            Err("ready:2h"),
            "a state has one threshold"
        );
    }
}
