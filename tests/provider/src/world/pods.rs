//! Pods: their life.

use super::pod::{Ending, Order, Phase, Pod, run_of};
use super::{Due, Kind, Log, World};
use crate::clock::HOUR;
use crate::guest::{Container, Guest, Inside, Next, Said, Signal};
use crate::money::{Micros, Rate};
use crate::prices::{DISK, DISK_STOPPED};
use crate::settings::{Key, Scope};
use crate::truth::Thing;

impl World {
    /// Rents it at that place and price; capacity is already taken.
    pub(crate) fn add_pod(&mut self, order: Order, place: String, price: Micros) -> String {
        let id = self.chance.name(14);
        let bill = self.ledger.open(Kind::Pod, &id);
        let env = self.reveal_all(&order.env);
        let rental = self.rent(&id, Thing::Pod, &order.name, run_of(env.get("BRIGHTRUN_RUN")));
        let key = format!("pod-{}", self.chance.name(24));
        let bad = self.chance.happens(self.settings.chances.bad_host);
        let mut container = Container {
            id: id.clone(),
            name: order.name.clone(),
            image: order.image.clone(),
            args: order.args.clone(),
            env,
            volume: order.volume.clone(),
            persistent: order.persistent.is_some() || order.volume.is_some(),
            ..Container::default()
        };
        container.env.insert("RUNPOD_POD_ID".into(), id.clone());
        container.env.insert("RUNPOD_API_KEY".into(), key.clone());
        container.env.insert("RUNPOD_DC_ID".into(), place.clone());
        let scopes = Key {
            text: key,
            jobs: Scope::None,
            rest: Scope::None,
            graphql: Scope::All,
            pod: Some(id.clone()),
        };
        self.settings.keys.push(scopes);
        let mut pod = Pod {
            id: id.clone(),
            volume: order.volume.as_ref().map(|volume| volume.0.clone()),
            order,
            place,
            price,
            phase: Phase::Provisioning,
            created: self.now,
            started: None,
            up: None,
            starts: 0,
            log: Log::default(),
            bill,
            locked: false,
            port: 0,
            rental,
            epoch: 0,
            bad,
            holds: true,
            container,
            guest: None,
        };
        pod.log.add(self.now, "system", "create pod");
        self.pods.insert(id.clone(), pod);
        self.price_pod(&id);
        let delay = self.chance.within(self.settings.provision);
        self.later(delay, Due::Pod { id: id.clone(), epoch: 0 });
        id
    }

    /// Sets the meters to what the pod costs in its phase.
    fn price_pod(&mut self, id: &str) {
        let Some(pod) = self.pods.get(id) else { return };
        let persistent = pod.order.persistent.as_ref().map_or(0, |(size, _)| *size);
        let runs = match pod.phase {
            Phase::Running => true,
            Phase::Provisioning | Phase::Starting => {
                self.settings.bill_from_creation || pod.started.is_some()
            }
            Phase::Exited | Phase::Error => false,
        };
        let disk = match pod.phase {
            _ if !self.settings.disks => Rate::default(),
            Phase::Exited => Rate::per_month(DISK_STOPPED, persistent),
            _ if runs => Rate::per_month(DISK, pod.order.disk + persistent),
            _ => Rate::default(),
        };
        let rate = if runs { Rate::per_hour(pod.price) } else { Rate::default() };
        let (gpu, cpu) =
            if pod.order.cpu.is_some() { (Rate::default(), rate) } else { (rate, Rate::default()) };
        let bill = pod.bill;
        self.set_rates(bill, [gpu, cpu, disk]);
    }

    /// The pod with that id, if the epoch is still its own.
    fn pod_at(&mut self, id: &str, epoch: u32) -> Option<&mut Pod> {
        self.pods.get_mut(id).filter(|pod| pod.epoch == epoch)
    }

    pub(crate) fn pod_phase(&mut self, id: &str, epoch: u32) {
        let (now, pull) = (self.now, self.chance.within(self.settings.pull));
        let Some(pod) = self.pod_at(id, epoch).filter(|pod| !pod.bad) else { return };
        match pod.phase {
            Phase::Provisioning => {
                pod.phase = Phase::Starting;
                let image = pod.order.image.clone();
                pod.log.add(now, "system", format!("pulling {image}"));
                self.later(pull, Due::Pod { id: id.to_owned(), epoch });
            }
            Phase::Starting => {
                pod.phase = Phase::Running;
                pod.started = Some(now);
                let port = 10_000 + u32::try_from(self.chance.below(50_000)).unwrap_or(0);
                if let Some(pod) = self.pods.get_mut(id) {
                    pod.port = port;
                }
                self.price_pod(id);
                self.start_container(id, epoch);
                self.later(HOUR, Due::Hazard { id: id.to_owned(), epoch });
            }
            Phase::Running | Phase::Exited | Phase::Error => {}
        }
    }

    pub(crate) fn start_container(&mut self, id: &str, epoch: u32) {
        let now = self.now;
        let Some(pod) = self.pod_at(id, epoch).filter(|pod| pod.phase == Phase::Running) else { return };
        pod.container.starts = pod.starts;
        pod.starts += 1;
        pod.up = Some(now);
        pod.log.add(now, "system", "start container");
        let container = pod.container.clone();
        let guest = self.house.guest(&container);
        if let Some(pod) = self.pods.get_mut(id) {
            pod.guest = guest;
        }
        self.wake_pod(id, epoch);
    }

    pub(crate) fn wake_pod(&mut self, id: &str, epoch: u32) {
        self.run_pod(id, epoch, |guest, inside| guest.wake(inside));
    }

    fn run_pod(&mut self, id: &str, epoch: u32, act: impl FnOnce(&mut dyn Guest, &mut Inside<'_>) -> Next) {
        let now = self.now;
        let Some(pod) = self.pod_at(id, epoch) else { return };
        let Some(mut guest) = pod.guest.take() else { return };
        let mut inside = Inside::new(now, &pod.container);
        let next = act(guest.as_mut(), &mut inside);
        let said = inside.said;
        let mut end = None;
        for said in said {
            match said {
                Said::Log(text) => pod.log.add(now, "container", text),
                Said::Terminate => end = Some(Ending::Terminate),
                Said::Stop => end = end.or(Some(Ending::Stop)),
                Said::Progress(_) | Said::Chunk(_) => {}
            }
        }
        match next {
            Next::At(at) => {
                pod.guest = Some(guest);
                self.at(at, Due::Guest { id: id.to_owned(), epoch });
            }
            Next::Never => pod.guest = Some(guest),
            Next::Exit(_) | Next::Return(_) | Next::Raise(_) => {
                // The provider has no restart policy: it starts the command again and goes on charging.
                let code = if let Next::Exit(code) = next { code } else { 0 };
                pod.up = None;
                pod.log.add(now, "system", format!("container exited with {code}"));
                let delay = self.chance.within(self.settings.restart);
                self.later(delay, Due::Container { id: id.to_owned(), epoch });
            }
        }
        if let Some(how) = end {
            self.ask_end(id, how);
        }
    }

    /// An accepted stop or terminate. It takes effect later, and sometimes never.
    pub(crate) fn ask_end(&mut self, id: &str, how: Ending) {
        if self.chance.happens(self.settings.chances.stop_ignored) {
            return;
        }
        let delay = self.chance.within(self.settings.stop);
        if delay == 0 {
            self.end_pod(id, how);
        } else {
            self.later(delay, Due::End { id: id.to_owned(), how });
        }
    }

    pub(crate) fn end_pod(&mut self, id: &str, how: Ending) {
        let now = self.now;
        let Some(pod) = self.pods.get(id) else { return };
        if pod.phase == Phase::Exited && how != Ending::Terminate {
            return;
        }
        if how != Ending::Lost {
            // It hears of it, but whatever it answers, it ends.
            let epoch = pod.epoch;
            if let Some(pod) = self.pods.get_mut(id)
                && let Some(mut guest) = pod.guest.take()
            {
                let mut inside = Inside::new(now, &pod.container);
                let _next = guest.signal(&mut inside, Signal::Term);
                for said in inside.said {
                    if let Said::Log(text) = said {
                        pod.log.add(now, "container", text);
                    }
                }
                debug_assert_eq!(pod.epoch, epoch);
            }
        }
        let Some(pod) = self.pods.get_mut(id) else { return };
        pod.epoch += 1;
        pod.guest = None;
        pod.up = None;
        pod.phase = if how == Ending::Lost { Phase::Error } else { Phase::Exited };
        pod.log.add(now, "system", if how == Ending::Lost { "host lost" } else { "stop container" });
        if std::mem::take(&mut pod.holds) && pod.order.cpu.is_none() {
            let (gpu, place, count) = (pod.order.gpu.clone(), pod.place.clone(), pod.order.count);
            self.market.give(&gpu, &place, count);
        }
        self.price_pod(id);
        if how == Ending::Terminate
            && let Some(pod) = self.pods.remove(id)
        {
            self.close_bill(pod.bill);
            let rental = &mut self.rentals[pod.rental];
            rental.until = Some(now);
            rental.cost = self.ledger.bills[pod.bill].total(now);
            rental.starts = pod.starts;
            "TERMINATED".clone_into(&mut rental.status);
            self.settings.keys.retain(|key| key.pod.as_deref() != Some(id));
        }
    }

    /// Starts a stopped pod on its own host, where GPUs may be gone.
    pub(crate) fn start_pod(&mut self, id: &str) -> bool {
        let Some(pod) = self.pods.get(id) else { return false };
        let (gpu, place, count) = (pod.order.gpu.clone(), pod.place.clone(), pod.order.count);
        if pod.order.cpu.is_none() && !self.market.retake(&gpu, &place, count) {
            return false;
        }
        let delay = self.chance.within(self.settings.provision);
        let Some(pod) = self.pods.get_mut(id) else { return false };
        pod.epoch += 1;
        pod.holds = true;
        pod.started = None;
        pod.phase = Phase::Provisioning;
        let epoch = pod.epoch;
        self.price_pod(id);
        self.later(delay, Due::Pod { id: id.to_owned(), epoch });
        true
    }

    /// Starts the container of a running pod anew.
    pub(crate) fn restart_pod(&mut self, id: &str) {
        let now = self.now;
        let Some(pod) = self.pods.get_mut(id).filter(|pod| pod.phase == Phase::Running) else { return };
        pod.epoch += 1;
        pod.guest = None;
        pod.up = None;
        pod.log.add(now, "system", "restart container");
        let epoch = pod.epoch;
        let delay = self.chance.within(self.settings.restart);
        self.later(delay, Due::Container { id: id.to_owned(), epoch });
        self.later(HOUR, Due::Hazard { id: id.to_owned(), epoch });
    }

    pub(crate) fn hazard(&mut self, id: &str, epoch: u32) {
        let chances = self.settings.chances;
        if self.pod_at(id, epoch).is_none_or(|pod| pod.phase != Phase::Running) {
            return;
        }
        if self.chance.happens(chances.host_lost_per_hour) {
            self.end_pod(id, Ending::Lost);
        } else if self.chance.happens(chances.restart_per_hour) {
            self.restart_pod(id);
        } else {
            self.later(HOUR, Due::Hazard { id: id.to_owned(), epoch });
        }
    }

    /// The host of a pod is gone: ERROR, nothing of it is charged any more.
    pub fn lose_host(&mut self, pod: &str) {
        self.end_pod(pod, Ending::Lost);
    }

    /// The host starts a pod's container anew.
    pub fn restart_container(&mut self, pod: &str) {
        self.restart_pod(pod);
    }

    /// Somebody ends a pod in the provider's own console, at once.
    pub fn terminate(&mut self, pod: &str) {
        self.end_pod(pod, Ending::Terminate);
    }

    /// What a pod's program has printed, and what the host says about it.
    pub fn pod_log(&self, pod: &str) -> Vec<String> {
        self.pods
            .get(pod)
            .map_or_else(Vec::new, |pod| pod.log.after(0, None).into_iter().map(|line| line.text).collect())
    }
}
