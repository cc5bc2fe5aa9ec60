//! Presets as files: listed, saved, removed (R3.01, R3.10; decision 0150).

use super::catalog;
use crate::local::Part;
use crate::{Engine, Error, Result, local};
use domain::preset::{Preset, builtin};
use serde::Serialize;
use std::io::Write as _;
use std::path::PathBuf;

/// A preset that can be chosen, and whose it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KnownPreset {
    /// Its name.
    pub name: String,
    /// What it says.
    #[serde(flatten)]
    pub preset: Preset,
    /// The user's file; `None`: it comes with the program.
    pub file: Option<PathBuf>,
}

/// All presets, those of the program first; a file of the user replaces one of the same name.
pub fn presets(engine: &Engine) -> Result<Vec<KnownPreset>> {
    let known = |preset: Preset| {
        let path = path(engine, &preset.name);
        KnownPreset { name: preset.name.clone(), preset, file: path.is_file().then_some(path) }
    };
    Ok(catalog::presets(engine)?.0.into_iter().map(known).collect())
}

/// Writes a preset of the user. Refused: a faulty one, one with the name of a preset of the program, and without `replace` one
/// whose name is taken; nothing is changed then.
pub fn save_preset(engine: &Engine, preset: Preset, replace: bool) -> Result<KnownPreset> {
    const WHAT: &str = "Cannot save the preset";
    let refused = |why: String| Error::refused(WHAT, why).on(format!("“{}”", preset.name));
    let text = preset.write().map_err(|bad| refused(bad.faults.join("; ")))?;
    if builtin().find(&preset.name).is_some() {
        return Err(refused("a preset of the program has this name".to_owned()).next("Take another name"));
    }
    let path = path(engine, &preset.name);
    if path.exists() && !replace {
        return Err(refused("there is one of this name".to_owned()).next("Take another name, or replace it"));
    }
    let mut part = Part::begin(&path)?;
    part.file.write_all(text.as_bytes()).map_err(|e| local::error(WHAT, &path, &e))?;
    part.sync()?;
    part.keep()?;
    Ok(KnownPreset { name: preset.name.clone(), preset, file: Some(path) })
}

/// Removes a preset of the user; those of the program stay.
pub fn remove_preset(engine: &Engine, name: &str) -> Result<()> {
    const WHAT: &str = "Cannot remove the preset";
    let known = presets(engine)?.into_iter().find(|known| known.name == name);
    let Some(known) = known else {
        return Err(Error::not_found(WHAT, "there is none of this name")
            .on(format!("“{name}”"))
            .next("See them with `brightrun presets list`"));
    };
    let Some(path) = known.file else {
        return Err(Error::refused(WHAT, "it comes with the program").on(format!("“{name}”")));
    };
    std::fs::remove_file(&path).map_err(|e| local::error(WHAT, &path, &e))
}

fn path(engine: &Engine, name: &str) -> PathBuf {
    engine.0.places.training.catalog.join("presets").join(format!("{name}.toml"))
}
