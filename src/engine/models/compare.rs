//! Models side by side.

use super::read::{find, list};
use crate::{Engine, Error, Result};
use domain::model::{Comparison, Model, compare as side_by_side};

const WHAT: &str = "Cannot compare the models";

/// Models by their names, keys or beginnings of keys, in this order; one alone with the newest other versions of its dataset, `most` in
/// all, the oldest first. Refused where there is only one.
pub async fn compare(engine: &Engine, models: &[String], most: usize) -> Result<Comparison> {
    let mut chosen: Vec<Model> = Vec::new();
    for wanted in models {
        let model = find(engine, wanted).await?;
        if chosen.iter().all(|there| there.id != model.id) {
            chosen.push(model);
        }
    }
    if let [one] = chosen.as_slice() {
        let (id, dataset) = (one.id, one.lineage.dataset);
        let others = list(engine).await?.into_iter();
        let others = others.filter(|other| other.lineage.dataset == dataset && other.id != id);
        chosen.extend(others.take(most.saturating_sub(1)));
        chosen.sort_by_key(|model| model.created_at);
    }
    if let [one] = chosen.as_slice() {
        return Err(Error::refused(WHAT, "there is no other one of its dataset")
            .on(format!("“{}”", one.name))
            .next("Name a second model"));
    }
    Ok(side_by_side(&chosen))
}
