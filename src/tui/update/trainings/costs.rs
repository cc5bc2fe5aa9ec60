//! What runs cost against what was estimated: each level is told once.

use crate::model::{Effect, Model, Now, Severity};
use domain::cost::{Level, Tracker};
use domain::ids::JobId;
use domain::money::Usd;

/// Tells each run's level that nobody was told yet; of several that were reached at once only the highest.
pub(super) fn told(model: &mut Model, now: Now) -> Vec<Effect> {
    let mut news: Vec<(JobId, Level, String)> = Vec::new();
    for line in model.trainings.list.iter().flatten().filter(|line| !line.run.is_over()) {
        let job = &line.run.job;
        let tracker = Tracker::new(job.current_cost, None, job.estimated_cost);
        let before = model.trainings.levels.get(&job.id).copied().unwrap_or(Level::Within);
        // An estimate of nothing has no percentage: what costs anything then is no surprise.
        let Some(percent) = tracker.of_high.filter(|_| job.current_cost > Usd::ZERO) else { continue };
        if tracker.level <= before {
            continue;
        }
        let of = job.estimated_cost.map_or_else(String::new, |range| format!(" of {range}"));
        let said = tracker.level.said(true).map_or_else(String::new, |said| format!(". {said}"));
        let text =
            format!("{} has cost {}{of}: {percent} % of its estimate{said}", job.name, job.current_cost);
        news.push((job.id, tracker.level, text));
    }
    let mut effects = Vec::new();
    for (id, level, text) in news {
        model.trainings.levels.insert(id, level);
        if !model.shell.focused && level > Level::Near {
            effects.push(Effect::Notify(text.clone()));
        }
        let severity = if level > Level::Near { Severity::Warn } else { Severity::Info };
        effects.push(model.shell.notice(severity, text, now));
    }
    effects
}
