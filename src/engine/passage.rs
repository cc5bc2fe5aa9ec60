//! What stands at the place that a finding speaks of: out of the very bytes that were checked.

use crate::engine::from_files;
use crate::{CancellationToken, Engine, Error, Result};
use domain::dataset::passage::{Finder, Passage};
use domain::dataset::{Place, Shape};
use futures::TryStreamExt as _;

const WHAT: &str = "Cannot show the place";

/// Reads the object as far as it has to. `shape` is what the check took the file for, `name` what it is called.
pub(crate) async fn read(
    engine: &Engine,
    (key, name): (&str, &str),
    shape: Option<Shape>,
    place: &Place,
    cancel: &CancellationToken,
) -> Result<Passage> {
    let mut finder = Finder::new(shape, place);
    if finder.wants() {
        let (_, mut chunks) = engine.files().get_stream(key).await.map_err(from_files(WHAT))?;
        while let Some(chunk) = chunks.try_next().await.map_err(from_files(WHAT))? {
            if cancel.is_cancelled() {
                return Err(Error::interrupted(WHAT));
            }
            if finder.feed(&chunk) {
                break;
            }
        }
    }
    finder.finish().ok_or_else(|| {
        Error::not_found(WHAT, "it is not in the file any more")
            .on(format!("“{name}”"))
            .next("Check the file again with c")
    })
}
