//! What the configuration lacks, and whether the image is pinned.

use crate::Places;
use crate::doctor::Line;
use crate::runpod::image::{VERSION, is_ours, pinned};
use crate::runpod::ready::lacking;
use crate::runpod::standing::Standing;
use domain::place::Place;

/// What these lines are about.
pub(super) const AREA: &str = "settings";
const RENTED: [Place; 2] = [Place::RunpodPod, Place::RunpodServerless];

/// At least one place has all that it needs.
pub(super) fn usable(places: &Places) -> bool {
    RENTED.iter().any(|place| lacking(places, *place).is_empty())
}

/// Nothing at all, or only the key is missing.
pub(super) fn without_key(places: &Places) -> Standing {
    let runpod = &places.runpod;
    let some = runpod.endpoint.is_some() || runpod.image.is_some() || runpod.volume.is_some();
    if some { Standing::NoKey } else { Standing::NotSet }
}

/// What is missing, each thing once with the places that want it; the key is a line of its own.
pub(super) fn lines(places: &Places) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for place in RENTED {
        let lacks = lacking(places, place);
        if lacks.is_empty() {
            lines.push(Line::ok(AREA, format!("{place} has all its settings")));
        }
        for lack in lacks.into_iter().filter(|lack| !lack.is_key) {
            let next = lack.next();
            if let Some(line) = lines.iter_mut().find(|line| line.next == next) {
                line.what = format!("{} and {place}", line.what);
            } else {
                lines.push(Line::warn(AREA, format!("{}, for {place}", lack.what), next));
            }
        }
    }
    lines
}

/// A tag that moves is another worker tomorrow.
pub(super) fn image(places: &Places) -> Option<Line> {
    let image = places.runpod.image.as_deref()?;
    Some(match pinned(image) {
        Some(tag) if is_ours(tag) == Some(false) => Line::warn(
            "image",
            format!("pods are started with {image}; its tag {tag} is not that of brightrun {VERSION}"),
            "Build and push the image of this version, and set runpod.image to it: `brightrun runpod image` says how",
        ),
        Some(tag) => Line::ok("image", format!("pods are started with {image} (tag {tag})")),
        None => Line::warn(
            "image",
            format!("the image {image} has no fixed tag: it may be another worker tomorrow"),
            "Push it under a tag of its own; `brightrun runpod image` says how",
        ),
    })
}
