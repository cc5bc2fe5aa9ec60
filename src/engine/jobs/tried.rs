//! What a run that has ended teaches about the time of others (decision 0113).

use domain::estimate::PastRun;
use domain::job::{Run, Status};
use domain::place::Place;
use domain::run::{Facts, Part};

/// `None`: it made no steps whose time is known.
pub(super) fn lesson(run: &Run, facts: &Facts) -> Option<PastRun> {
    let seconds_per_step = facts.progress.and_then(|(_, p)| p.seconds_per_step).filter(|s| *s > 0.0)?;
    let values = &run.configuration.hyperparameters;
    let between = |from: Option<chrono::DateTime<chrono::Utc>>, to: Option<chrono::DateTime<chrono::Utc>>| {
        let milliseconds = (to? - from?).num_milliseconds();
        u32::try_from(milliseconds).ok().map(|ms| f64::from(ms) / 1000.0)
    };
    let part = |part: Part| &facts.parts[part.index()];
    let ended = facts.ended.map(|(at, _)| at);
    // Only a run of one attempt took as long as it takes.
    let whole = run.job.status.is(Status::Completed) && facts.attempt == 1;
    Some(PastRun {
        base_model: run.model.id.clone(),
        place: run.configuration.place,
        gpu: run.job.gpu.gpu.clone(),
        gpus: run.job.gpu.count,
        batch_size: values.batch_size,
        gradient_accumulation: values.gradient_accumulation,
        max_seq_length: values.max_seq_length,
        quantization: values.quantization,
        mean_tokens: None,
        seconds_per_step,
        start_seconds: between(facts.attempt_started, part(Part::Train).from),
        evaluation_per_example: None,
        finish_seconds: between(part(Part::Finish).from, ended),
        estimated_seconds: run
            .estimate
            .seconds
            .map(|s| f64::from(u32::try_from(s.expected).unwrap_or(u32::MAX))),
        actual_seconds: between(facts.started, ended)
            .filter(|_| whole && run.configuration.place == Place::Local),
    })
}
