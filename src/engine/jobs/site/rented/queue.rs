//! A job on a queue endpoint.

use super::Left;
use super::carry::LONGEST;
use super::machine::{Found, Owner};
use super::notes::About;
use crate::clock::after;
use crate::engine::from_db;
use crate::jobs::drive::{Driver, WHAT};
use crate::runpod::{client, from_remote};
use crate::{Error, Result};
use chrono::TimeDelta;
use domain::job::Outside;
use domain::run::Class;
use remote::runpod::{Job, JobState, NewJob, Policy, RunPod};
use std::time::Duration;

/// What a machine may take beyond the time limit of the run, to bring its checkpoint home.
const MARGIN: Duration = Duration::from_mins(20);

impl Driver<'_> {
    fn endpoint(&self) -> Result<(RunPod, String)> {
        let endpoint = self.engine.0.places.runpod.endpoint.clone();
        let endpoint = endpoint
            .ok_or_else(|| Error::refused(WHAT, "there is no endpoint").next("Set runpod.endpoint"))?;
        Ok((client(self.engine)?, endpoint))
    }

    /// How long the job may run.
    fn limit(&self) -> Duration {
        let hours = u64::from(self.run.configuration.max_hours);
        (Duration::from_hours(hours) + MARGIN).min(LONGEST)
    }

    /// Carries the run there and submits its job.
    pub(super) async fn launch_on_queue(&mut self) -> Result<()> {
        let (client, endpoint) = self.endpoint()?;
        let limit = self.limit();
        let policy = Policy::new(limit, self.engine.0.places.runpod.queue).map_err(|e| from_remote(&e))?;
        let depot = self.depot()?;
        let ticket = self.carry(&depot, limit.as_secs(), policy.life()).await?;
        let input = serde_json::to_value(&ticket).map_err(|e| Error::failed(WHAT, e.to_string()))?;
        let quoted = self.run.accepted.or(self.run.job.gpu.usd_per_hour);
        self.claim(quoted).await?;
        let job = NewJob::new(input, policy);
        let answer = self.staying(client.jobs(&endpoint).run(&job)).await;
        match answer {
            // The lease is gone: whoever has it looks for the job, which may be there.
            Err(error) => Err(error),
            Ok(Ok(submitted)) => {
                if self.found(&submitted.id).await? {
                    return Ok(());
                }
                // Somebody gave it up while this program was stopped: it must not run beside another one.
                self.cancel_job(&client, &endpoint, &submitted.id).await;
                Err(Error::refused(
                    WHAT,
                    "another process has taken the run over; its job was cancelled again",
                ))
            }
            Ok(Err(error)) if error.is_uncertain() => {
                self.trouble(&error);
                Ok(())
            }
            Ok(Err(error)) => {
                self.void(&error.what()).await?;
                Err(from_remote(&error))
            }
        }
    }

    /// Asks until the provider has heard it; how it ends is looked at later.
    pub(super) async fn cancel_job(&mut self, client: &RunPod, endpoint: &str, id: &str) {
        match client.jobs(endpoint).cancel(id).await {
            Err(error) if !error.is_not_found() => self.trouble(&error),
            _ => {}
        }
    }

    /// Looks for the job among the latest of the endpoint: by its input, which names run and attempt, by what it returned, or by the
    /// machine that says that it trains this run.
    pub(super) async fn look_in_queue(&mut self) -> Result<Found> {
        let (client, endpoint) = self.endpoint()?;
        let requests = match self.staying(client.jobs(&endpoint).requests()).await? {
            Ok(requests) => requests,
            Err(error) => {
                self.trouble(&error);
                return Ok(Found::Unknown);
            }
        };
        let known = self.engine.db().rental_ids().await.map_err(from_db(WHAT))?;
        let others: Vec<Job> = requests.into_iter().filter(|job| !known.contains(&job.id)).collect();
        let depot = self.depot()?;
        let owner = match self.staying(depot.get("owner.json")).await? {
            Ok(owner) => owner.map(|owner| Owner::read(&owner)),
            Err(error) => {
                self.store_trouble(&error);
                return Ok(Found::Unknown);
            }
        };
        let (key, attempt) = (self.run.job.id.to_string(), self.away().attempts);
        if let Some(job) = others.iter().find(|job| is_ours(job, &key, attempt, owner.as_ref())) {
            return Ok(Found::This(job.id.clone()));
        }
        let (now, places) = (self.engine.0.clock.real(), self.engine.0.places.runpod.clone());
        let Some(stored) = &self.away().rental else { return Ok(Found::Nothing) };
        // Who begins to look, because the one before him died, does not know what that one has seen: what is there now may be it.
        let fresh = now < after(stored.rental.claimed_at, places.grace) || self.away().suspects.is_none();
        let suspects = self.away().suspects.get_or_insert_default();
        Ok(if suspects.look(&others, fresh, now, places.quiet) {
            let text = "A job on the endpoint may be this run's; that is known as soon as it starts";
            self.note(About::Wait, text);
            Found::Unknown
        } else {
            Found::Nothing
        })
    }

    /// How the job stands; `Some`: it is over, with the provider's word and what it means.
    pub(super) async fn poll_queue(&mut self) -> Result<Option<(String, Left)>> {
        let (client, endpoint) = self.endpoint()?;
        let Some(id) = self.away().rental.as_ref().and_then(|stored| stored.rental.external_id.clone())
        else {
            return Ok(None);
        };
        let job = match self.staying(client.jobs(&endpoint).status(&id)).await? {
            Ok(job) => job,
            Err(error) if error.is_not_found() => {
                let cause = "RunPod knows nothing of the job any more: its life ended, or it ended long ago.";
                return Ok(Some(("NOT_FOUND".to_owned(), Left::failed(Outside::Lost, cause))));
            }
            Err(error) => {
                self.trouble(&error);
                return Ok(None);
            }
        };
        self.well(About::Provider);
        self.times(&job).await?;
        let Some(state) = job.status.known() else {
            self.note(
                About::Wait,
                format!("RunPod says {} of the job, which brightrun does not know", job.status),
            );
            return Ok(None);
        };
        if state.is_end() {
            return Ok(Some((state.word().to_owned(), meaning(state, &job))));
        }
        if state.is_running() {
            self.well(About::Wait);
        } else {
            self.explain(&client, &endpoint).await?;
        }
        Ok(None)
    }

    /// The first second that is billed, and how long it has worked.
    async fn times(&mut self, job: &Job) -> Result<()> {
        let now = self.engine.0.clock.real();
        let running = job.status.known().is_some_and(JobState::is_running);
        let ended = job.status.known().is_some_and(JobState::is_end);
        let (waited, ran) = (job.delay_time, job.execution_time);
        let ms = |ms: u64| TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX / 1_000_000));
        self.keep_rental(|rental| {
            if rental.since.is_none() && (running || (ended && ran.is_some_and(|ran| ran > 0))) {
                let began = waited.map(|waited| rental.claimed_at + ms(waited));
                rental.since = Some(began.unwrap_or(now).min(now));
            }
            if ended {
                rental.worked_ms = ran.or(rental.worked_ms);
            }
        })
        .await
    }
}

/// The job says itself that it is for this attempt, or the machine that has it says so in the store.
fn is_ours(job: &Job, key: &str, attempt: u32, owner: Option<&Owner>) -> bool {
    let says = |value: Option<&serde_json::Value>| {
        value.is_some_and(|value| value.get("run").and_then(serde_json::Value::as_str) == Some(key))
    };
    if let Some(input) = &job.input {
        let other =
            input.get("attempt").and_then(serde_json::Value::as_u64).is_some_and(|n| n != u64::from(attempt));
        return says(Some(input)) && !other;
    }
    let machine = job.worker_id.as_deref().unwrap_or_default();
    says(job.output.as_ref()) || (!machine.is_empty() && owner.is_some_and(|owner| owner.is_on(machine)))
}

/// What an end means for the run, where the run itself told nothing.
fn meaning(state: JobState, job: &Job) -> Left {
    let error = job.failure();
    match (state, error) {
        (JobState::Cancelled, _) => Left::Ended,
        (JobState::TimedOut, _) => Left::failed(Outside::Timeout, "RunPod ended the job: its time was over."),
        (_, Some(error)) if error.is_time_limit() => {
            Left::failed(Outside::Timeout, "RunPod ended the job: it took longer than it was allowed to.")
        }
        (_, Some(error)) if error.is_lost_worker() => Left::failed(
            Outside::Interrupted,
            format!("The worker died: {}.", error.message.trim_end_matches('.')),
        ),
        (_, Some(error)) => {
            let (class, cause) = Class::said(&error.message);
            Left::failed(class, cause)
        }
        (JobState::Failed, None) => {
            Left::failed(Class::Other, "RunPod says that the job failed, and not why.")
        }
        // Completed without a manifest, and the run told no end.
        _ => Left::failed(
            Outside::Interrupted,
            "RunPod says that the job is complete, but the run left neither a result nor a word.",
        ),
    }
}
