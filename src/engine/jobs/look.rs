//! What a runner reads each time it looks (decision 0191).

use super::{JobLine, Month, month};
use crate::engine::from_db;
use crate::{Engine, Result};
use domain::ids::JobId;
use std::collections::BTreeSet;
use store::StoredRun;

/// What a look has found.
pub(super) struct Read {
    /// The runs that have not ended.
    pub open: Vec<StoredRun>,
    /// What else is new.
    pub new: New,
}

pub(super) enum New {
    /// No run was added, and none has ended.
    Nothing,
    /// These have ended; how many runs there are, and the costs.
    Ended(Vec<StoredRun>, u64, Month),
    /// All runs, how many there are, and the costs.
    All(Vec<JobLine>, u64, Month),
}

/// Reads the runs that have not ended, and of the others only what has changed: a look costs the same after years of runs. `known` are the open
/// ones of the look before, with the number of all.
pub(super) async fn read(engine: &Engine, known: Option<(BTreeSet<JobId>, u64)>) -> Result<Read> {
    const WHAT: &str = "Cannot look for runs";
    let db = engine.db();
    let open = db.open_runs().await.map_err(from_db(WHAT))?;
    let ids: BTreeSet<JobId> = open.iter().map(|stored| stored.run.job.id).collect();
    if known.as_ref().is_some_and(|(known, _)| *known == ids) {
        return Ok(Read { open, new: New::Nothing });
    }
    let (month, total) = (month(engine).await?, db.count_runs().await.map_err(from_db(WHAT))?);
    let added = |known: &BTreeSet<JobId>| ids.difference(known).count() as u64;
    let new = match known {
        Some((known, before)) if before + added(&known) == total => {
            let gone: Vec<JobId> = known.difference(&ids).copied().collect();
            New::Ended(db.runs_of(&gone).await.map_err(from_db(WHAT))?, total, month)
        }
        // The first look; or another program made a run, and it has ended already.
        _ => New::All(super::list(engine).await?, total, month),
    };
    Ok(Read { open, new })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::tests::{request, with_dataset};
    use crate::{CancellationToken, Progress, testing};
    use domain::job::CancelReason;

    type Known = Option<(BTreeSet<JobId>, u64)>;

    /// What is new, in a word and the keys that go with it; what is known then.
    async fn look(engine: &Engine, known: Known) -> (&'static str, Vec<JobId>, Known) {
        let before = known.as_ref().map_or(0, |(_, total)| *total);
        let read = read(engine, known).await.unwrap();
        let open = read.open.iter().map(|stored| stored.run.job.id).collect();
        let (word, keys, total) = match read.new {
            New::Nothing => ("nothing", Vec::new(), before),
            New::Ended(runs, total, _) => ("ended", runs.iter().map(|it| it.run.job.id).collect(), total),
            New::All(lines, total, _) => ("all", lines.iter().map(|it| it.run.job.id).collect(), total),
        };
        (word, keys, Some((open, total)))
    }

    async fn queued(engine: &Engine, dir: &std::path::Path) -> JobId {
        let configured = Box::pin(crate::train::configure(engine, &request(dir))).await.unwrap();
        crate::jobs::start(engine, &configured, true).await.unwrap().job.id
    }

    async fn ends(engine: &Engine, run: JobId) {
        let (progress, never) = (Progress::none(), CancellationToken::new());
        let why = (CancelReason::Other, "");
        Box::pin(crate::jobs::cancel(engine, &run.to_string(), why, &progress, &never)).await.unwrap();
    }

    #[tokio::test]
    async fn what_other_programs_do_is_seen_and_nothing_else_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let mine = with_dataset(dir.path(), 20).await;
        let other = testing::engine(dir.path()).await;
        let first = queued(&other, dir.path()).await;
        let (word, keys, known) = look(&mine, None).await;
        assert_eq!((word, keys), ("all", vec![first]));
        let (word, keys, known) = look(&mine, known).await;
        assert_eq!((word, keys), ("nothing", vec![]));
        // One is added, one ends.
        let second = queued(&other, dir.path()).await;
        let (word, keys, known) = look(&mine, known).await;
        assert_eq!((word, keys), ("ended", vec![]));
        ends(&other, first).await;
        let (word, keys, known) = look(&mine, known).await;
        assert_eq!((word, keys), ("ended", vec![first]));
        // One comes and goes before anybody looks: it is told as soon as anything else is new.
        let brief = queued(&other, dir.path()).await;
        ends(&other, brief).await;
        let (word, _, known) = look(&mine, known).await;
        assert_eq!(word, "nothing");
        ends(&other, second).await;
        let (word, mut keys, known) = look(&mine, known).await;
        keys.sort();
        let mut all = vec![first, second, brief];
        all.sort();
        assert_eq!((word, keys), ("all", all));
        assert_eq!(look(&mine, known).await.0, "nothing");
    }
}
