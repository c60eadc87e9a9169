//! The figures, as a table.

use std::fmt;
use std::time::Duration;

use crate::server::Weight;
use crate::switches::Tally;

pub(crate) struct Report {
    sessions: usize,
    /// How many programs wanted a core in the minute before; more than cores blur the figures.
    busy_before: f64,
    /// How long it took until everybody polled.
    arrival: Duration,
    /// The server before anybody came.
    empty: Weight,
    /// With everybody's poll held.
    full: Weight,
    /// After everything.
    pub(crate) after: Option<Weight>,
    /// For how long nothing happened, and the processor time of that.
    idle: Option<(Duration, Duration)>,
    deliveries: Vec<Delivery>,
}

/// Some switches, and what came of them.
pub(crate) struct Delivery {
    /// How they were published.
    pub(crate) pace: String,
    /// From the first until everybody knew of the last.
    pub(crate) took: Duration,
    /// The server's processor time.
    pub(crate) cpu: Duration,
    pub(crate) tally: Tally,
}

impl Report {
    pub(crate) fn new(
        sessions: usize,
        busy_before: f64,
        arrival: Duration,
        empty: Weight,
        full: Weight,
    ) -> Self {
        Self {
            sessions,
            busy_before,
            arrival,
            empty,
            full,
            after: None,
            idle: None,
            deliveries: Vec::new(),
        }
    }

    pub(crate) fn idle(&mut self, span: Duration, cpu: Duration) {
        self.idle = Some((span, cpu));
    }

    pub(crate) fn delivered(&mut self, delivery: Delivery) {
        self.deliveries.push(delivery);
    }

    /// Whether everything came, once and in order.
    pub(crate) fn is_complete(&self) -> bool {
        self.deliveries.iter().all(|delivery| {
            let tally = &delivery.tally;
            tally.lost + tally.twice + tally.out_of_order == 0 && !tally.latencies.is_empty()
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        writeln!(
            f,
            "{} browsers of one supervisor, each with a session, a connection and a held poll.\n\
             Client and server on {cores} cores, which {:.1} programs wanted already in the minute before;\n\
             milliseconds from when a switch was due to when a browser had read it, and the server's\n\
             processor time for each message.\n",
            self.sessions, self.busy_before
        )?;
        writeln!(
            f,
            "{:<14}{:>12}{:>9}{:>9}{:>9}{:>6}{:>7}{:>9}",
            "switches", "messages/s", "p50", "p99", "max", "lost", "twice", "CPU µs"
        )?;
        for delivery in &self.deliveries {
            let tally = &delivery.tally;
            let rate = tally.latencies.len() as f64 / delivery.took.as_secs_f64();
            // Of the server, for a message and the next poll.
            let cpu = delivery.cpu.as_secs_f64() / tally.latencies.len() as f64;
            write!(f, "{:<14}{rate:>12.0}", delivery.pace)?;
            for of_hundred in [50, 99, 100] {
                match tally.percentile(of_hundred) {
                    Some(latency) => write!(f, "{:>9.1}", latency.as_secs_f64() * 1e3)?,
                    None => write!(f, "{:>9}", "–")?,
                }
            }
            writeln!(f, "{:>6}{:>7}{:>9.0}", tally.lost, tally.twice, cpu * 1e6)?;
            if tally.out_of_order > 0 {
                writeln!(f, "  {} browsers out of order", tally.out_of_order)?;
            }
        }
        writeln!(
            f,
            "\nEverybody signed in, subscribed and polling after {:.1} s.",
            self.arrival.as_secs_f64()
        )?;
        if let Some((span, cpu)) = self.idle {
            writeln!(
                f,
                "Nothing happening: {:.1} % of a core.",
                cpu.as_secs_f64() / span.as_secs_f64() * 100.0
            )?;
        }
        let megabytes = |weight: Weight| weight.memory as f64 / 1e6;
        let each = self.full.memory.saturating_sub(self.empty.memory) / self.sessions as u64;
        write!(
            f,
            "Resident: {:.1} MB empty, {:.1} MB with everybody, {:.1} kB a session",
            megabytes(self.empty),
            megabytes(self.full),
            each as f64 / 1e3
        )?;
        match self.after {
            Some(after) => write!(f, "; {:.1} MB at the end.", megabytes(after)),
            None => write!(f, "."),
        }
    }
}
