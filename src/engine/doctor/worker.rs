//! What trains on this machine: Python, the worker's libraries, its version, and the GPUs that it can use.

use super::Line;
use crate::Places;
use crate::train::gpu_of_the_driver;
use crate::worker::Worker;

const AREA: &str = "worker";

/// Whoever only rents machines needs none here, so what is missing is no failure.
pub(super) async fn check(places: &Places, lines: &mut Vec<Line>) {
    let about = async {
        let worker = Worker::find(places)?;
        let about = worker.about(true).await?.able(&worker)?;
        Ok::<_, crate::Error>((worker, about))
    };
    let (worker, about) = match about.await {
        Ok(found) => found,
        Err(error) => {
            let what =
                format!("{}, so nothing can be trained on this machine", error.why.trim_end_matches('.'));
            lines.push(Line::warn(AREA, what, error.next.trim_end_matches('.')));
            return;
        }
    };
    let shown = format!("{} in {}", about.words(), worker.folder.display());
    lines.push(if about.version == env!("CARGO_PKG_VERSION") {
        Line::ok(AREA, shown)
    } else {
        let what = format!("{shown} is not of this version ({})", env!("CARGO_PKG_VERSION"));
        Line::warn(AREA, what, "Set worker.folder to the one that came with brightrun")
    });
    let libraries =
        about.libraries.iter().filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?)));
    lines.push(Line::ok("libraries", libraries.collect::<Vec<_>>().join(", ")));
    let driver = gpu_of_the_driver().await;
    lines.push(match (about.trouble, about.gpus.unwrap_or_default(), driver) {
        (Some(trouble), _, _) => {
            let next = "Run `bash worker/setup.sh` again, on this machine";
            Line::warn("gpu", format!("torch cannot be loaded: {}", trouble.trim_end_matches('.')), next)
        }
        (None, gpus, _) if !gpus.is_empty() => Line::ok("gpu", format!("torch can use {}", gpus.join(", "))),
        (None, _, Some(name)) => {
            let what = format!(
                "the driver has {name}, and torch cannot use it: the worker would take the processor"
            );
            Line::warn("gpu", what, "Look whether driver and torch fit each other, or set worker.python")
        }
        (None, _, None) => Line::ok("gpu", "there is none that torch can use: the processor trains"),
    });
}
