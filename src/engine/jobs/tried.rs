//! What a run that has ended teaches about the time of others (decision 0113).

use domain::estimate::PastRun;
use domain::job::{Run, Status};
use domain::numbers::median;
use domain::place::Place;
use domain::run::{Facts, Part};
use domain::series::Metrics;

/// The median seconds between two steps that follow each other; evaluations and pauses between them are too rare to count.
fn pace(metrics: &Metrics) -> Option<f64> {
    let mut between = Vec::new();
    let mut last: Option<(u64, f64)> = None;
    for sample in metrics.get("loss")?.samples() {
        let Some(seconds) = sample.at.seconds else { continue };
        if let Some((step, before)) = last
            && sample.at.step == step + 1
        {
            between.push(seconds - before);
        }
        last = Some((sample.at.step, seconds));
    }
    median(between.into_iter().filter(|seconds| *seconds > 0.0))
}

/// `None`: it made no steps whose time is known.
pub(super) fn lesson(run: &Run, facts: &Facts, metrics: &Metrics) -> Option<PastRun> {
    let seconds_per_step = pace(metrics)?;
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
        preset: Some(run.job.preset_id.clone()),
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
