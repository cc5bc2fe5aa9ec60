//! A new run, and a run made again.

use super::read::find;
use super::rundir::RunDir;
use super::types::JobLine;
use crate::bell::ring;
use crate::engine::from_db;
use crate::train::Configured;
use crate::{Engine, Error, Result};
use domain::configuration::{Mark, NotYet};
use domain::ids::JobId;
use domain::job::{GpuConfig, Job, Progress, Run};

const WHAT: &str = "Cannot start the training";

/// Puts a run into the queue. `accepted`: somebody has accepted everything that asks for it, cost and budget too. Refused with
/// the first thing that is in the way; nothing is written then.
pub async fn start(engine: &Engine, configured: &Configured, accepted: bool) -> Result<Run> {
    let asks = configured.checklist.0.iter().filter(|check| check.mark == Mark::Accept);
    let names: Vec<&str> =
        if accepted { asks.map(|check| check.name.as_str()).collect() } else { Vec::new() };
    configured.checklist.launch(&names, accepted).map_err(|not_yet| {
        let budget = |text: &str| {
            configured.gate.as_ref().is_some_and(|gate| gate.blocked && text.contains(&gate.message))
        };
        let next = match &not_yet {
            NotYet::Stopped { text, .. } if budget(text) => {
                "Say why with --over-budget, or change what is named; then try again"
            }
            NotYet::Stopped { .. } => "Change what is named, then try again",
            NotYet::Open { .. } | NotYet::Tick => "Accept it with --yes",
        };
        Error::refused(WHAT, not_yet.to_string())
            .on(format!("“{}”", configured.configuration.name))
            .next(next)
    })?;
    let Some(sha256) = configured.dataset.sha256.clone().filter(|digest| !digest.is_empty()) else {
        return Err(Error::refused(WHAT, "nobody knows the digest of the dataset")
            .on(format!("“{}”", configured.dataset.name))
            .next("Check it with `brightrun datasets check`"));
    };
    let run = Run {
        job: queued(engine, configured),
        configuration: configured.configuration.clone(),
        model: configured.model.clone(),
        estimate: configured.estimate.clone(),
        dataset_name: configured.dataset.name.clone(),
        dataset_sha256: sha256,
        accepted: Some(configured.quote.usd_per_hour),
        paused: false,
    };
    add(engine, run).await
}

fn queued(engine: &Engine, configured: &Configured) -> Job {
    let configuration = &configured.configuration;
    let progress = Progress {
        total_epochs: Some(f64::from(configuration.hyperparameters.epochs)),
        total_steps: configured.steps.map(|steps| steps.total),
        ..Progress::default()
    };
    let gpu = GpuConfig {
        gpu: configuration.gpu.clone().unwrap_or_else(|| "cpu".to_owned()),
        count: configuration.gpus,
        usd_per_hour: Some(configured.quote.usd_per_hour),
        price_as_of: configured.quote.as_of,
        place: Some(configuration.place),
        tier: Some(configuration.tier),
    };
    let (id, name) = (JobId(engine.0.ids.next()), configuration.name.clone());
    Job {
        preset_id: configured.preset_id.clone(),
        hyperparameters: configuration.hyperparameters.clone(),
        progress,
        estimated_cost: configured.estimate.cost,
        ..Job::new(id, name, configured.dataset.id, gpu, engine.now())
    }
}

/// Writes a new run down, makes it one of this machine, and wakes whoever waits for work.
async fn add(engine: &Engine, run: Run) -> Result<Run> {
    RunDir::of(engine, run.job.id).make()?;
    engine.db().add_run(&run).await.map_err(from_db(WHAT))?;
    ring(&engine.0.places.data_dir);
    Ok(run)
}

/// A new run like one that failed or was cancelled; the old one stays as it is.
pub async fn retry(engine: &Engine, job: &str) -> Result<Run> {
    const WHAT: &str = "Cannot retry the run";
    let JobLine { run: old, .. } = find(engine, job).await?;
    let name = format!("“{}”", old.job.name);
    old.job.retriable().map_err(|why| Error::refused(WHAT, why.to_string()).on(&name))?;
    let job = old.job.again(JobId(engine.0.ids.next()), engine.now());
    let mut run = Run { job, paused: false, ..old };
    run.job.gpu.usd_per_hour = run.accepted.or(run.job.gpu.usd_per_hour);
    run.configuration.name.clone_from(&run.job.name);
    add(engine, run).await
}
