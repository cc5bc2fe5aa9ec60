//! Base models, presets and prices: those that come with the program, with the user's files laid over them (decision 0116).

use crate::{Engine, Error, Result, local};
use domain::base_model::{self, Registry};
use domain::preset::{self, Preset, Presets};
use domain::price::{self, PriceList};
use std::fs;
use std::path::{Path, PathBuf};

const WHAT: &str = "Cannot read the catalog";

/// The text of a file; `None`: it is not there.
fn text(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(local::error(WHAT, path, &e)),
    }
}

fn bad(path: &Path, why: &impl ToString) -> Error {
    Error::failed(WHAT, why.to_string()).on(path.display()).next("Mend the file, or take it away")
}

/// The base models that can be chosen.
pub(crate) fn models(engine: &Engine) -> Result<Registry> {
    let path = engine.0.places.training.catalog.join("base-models.toml");
    let builtin = base_model::builtin();
    match text(&path)? {
        Some(text) => Ok(builtin.with(base_model::read(&text).map_err(|e| bad(&path, &e))?)),
        None => Ok(builtin),
    }
}

/// GPUs and prices: ours, then what RunPod said last, then the user's own.
pub(crate) fn prices(engine: &Engine) -> Result<PriceList> {
    laid(&[live(engine), own(engine)])
}

/// The same without what RunPod said: the prices as somebody wrote them down.
pub(super) fn written_prices(engine: &Engine) -> Result<PriceList> {
    laid(&[own(engine)])
}

/// Ours and what RunPod said last.
pub(super) fn told_prices(engine: &Engine) -> Result<PriceList> {
    laid(&[live(engine)])
}

fn own(engine: &Engine) -> PathBuf {
    engine.0.places.training.catalog.join("prices.toml")
}

/// Where the prices lie that RunPod said last.
pub(crate) fn live(engine: &Engine) -> PathBuf {
    engine.0.places.data_dir.join(LIVE)
}

fn laid(paths: &[PathBuf]) -> Result<PriceList> {
    let mut list = price::builtin();
    for path in paths {
        if let Some(text) = text(path)? {
            let over = price::read(&text, &list).map_err(|e| bad(path, &e))?;
            list = list.with(over);
        }
    }
    Ok(list)
}

/// The file of the prices that RunPod said last, in the data folder.
const LIVE: &str = "runpod-prices.toml";

/// The presets that can be chosen: those in the folder `presets` replace ours of the same name.
pub(super) fn presets(engine: &Engine) -> Result<Presets> {
    let folder = engine.0.places.training.catalog.join("presets");
    let mut paths: Vec<_> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    let mut own: Vec<Preset> = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(text) = text(&path)? {
            own.push(Preset::read(&name, &text).map_err(|e| bad(&path, &e))?);
        }
    }
    Ok(preset::builtin().with(own))
}
