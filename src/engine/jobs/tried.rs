//! What a run that has ended teaches about the time of others (decision 0113).

use domain::estimate::PastRun;
use domain::job::{Run, Status};
use domain::numbers::{float, median};
use domain::place::Place;
use domain::run::{Facts, Part};
use domain::series::Metrics;

/// A distance between two steps that is so many times the usual one is no work: the machine slept.
const PAUSE: f64 = 20.0;

/// The mean seconds from a step to the next one, without the evaluations between them: checkpoints and slow moments are a part of what
/// a step costs (decision 0161).
fn pace(metrics: &Metrics) -> Option<f64> {
    let loss = metrics.get("loss")?;
    let mut evaluations =
        metrics.get("eval_loss").into_iter().flat_map(domain::series::Series::samples).peekable();
    let mut between = Vec::new();
    let mut last: Option<(u64, f64)> = None;
    for sample in loss.samples() {
        let Some(seconds) = sample.at.seconds else { continue };
        if let Some((step, before)) = last
            && sample.at.step == step + 1
        {
            while evaluations.next_if(|evaluation| evaluation.at.step < step).is_some() {}
            let evaluation = evaluations.peek().filter(|evaluation| evaluation.at.step == step);
            let evaluated =
                evaluation.and_then(|evaluation| evaluation.at.seconds).unwrap_or(before).max(before);
            between.push(seconds - evaluated);
        }
        last = Some((sample.at.step, seconds));
    }
    between.retain(|seconds| *seconds > 0.0);
    let usual = median(between.iter().copied())?;
    between.retain(|seconds| *seconds <= usual * PAUSE);
    Some(between.iter().sum::<f64>() / float(between.len() as u64))
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::series::At;

    #[test]
    fn a_step_costs_its_share_of_checkpoints_but_neither_evaluations_nor_sleep() {
        let mut metrics = Metrics::default();
        let mut now = 0.0;
        let mut tell = |step: u64, after: f64, name: &str| {
            now += after;
            metrics.record(&At { seconds: Some(now), ..At::step(step) }, &[(name, 1.0)]);
        };
        tell(1, 5.0, "loss");
        tell(2, 1.0, "loss");
        // An evaluation of ten seconds, then a step with a checkpoint before it.
        tell(2, 10.0, "eval_loss");
        tell(3, 3.0, "loss");
        tell(4, 1.0, "loss");
        // The lid was closed.
        tell(5, 3600.0, "loss");
        tell(6, 1.0, "loss");
        // What follows a step that was left out says nothing.
        tell(9, 7.0, "loss");
        assert_eq!(pace(&metrics), Some((1.0 + 3.0 + 1.0 + 1.0) / 4.0));
        assert_eq!(pace(&Metrics::default()), None);
    }
}
