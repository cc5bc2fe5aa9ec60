//! Machines that are lost: told once, whoever follows the run (decision 0204).

use crate::model::{Effect, Model, Now, Severity};
use domain::ids::JobId;
use domain::job::Setback;
use std::collections::BTreeMap;

/// What has ended attempts of the runs so far.
pub(super) struct Known(BTreeMap<JobId, Option<Setback>>);

/// What is known now.
pub(super) fn known(model: &Model) -> Known {
    let list = model.trainings.list.iter().flatten();
    Known(list.map(|line| (line.run.job.id, line.run.job.setback.clone())).collect())
}

/// Tells what is new. Of a run that nobody here knew before nothing is: it happened while nobody looked.
pub(super) fn tell(model: &mut Model, before: &Known, now: Now) -> Vec<Effect> {
    let list = model.trainings.list.iter().flatten();
    let new = list.filter_map(|line| {
        let (run, known) = (&line.run, before.0.get(&line.run.job.id)?);
        let setback = run.setback().filter(|setback| known.as_ref() != Some(*setback))?;
        Some(format!("{}: {}", run.job.name, setback.sentence(run.configuration.place)))
    });
    let mut effects = Vec::new();
    for text in new.collect::<Vec<_>>() {
        if !model.shell.focused {
            effects.push(Effect::Notify(text.clone()));
        }
        effects.push(model.shell.notice(Severity::Warn, text, now));
    }
    effects
}
