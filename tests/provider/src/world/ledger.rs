//! What everything costs.

use crate::clock::Ms;
use crate::money::{Meter, Micros, Rate, lasts, per_hour};

/// What a bill is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// GPU, CPU, disks.
    Pod,
    /// GPU, fee: one queue worker.
    Worker,
    /// Standard, high performance.
    Volume,
}

/// Parts of a bill.
pub(crate) const PARTS: usize = 3;

/// The bill of one thing.
#[derive(Debug, Clone)]
pub(crate) struct Bill {
    pub(crate) kind: Kind,
    /// Pod, endpoint or volume.
    pub(crate) owner: String,
    pub(crate) parts: [Meter; PARTS],
    open: bool,
}

impl Bill {
    pub(crate) fn total(&self, until: Ms) -> Micros {
        self.parts.iter().map(|part| part.total(until)).sum()
    }
}

/// All bills.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) bills: Vec<Bill>,
    open: Vec<usize>,
    settled: Micros,
}

/// What one owner used in one bucket of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) from: Ms,
    pub(crate) to: Ms,
    pub(crate) owner: String,
    pub(crate) parts: [Micros; PARTS],
}

impl Ledger {
    pub(crate) fn open(&mut self, kind: Kind, owner: &str) -> usize {
        self.bills.push(Bill { kind, owner: owner.to_owned(), parts: Default::default(), open: true });
        self.open.push(self.bills.len() - 1);
        self.bills.len() - 1
    }

    pub(crate) fn set(&mut self, bill: usize, at: Ms, rates: [Rate; PARTS]) {
        for (meter, rate) in self.bills[bill].parts.iter_mut().zip(rates) {
            if meter.rate() != rate {
                meter.set(at, rate);
            }
        }
    }

    /// Nothing more will ever come on this bill.
    pub(crate) fn close(&mut self, bill: usize, at: Ms) {
        let entry = &mut self.bills[bill];
        if !std::mem::take(&mut entry.open) {
            return;
        }
        for part in &mut entry.parts {
            part.stop(at);
        }
        self.settled += entry.total(at);
        self.open.retain(|other| *other != bill);
    }

    pub(crate) fn total(&self, now: Ms) -> Micros {
        self.settled + self.open.iter().map(|bill| self.bills[*bill].total(now)).sum::<Micros>()
    }

    fn rates(&self) -> impl Iterator<Item = Rate> {
        self.open.iter().flat_map(|bill| self.bills[*bill].parts.iter().map(Meter::rate))
    }

    /// What burns per hour.
    pub(crate) fn burn(&self) -> Micros {
        per_hour(self.rates())
    }

    /// How long so much money lasts.
    pub(crate) fn lasts(&self, money: Micros) -> Option<Ms> {
        lasts(money, self.rates())
    }

    /// What was used in buckets that begin in `from..to`, of what is known at `known`. Owners with nothing in a bucket are left out.
    pub(crate) fn records(
        &self,
        kind: Kind,
        owner: Option<&str>,
        buckets: &[(Ms, Ms)],
        known: Ms,
    ) -> Vec<Record> {
        let mut found: Vec<Record> = Vec::new();
        let of = self
            .bills
            .iter()
            .filter(|bill| bill.kind == kind && owner.is_none_or(|owner| owner == bill.owner));
        for bill in of {
            let lives = bill.parts.iter().filter_map(Meter::life);
            let Some(life) = lives.reduce(|a, b| (a.0.min(b.0), a.1.zip(b.1).map(|(a, b)| a.max(b)))) else {
                continue;
            };
            let first = buckets.partition_point(|(_, to)| *to <= life.0);
            for &(from, to) in &buckets[first..] {
                if from >= known || life.1.is_some_and(|end| end <= from) {
                    break;
                }
                let end = to.min(known);
                let parts = std::array::from_fn(|part| bill.parts[part].between(from, end));
                if parts != [0; PARTS] {
                    found.push(Record { from, to, owner: bill.owner.clone(), parts });
                }
            }
        }
        found.sort_by(|a, b| (a.from, &a.owner).cmp(&(b.from, &b.owner)));
        found.dedup_by(|next, kept| {
            let same = (next.from, &next.owner) == (kept.from, &kept.owner);
            if same {
                kept.parts = std::array::from_fn(|part| kept.parts[part] + next.parts[part]);
            }
            same
        });
        found
    }
}
