//! A pod: candidates one after another, looked after until it is really gone.

use super::Left;
use super::candidates::{Candidate, candidates, slots};
use super::carry::LONGEST;
use super::depot::Way;
use super::machine::{Found, Owner};
use super::notes::About;
use crate::clock::after;
use crate::engine::from_db;
use crate::jobs::drive::{Driver, WHAT};
use crate::runpod::{POD_COMMAND, POD_MOUNT, POD_TAG, client, from_remote, order_left, secret_name};
use crate::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::job::{Outside, Stage, Wish};
use domain::money::{PerHour, Usd};
use domain::rental::Rental;
use remote::runpod::{
    Cloud, Compute, Env, Gpu, Mounts, NewPod, Offer, Pod, PodStatus, Product, RunPod, secret_reference,
};
use remote::{Advice, Kind, RemoteError};
use std::time::Duration;

/// What a machine may take beyond the time limit of the run, to come up and to bring its results home.
const MARGIN: Duration = Duration::from_mins(30);
/// So long a machine that was asked to end its run may take before it is ended.
const GRACE: TimeDelta = TimeDelta::seconds(30);
/// So long the end of an attempt waits until its order is forgotten.
const FORGET: Duration = Duration::from_secs(5);

/// Nobody can tell the one from the other.
const GONE: &str = "The pod is gone: its host is lost, or somebody ended it at RunPod.";

/// Something in the account that goes when its pod is gone.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub id: String,
}

impl Driver<'_> {
    /// Carries the run there and rents the first candidate that can be had.
    pub(super) async fn launch_on_pod(&mut self) -> Result<()> {
        let client = client(self.engine)?;
        let places = self.engine.0.places.runpod.clone();
        let Some(image) = places.image.clone() else {
            return Err(Error::refused(WHAT, "there is no image").next("Set runpod.image"));
        };
        let limit = Duration::from_hours(u64::from(self.run.configuration.max_hours)) + MARGIN;
        let cloud = if places.community { Cloud::Community } else { Cloud::Secure };
        let gpus = self.run.job.gpu.count;
        let offer = Offer { count: gpus, cloud: Some(cloud), ..Offer::new(Product::Pod) };
        let catalog = self.staying(client.catalog().gpus(&offer)).await?.map_err(|e| from_remote(&e))?;
        let wanted = self.wanted()?;
        let found = candidates(&catalog, cloud, gpus, &wanted, &slots(&places));
        if found.is_empty() {
            return self
                .no_machine("the catalog has none that holds the training at the accepted price", &[])
                .await;
        }
        let depot = self.depot()?;
        let ticket = self.carry(&depot, limit.as_secs(), limit.min(LONGEST)).await?;
        let order = serde_json::to_string(&ticket).map_err(|e| Error::failed(WHAT, e.to_string()))?;
        self.claim(None).await?;
        let launched = self.launch_claimed(&client, (cloud, gpus, image), order, found).await;
        if launched.is_err() {
            // Where somebody else has the run by now, nobody knows what this program has laid down.
            order_left(self.engine);
        }
        launched
    }

    /// Lays its order down and rents the first of these that can be had.
    async fn launch_claimed(
        &mut self,
        client: &RunPod,
        (cloud, gpus, image): (Cloud, u32, String),
        order: String,
        found: Vec<Candidate>,
    ) -> Result<()> {
        let env = match self.secrets(client, order).await {
            Ok(env) => env,
            Err(error) => {
                self.void(&error.why).await?;
                return Err(error);
            }
        };
        let places = self.engine.0.places.runpod.clone();
        let mounts = places.volume.as_ref().map(|volume| Mounts::network(volume, POD_MOUNT));
        if self.depot()?.way == Way::Volume && mounts.is_none() {
            self.void("the volume that carries the run is not named").await?;
            return Err(Error::refused(WHAT, crate::runpod::NO_STORE));
        }
        let (mut tried, mut rights) = (Vec::new(), None);
        for candidate in found {
            let pod = NewPod {
                args: Some(POD_COMMAND.to_owned()),
                disk: Some(places.disk),
                env: env.clone(),
                mounts: mounts.clone(),
                cloud: Some(cloud),
                data_center_ids: candidate.centers.clone(),
                ..NewPod::new(self.rental_name(), &image, Compute::Gpu(Gpu::new(&candidate.id, gpus)))
            };
            let Some(refused) = self.rent(client, &candidate, &pod).await? else { return Ok(()) };
            tried.push(candidate.to_string());
            if refused.kind() != Kind::Scope {
                rights = None;
            } else if tried.len() == 1 {
                rights = Some(refused);
            }
        }
        if let Some(refused) = rights {
            // Not one machine: it is the key.
            self.void(&refused.what()).await?;
            return Err(from_remote(&refused.of_all()));
        }
        self.no_machine("nothing of what holds the training is free", &tried).await
    }

    /// Asks for one candidate. `None`: it is there, or may be; else why it cannot be had.
    async fn rent(
        &mut self,
        client: &RunPod,
        candidate: &Candidate,
        pod: &NewPod,
    ) -> Result<Option<RemoteError>> {
        let now = self.engine.0.clock.real();
        let (what, price) = (candidate.to_string(), candidate.price);
        self.note(About::Wait, format!("RunPod is asked for {what}"));
        self.keep_rental(|rental| {
            rental.what = Some(what);
            rental.quoted = price;
            rental.claimed_at = now;
        })
        .await?;
        let error = match self.staying(client.pods().create(pod)).await? {
            Ok(made) => {
                if !self.found(&made.id).await? {
                    self.give_back(client, &made.id).await;
                    let why = "another process has taken the run over; its pod was given back again";
                    return Err(Error::refused(WHAT, why));
                }
                self.read_back(&made).await?;
                return Ok(None);
            }
            Err(error) => error,
        };
        match error.advice() {
            Advice::NextCandidate => Ok(Some(error)),
            Advice::Uncertain => {
                self.trouble(&error);
                Ok(None)
            }
            _ => {
                self.void(&error.what()).await?;
                Err(from_remote(&error))
            }
        }
    }

    /// Nothing can be had at present: the run waits, and says what was tried.
    async fn no_machine(&mut self, why: &str, tried: &[String]) -> Result<()> {
        let tried = if tried.is_empty() { String::new() } else { format!(": {}", tried.join(", ")) };
        let why = format!("{why}{tried}");
        if self.away().rental.is_some() {
            self.void(&format!("RunPod has no machine: {why}")).await?;
        }
        Err(Error::failed(WHAT, format!("RunPod has no machine: {why}"))
            .next("Wait, or cancel it and take another GPU, data centre or cloud"))
    }

    /// What the price that was accepted allows.
    fn wanted(&self) -> Result<super::candidates::Wanted> {
        let prices = crate::train::prices(self.engine)?;
        let gpu = prices.gpu(&self.run.job.gpu.gpu).cloned();
        let memory =
            domain::memory::memory(&self.run.model, &self.run.configuration.hyperparameters, None, true);
        Ok(super::candidates::Wanted {
            name: self.run.job.gpu.gpu.clone(),
            needed: gpu.as_ref().map_or(memory.expected, |gpu| gpu.memory().min(memory.high)),
            gpu,
            price: self.run.accepted.or(self.run.job.gpu.usd_per_hour),
        })
    }

    fn rental_name(&mut self) -> String {
        self.away().rental.as_ref().map(|stored| stored.rental.name.clone()).unwrap_or_default()
    }

    /// The order as a secret of the account, since whoever may read the pod reads its environment; the same for the hub's token.
    async fn secrets(&mut self, client: &RunPod, order: String) -> Result<Env> {
        let (id, name) = match self.away().rental.as_ref() {
            Some(stored) => (stored.rental.id.to_string(), secret_name(&stored.rental)),
            None => return Err(Error::failed(WHAT, "nothing was claimed")),
        };
        let kept = self.staying(crate::runpod::keep_secret(client, &name, order.into())).await?;
        let secret = kept.map_err(|e| from_remote(&e))?;
        self.away().secret = Some(Kept { id: secret });
        let mut env = Env::default().with("BRIGHTRUN_RUN", secret_reference(&name)).with(POD_TAG, id);
        if let Some(token) = self.engine.0.places.runpod.hub_token.clone() {
            let kept =
                self.staying(crate::runpod::keep_secret(client, crate::runpod::HUB_SECRET, token)).await?;
            kept.map_err(|e| from_remote(&e))?;
            env = env.with("HF_TOKEN", secret_reference(crate::runpod::HUB_SECRET));
        }
        Ok(env)
    }

    /// The order is of no use any more. It holds nothing up: what does not work at once, or what nobody can be sure of, is left to the runner
    /// (decision 0203).
    pub(super) async fn forget_secret(&mut self, client: &RunPod) {
        let Some(stored) = self.away().rental.clone() else { return };
        let kept = self.away().secret.take();
        let forgetting = async {
            let Some(kept) = &kept else {
                // Who laid it down is gone: what he was about to send may still come.
                let found = client.secrets().list(Some(&secret_name(&stored.rental))).await?;
                for secret in found {
                    client.secrets().delete(&secret.id).await?;
                }
                return Ok(false);
            };
            client.secrets().delete(&kept.id).await.map(|()| true)
        };
        let sure = tokio::select! {
            biased;
            sure = forgetting => sure,
            () = self.engine.0.clock.sleep(FORGET) => Ok(false),
        };
        if let Err(error) = sure.as_ref()
            && !error.is_not_found()
        {
            tracing::warn!(error = error.what(), run = %self.run.job.id, "the order of a machine is forgotten later");
        }
        if !sure.is_ok_and(|sure| sure) {
            order_left(self.engine);
        }
    }

    /// Price and times as the provider has them.
    async fn read_back(&mut self, pod: &Pod) -> Result<()> {
        let now = self.engine.0.clock.real();
        let works = pod.status.as_ref().and_then(domain::lenient::Word::known) == Some(PodStatus::Running);
        let began = pod.started_at.or(pod.created_at.filter(|_| works)).or(works.then_some(now));
        let cost = pod.cost.filter(|cost| *cost > PerHour::default());
        let mut surprise = None;
        self.keep_rental(|rental| {
            if let Some(cost) = cost {
                let each = Usd::micros(cost.0.as_micros() / i64::from(rental.gpus.max(1)));
                rental.charged = Some(PerHour(each));
                surprise = rental.surprise();
            }
            if rental.since.is_none() {
                rental.since = began.map(|began| began.min(now));
            }
        })
        .await?;
        match surprise {
            Some(surprise) => self.note(About::Price, surprise),
            None => self.well(About::Price),
        }
        Ok(())
    }

    /// Looks for the pod by its name. More than one: the others are given back.
    pub(super) async fn look_for_pod(&mut self) -> Result<Found> {
        let client = client(self.engine)?;
        let name = self.rental_name();
        let pods = match self.staying(client.pods().list()).await? {
            Ok(pods) => pods,
            Err(error) => {
                self.trouble(&error);
                return Ok(Found::Unknown);
            }
        };
        let mut ours = pods.into_iter().filter(|pod| pod.name == name && !pod.is(PodStatus::Terminated));
        let Some(first) = ours.next() else { return self.look_for_its_work().await };
        for other in ours {
            self.give_back(&client, &other.id).await;
        }
        Ok(Found::This(first.id))
    }

    /// A pod that is not in the list may have done its work and ended itself while nobody looked. Its name stands in the store.
    async fn look_for_its_work(&mut self) -> Result<Found> {
        let depot = self.depot()?;
        let owner = match self.staying(depot.get("owner.json")).await? {
            Ok(owner) => owner.map(|owner| Owner::read(&owner)).unwrap_or_default(),
            Err(error) => {
                self.store_trouble(&error);
                return Ok(Found::Unknown);
            }
        };
        let known = self.engine.db().rental_ids().await.map_err(from_db(WHAT))?;
        let machine = owner.machine().to_owned();
        Ok(if machine.is_empty() || known.contains(&machine) { Found::Nothing } else { Found::This(machine) })
    }

    /// How the pod stands; `Some`: it has to go, with why and what that means.
    pub(super) async fn poll_pod(&mut self) -> Result<Option<(String, Left)>> {
        let client = client(self.engine)?;
        let Some(stored) = self.away().rental.clone() else { return Ok(None) };
        let rental = &stored.rental;
        let Some(id) = rental.external_id.clone() else { return Ok(None) };
        let pod = match self.staying(client.pods().get(&id)).await? {
            Ok(pod) => pod,
            Err(error) if error.is_not_found() => {
                return Ok(Some(("NOT_FOUND".to_owned(), Left::failed(Outside::Lost, GONE))));
            }
            Err(error) => {
                self.trouble(&error);
                return Ok(None);
            }
        };
        self.well(About::Provider);
        self.read_back(&pod).await?;
        let status = pod.status.as_ref().map(ToString::to_string).unwrap_or_default();
        // By its beat, or by what it told whoever looked before.
        let worked = self.away().works || matches!(self.run.job.stage.known(), Some(Stage::Works(_)));
        let gone = |what: &str| Some((status.clone(), Left::failed(Outside::Interrupted, what)));
        match pod.status.as_ref().and_then(domain::lenient::Word::known) {
            Some(PodStatus::Exited) => {
                Ok(gone("The pod was stopped, by RunPod or by somebody there. Look at the balance."))
            }
            Some(PodStatus::Error) if worked => Ok(gone("The host of the pod is lost: RunPod says ERROR.")),
            Some(PodStatus::Error) => Ok(gone("The pod did not come up.")),
            Some(PodStatus::Terminated) => Ok(gone(GONE)),
            _ => self.poll_inside(&id, rental).await,
        }
    }

    /// What its machine tells through the store.
    async fn poll_inside(&mut self, id: &str, rental: &Rental) -> Result<Option<(String, Left)>> {
        let depot = self.depot()?;
        let asked =
            async { Ok::<_, Error>((depot.head("manifest.json").await?, depot.get("owner.json").await?)) };
        let (manifest, owner) = match self.staying(asked).await? {
            Ok(found) => found,
            Err(error) => {
                self.store_trouble(&error);
                return Ok(None);
            }
        };
        let owner = owner.map(|owner| Owner::read(&owner)).filter(|owner| owner.is_on(id));
        self.away().works = owner.is_some();
        if manifest.is_some() || owner.as_ref().is_some_and(|owner| owner.ended.is_some()) {
            return Ok(Some(("ended by itself".to_owned(), Left::Unseen)));
        }
        let facts = self.tail.reader.facts();
        if facts.ended.is_some() && facts.attempt > self.before.unwrap_or(0) {
            return Ok(Some(("ended by itself".to_owned(), Left::Unseen)));
        }
        let until = after(rental.claimed_at, self.engine.0.places.runpod.provisioning);
        if owner.is_some() {
            self.well(About::Wait);
        } else if self.engine.0.clock.real() < until {
            let what = rental.what.as_deref().unwrap_or("a machine");
            let until = until.format("%H:%M");
            self.note(
                About::Wait,
                format!("The pod is rented ({what}); it fetches the image and starts. Without a word by {until} UTC it is given back"),
            );
        } else {
            let cause = "The pod did not begin to work in time: a bad host, or an image that does not start.";
            return Ok(Some(("did not begin".to_owned(), Left::failed(Outside::NoMachine, cause))));
        }
        Ok(None)
    }

    /// The pod is really gone: the provider says so. Until then it is given back again and again.
    pub(super) async fn pod_is_gone(&mut self) -> Result<bool> {
        let client = client(self.engine)?;
        let Some(id) = self.away().rental.as_ref().and_then(|stored| stored.rental.external_id.clone())
        else {
            return Ok(true);
        };
        match self.staying(client.pods().get(&id)).await? {
            Err(error) if error.is_not_found() => return Ok(true),
            Ok(pod) if pod.is(PodStatus::Terminated) => return Ok(true),
            Ok(_) => {}
            Err(error) => self.trouble(&error),
        }
        let (now, again) = (self.engine.0.clock.real(), self.engine.0.places.runpod.again);
        if self.away().asked_at.is_none_or(|at| now >= after(at, again)) {
            self.away().asked_at = Some(now);
            self.give_back(&client, &id).await;
            // It is looked at again at once.
            self.away().poll_at = now;
        }
        Ok(false)
    }

    async fn give_back(&mut self, client: &RunPod, id: &str) {
        match self.staying(client.pods().delete(id)).await {
            Ok(Err(error)) if !error.is_not_found() => self.trouble(&error),
            Err(error) => self.note(About::Provider, error.to_string()),
            _ => {}
        }
    }

    /// A wish: one that does not work yet is given back at once, one that works may end by itself first.
    pub(super) fn wish_pod(&mut self, wish: &Wish, now: DateTime<Utc>) {
        let waited = match wish {
            Wish::Cancel(cancel) => now - cancel.asked_at > GRACE,
            Wish::Stop => false,
        };
        if waited || !self.away().works {
            self.away().over = Some(("ended on request".to_owned(), Left::Ended));
            self.away().poll_at = now;
        }
    }
}
