//! Files on this machine as the source of a training file: judged before they are imported, so that a refusal changes nothing.

use super::build::Build;
use super::judge::{candidate, refused};
use crate::{Error, ErrorKind, Result, import};
use domain::conversation::Unfit;
use domain::ids::ConversationId;
use domain::training_file::Blocked;
use domain::training_file::build::{Draft, NewFile};
use std::path::PathBuf;

/// Imports the files for the training file `name` and answers their conversations in file order. All that blocks is named at once before
/// anything is written: bad files, unfit conversations, and those that are `inside` already (S1.8, S1.9).
pub(super) async fn import(
    build: &Build<'_>,
    name: &str,
    paths: &[PathBuf],
    inside: impl Fn(&ConversationId) -> bool + Send + Sync,
) -> Result<Vec<ConversationId>> {
    let request = import::Request { paths: paths.to_vec(), batch: None };
    let (foreseen, problems) = import::foresee(build.engine, &request, build.progress, build.cancel).await?;
    let (mut blocked, mut staying) = (Vec::new(), Vec::new());
    let nothing = foreseen.is_empty() && problems.is_empty();
    for one in foreseen {
        let reason = if inside(&one.id) { Some(Unfit::Duplicate) } else { one.unfit };
        match (reason, one.stays) {
            (Some(reason), _) => blocked.push(Blocked { id: one.id, title: one.title, reason }),
            (None, Some(row)) => staying.push(candidate(&row)),
            // Its file was read just now, and read well.
            (None, None) => {}
        }
    }
    // What is not imported again must still be readable in the store.
    let scratch = NewFile { name, at: build.engine.now(), target_model: None, profile: b"{}" };
    let mut scratch = Draft::create(&scratch).map_err(|e| Error::failed(build.what, e.to_string()))?;
    blocked.extend(build.survey(&mut scratch, &staying).await?.1);
    if !blocked.is_empty() || !problems.is_empty() {
        return Err(refused(build.what, name, blocked, problems));
    }
    if nothing {
        return Ok(Vec::new());
    }
    import::for_training(build.engine, request, build.progress, build.cancel).await
}

/// A refusal after the import is none: the conversations are in the store now. It takes someone who changed something meanwhile.
pub(super) fn after_import(error: Error) -> Error {
    if error.kind != ErrorKind::Refused {
        return error;
    }
    Error::failed(&error.what, &error.why)
        .on(&error.on)
        .next("The files are imported, but the training file is as it was. Run it again")
        .blocked(error.blocked.clone())
        .problems(error.problems.clone())
}
