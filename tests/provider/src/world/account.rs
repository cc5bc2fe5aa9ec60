//! The account: money, secrets, volumes, and what is true about all of it.

use super::{Due, Ending, Kind, PARTS, World};
use crate::clock::Ms;
use crate::money::{Micros, Rate};
use crate::prices::{VOLUME, VOLUME_FAST, VOLUME_LARGE};
use crate::truth::{Rental, Thing, Truth};
use std::collections::BTreeMap;

/// A secret of the account. The value is never shown again.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) created: Ms,
}

/// A network volume.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    pub(crate) name: String,
    pub(crate) size: i64,
    pub(crate) place: String,
    pub(crate) fast: bool,
    pub(crate) bill: usize,
}

impl World {
    /// All that is true.
    pub fn truth(&self) -> Truth {
        let mut rentals = self.rentals.clone();
        for rental in rentals.iter_mut().filter(|rental| rental.until.is_none()) {
            match rental.thing {
                Thing::Pod => {
                    if let Some(pod) = self.pods.get(&rental.id) {
                        rental.cost = self.ledger.bills[pod.bill].total(self.now);
                        rental.starts = pod.starts;
                        pod.phase.word().clone_into(&mut rental.status);
                    }
                }
                Thing::Job => {
                    if let Some(job) = self.jobs.get(&rental.id) {
                        rental.starts = job.starts;
                        job.state.word().clone_into(&mut rental.status);
                    }
                }
            }
        }
        Truth { now: self.now, rentals, bill: self.bill(), balance: self.balance(), burn: self.ledger.burn() }
    }

    /// Pods that are there.
    pub fn pod_ids(&self) -> Vec<String> {
        self.pods.keys().cloned().collect()
    }

    /// Endpoints that are there.
    pub fn endpoint_ids(&self) -> Vec<String> {
        self.endpoints.keys().cloned().collect()
    }

    /// All that everything has cost up to now, exact, rounded down once per meter.
    pub fn bill(&self) -> Micros {
        self.ledger.total(self.now)
    }

    /// What is left of the money.
    pub fn balance(&self) -> Micros {
        self.settings.balance + self.deposits - self.bill()
    }

    /// Puts money into the account, or takes it away.
    pub fn deposit(&mut self, micros: Micros) {
        self.deposits += micros;
        self.plan_broke();
    }

    /// Leaves exactly so much money in the account.
    pub fn set_balance(&mut self, micros: Micros) {
        self.deposit(micros - self.balance());
    }

    pub(crate) fn rent(&mut self, id: &str, thing: Thing, name: &str, run: Option<String>) -> usize {
        self.rentals.push(Rental {
            id: id.to_owned(),
            thing,
            name: name.to_owned(),
            run,
            call: self.calls,
            since: self.now,
            until: None,
            cost: 0,
            starts: 0,
            status: String::new(),
        });
        self.rentals.len() - 1
    }

    pub(crate) fn set_rates(&mut self, bill: usize, rates: [Rate; PARTS]) {
        self.ledger.set(bill, self.now, rates);
        self.plan_broke();
    }

    pub(crate) fn close_bill(&mut self, bill: usize) {
        self.ledger.close(bill, self.now);
        self.plan_broke();
    }

    fn plan_broke(&mut self) {
        self.broke += 1;
        let epoch = self.broke;
        if let Some(left) = self.ledger.lasts(self.balance()) {
            self.later(left.saturating_add(1).min(366 * crate::clock::DAY), Due::Broke { epoch });
        }
    }

    /// Pods whose data lie on themselves are deleted with them, the others and all queue workers stop.
    pub(crate) fn out_of_money(&mut self, epoch: u64) {
        if epoch != self.broke {
            return;
        }
        if self.balance() > 0 {
            return self.plan_broke();
        }
        let pods: Vec<_> = self.pods.values().map(|pod| (pod.id.clone(), pod.volume.is_some())).collect();
        for (id, kept) in pods {
            self.end_pod(&id, if kept { Ending::Stop } else { Ending::Terminate });
        }
        let endpoints: Vec<_> = self.endpoints.keys().cloned().collect();
        for endpoint in endpoints {
            self.dismiss_workers(&endpoint);
        }
    }

    pub(crate) fn volume_rates(size: i64, fast: bool) -> [Rate; PARTS] {
        if fast {
            [Rate::default(), Rate::per_month(VOLUME_FAST, size), Rate::default()]
        } else if size >= 1_000 {
            [Rate::per_month(VOLUME_LARGE, size), Rate::default(), Rate::default()]
        } else {
            [Rate::per_month(VOLUME, size), Rate::default(), Rate::default()]
        }
    }

    pub(crate) fn add_volume(&mut self, name: &str, size: i64, place: &str, fast: bool) -> String {
        let id = self.chance.name(10);
        let bill = self.ledger.open(Kind::Volume, &id);
        let volume = Volume { name: name.to_owned(), size, place: place.to_owned(), fast, bill };
        self.volumes.insert(id.clone(), volume);
        self.set_rates(bill, Self::volume_rates(size, fast));
        id
    }

    /// A text with the account's secrets in their places; `None` names one that there is not.
    pub(crate) fn reveal(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, behind)) = after.split_once("}}") else { break };
            let Some(name) = name.trim().strip_prefix("RUNPOD_SECRET_") else {
                out.push_str(&rest[..rest.len() - behind.len()]);
                rest = behind;
                continue;
            };
            let secret = self.secrets.get(name).ok_or_else(|| name.to_owned())?;
            out.push_str(before);
            out.push_str(&secret.value);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// An environment as the program sees it; a secret that there is not stays as it was written.
    pub(crate) fn reveal_all(&self, env: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        env.iter()
            .map(|(name, value)| (name.clone(), self.reveal(value).unwrap_or_else(|_| value.clone())))
            .collect()
    }
}
