//! Presets and drafts that `train` keeps, and the draft that it begins with.

use crate::ask;
use crate::context::Context;
use crate::out::{Done, Exit, Stop, note};
use domain::preset::Preset;
use engine::train::{Configured, Request};
use engine::{Engine, Error};

/// The draft of a dataset as a request.
pub(super) async fn drafted(engine: &Engine, dataset: &str) -> Result<Request, Stop> {
    let id = engine::datasets::show(engine, dataset, None).await?.dataset.id;
    let draft = engine::train::draft(engine, id).await?;
    let none = || {
        Error::not_found("Cannot configure the training", "nothing was kept for this dataset")
            .on(format!("“{dataset}”"))
            .next("Leave --draft out, or keep one with --save-draft")
    };
    Ok(Request::of(id, &draft.ok_or_else(none)?))
}

/// Keeps the configuration with its dataset.
pub(super) async fn draft(
    context: &mut Context,
    engine: &Engine,
    request: &Request,
    done: &Configured,
) -> Done {
    let mut draft = done.configuration.clone();
    // A name that was made says the day, and has to be made anew when it starts.
    draft.name = request.name.clone().unwrap_or_default();
    engine::train::keep_draft(engine, done.dataset.id, &draft).await?;
    context.out.flush()?;
    note(format!("Kept for “{}”; `train --draft` and the dashboard begin with it.", done.dataset.name));
    Ok(Exit::Done)
}

/// Keeps the settings under a name; one that is taken is asked about.
pub(super) async fn preset(
    context: &mut Context,
    engine: &Engine,
    name: &str,
    done: &Configured,
) -> Result<(), Stop> {
    let taken = engine::train::presets(engine)?.iter().any(|p| p.name == name && p.file.is_some());
    if taken && !ask::confirmed(context, &format!("Replace the preset “{name}”?")).await? {
        return Err(Error::refused("Cannot save the preset", "there is one of this name")
            .on(format!("“{name}”"))
            .next("Take another name")
            .into());
    }
    let preset = Preset::of(name, done.configuration.based_on.clone(), &done.configuration.hyperparameters);
    let saved = engine::train::save_preset(engine, preset, taken)?;
    context.out.flush()?;
    let file = saved.file.map(|path| path.display().to_string()).unwrap_or_default();
    note(format!("The preset “{name}” is saved: {file}"));
    Ok(())
}
