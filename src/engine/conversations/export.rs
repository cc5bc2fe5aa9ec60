//! Objects of conversations to a folder on this machine.

use super::keys::by_ids;
use super::show::path;
use super::{Export, Exported};
use crate::engine::from_files;
use crate::files::walk;
use crate::local::{self, Part, Sink as _};
use crate::{CancellationToken, Engine, Error, Progress, Result, objects};
use domain::ids::ConversationId;
use domain::numbers::many;
use domain::selection::Selection;
use futures::stream::{self, StreamExt as _};

const WHAT: &str = "Cannot export";
/// Objects that are fetched at once.
const AHEAD: usize = 8;

/// Writes objects to a folder: `DIR/<id>.json`. Stage: `writing`.
pub async fn export(
    engine: &Engine,
    request: Export,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Exported> {
    let mut out = Exported { to: request.to.clone(), ..Exported::default() };
    let mut found = Vec::new();
    let mut note = |row: &domain::conversation::ConversationRow| match path(row, request.which) {
        Some(path) => found.push((row.id.clone(), path)),
        None => out.missing.push(row.id.clone()),
    };
    match &request.selection {
        Selection::Ids(ids) => {
            let (rows, unknown) = by_ids(engine, ids).await?;
            rows.iter().for_each(&mut note);
            out.missing.extend(unknown.into_iter().map(ConversationId::new));
        }
        matching @ Selection::Matching { .. } => {
            walk(engine, matching, progress, cancel, |rows| rows.iter().for_each(&mut note)).await?;
        }
    }
    std::fs::create_dir_all(&request.to).map_err(|e| local::error(WHAT, &request.to, &e))?;
    let total = found.len() as u64;
    let fetch = found.into_iter().map(|(id, path)| async move {
        let got = engine.files().get(&objects::conversation_key(&path)).await;
        (id, got)
    });
    let mut fetched = stream::iter(fetch).buffered(AHEAD);
    while let Some((id, got)) = fetched.next().await {
        if cancel.is_cancelled() {
            return Err(Error::interrupted(WHAT).next(format!("{} written whole", many(out.files, "file"))));
        }
        let bytes = match got {
            Ok(bytes) => bytes,
            Err(e) if e.is_missing() => {
                out.missing.push(id);
                continue;
            }
            Err(e) => return Err(from_files(WHAT)(e)),
        };
        let part = Part::begin(&request.to.join(format!("{}.json", local::safe_name(id.as_str()))))?;
        part.write_at(&bytes, 0)?;
        part.keep()?;
        out.files += 1;
        out.bytes += bytes.len() as u64;
        progress.step("writing", out.files, Some(total));
    }
    Ok(out)
}
