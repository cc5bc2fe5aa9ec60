//! Makes a dataset: its bytes are copied, read once on the way, and published with what was found (decision 0140).

use super::scan::{Scan, Scanned};
use super::tokenizer::Counter;
use super::{Add, Checked, Source};
use crate::engine::{from_db, from_files};
use crate::journal::Journal;
use crate::{CancellationToken, Engine, Error, Progress, Result, files, local, objects, recovery};
use bytes::Bytes;
use domain::dataset::DatasetRow;
use domain::dataset::state::{DatasetStatus, Fault, LARGEST, check_new};
use domain::dataset::statistics::Measure;
use domain::ids::{DatasetId, TrainingFileId};
use domain::lenient::Word;
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use std::path::{Path, PathBuf};
use store::files::DATASETS;
use tokio::io::AsyncReadExt as _;

const WHAT: &str = "Cannot add the dataset";
/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// Where the bytes come from, opened.
struct Opened {
    name: String,
    file_name: String,
    size: u64,
    training_file: Option<TrainingFileId>,
    chunks: BoxStream<'static, Result<Bytes>>,
}

/// What came of adding.
pub(super) enum Added {
    /// It is a new one.
    New(Box<Checked>),
    /// Another one has the same bytes, and nothing was added.
    Known(Box<DatasetRow>),
}

/// Makes a dataset. Stage: `reading`, in bytes. One that cannot be trained with is kept too, with its findings. Refused when there is one
/// of the same bytes, unless that is wanted (R2.14).
pub async fn add(
    engine: &Engine,
    request: Add,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Checked> {
    match added(engine, request, progress, cancel).await? {
        Added::New(checked) => Ok(*checked),
        Added::Known(known) => Err(Error::refused(
            WHAT,
            format!("these bytes are the dataset “{}” already ({})", known.name, known.id),
        )
        .on(format!("“{}”", known.file_name))
        .next("Take that one, or add them again with `brightrun datasets add --again`")),
    }
}

/// The same, and says which dataset has the bytes already.
pub(super) async fn added(
    engine: &Engine,
    request: Add,
    progress: &Progress,
    cancel: &CancellationToken,
) -> Result<Added> {
    let counter = request.tokenizer.as_deref().map(|wanted| Counter::open(engine, wanted)).transpose()?;
    let opened = open(engine, &request.source).await?;
    let name = request.name.as_deref().unwrap_or(&opened.name).trim().to_owned();
    let most = engine.0.places.training.largest_dataset.unwrap_or(LARGEST);
    let faults = check_new(&name, &opened.file_name, opened.size, most);
    if !faults.is_empty() {
        let why = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let large = faults.iter().any(|fault| matches!(fault, Fault::Large { .. }));
        let next = if large { "Set training.largest_dataset, in MiB, in the configuration" } else { "" };
        return Err(Error::refused(WHAT, why).on(format!("“{name}”")).next(next));
    }
    let inside = &engine.0;
    let id = DatasetId(inside.ids.next());
    let path = format!("{}/{id}/{}", inside.db.user(), object_name(&opened.file_name));
    let mut row = new_row(engine, id, &name, request.description, &opened);
    row.path.clone_from(&path);
    let key = objects::dataset_key(&path);
    let mut journal = Journal::begin(inside, recovery::DATASET, &name, vec![key.clone()]).await?;
    let copied =
        copy(engine, &key, &name, (opened, counter.as_ref()), &mut journal, (progress, cancel)).await;
    let done = match copied {
        Ok(scanned) if !request.again => match inside.db.dataset_of(&scanned.sha256).await {
            Ok(Some(known)) => Ok(Some(known)),
            Ok(None) => commit(engine, &mut row, scanned, &journal).await.map(|()| None),
            Err(error) => Err(from_db(WHAT)(error)),
        },
        Ok(scanned) => commit(engine, &mut row, scanned, &journal).await.map(|()| None),
        Err(error) => Err(error),
    };
    if let Ok(Some(known)) = done {
        recovery::delete(inside, &[key]).await?;
        journal.end(inside).await?;
        return Ok(Added::Known(Box::new(known)));
    }
    if let Err(error) = done {
        // A broken connection may have hidden a commit that went well: only the row tells.
        if inside.db.dataset(&id.to_string()).await.is_ok_and(|row| row.is_none())
            && recovery::delete(inside, &[key]).await.is_ok()
        {
            journal.end(inside).await?;
        }
        return Err(error);
    }
    journal.end(inside).await?;
    Ok(Added::New(Box::new(super::check::checked(row)?)))
}

async fn commit(engine: &Engine, row: &mut DatasetRow, scanned: Scanned, journal: &Journal) -> Result<()> {
    row.sha256 = Some(scanned.sha256);
    row.file_size = scanned.bytes;
    row.judge(scanned.facts, scanned.report, engine.now());
    engine.db().commit_dataset(row, journal.hold()).await.map_err(from_db(WHAT))
}

async fn copy(
    engine: &Engine,
    key: &str,
    name: &str,
    (opened, counter): (Opened, Option<&Counter>),
    journal: &mut Journal,
    (progress, cancel): (&Progress, &CancellationToken),
) -> Result<Scanned> {
    let measure = counter.map_or(Measure::Words, Counter::measure);
    let mut scan = Scan::new(name, &[], measure);
    let mut upload = engine.files().put_stream(key).map_err(from_files(WHAT))?;
    let (mut chunks, size) = (opened.chunks, opened.size);
    let mut done = 0;
    let ended = loop {
        match chunks.try_next().await {
            Ok(None) => break Ok(()),
            Ok(Some(_)) if cancel.is_cancelled() => break Err(Error::interrupted(WHAT)),
            Ok(Some(chunk)) => {
                done += chunk.len() as u64;
                progress.step("reading", done, Some(size));
                if let Err(odd) = scan.feed(&chunk) {
                    break Err(no_dataset(&odd));
                }
                let written = upload.write(&chunk).await.map_err(from_files(WHAT));
                if let Err(error) = written.and(journal.renew(&engine.0).await) {
                    break Err(error);
                }
            }
            Err(error) => break Err(error),
        }
    };
    let scanned = ended.and_then(|()| scan.finish().map_err(|odd| no_dataset(&odd)));
    match scanned {
        Ok(scanned) => {
            let finish = async { upload.finish().await.map_err(from_files(WHAT)) };
            journal.through(&engine.0, finish).await?;
            Ok(scanned)
        }
        Err(error) => {
            let _ = upload.abort().await;
            Err(error)
        }
    }
}

fn no_dataset(odd: &domain::dataset::NotADataset) -> Error {
    Error::refused(WHAT, odd.why.clone()).on(format!("“{}”", odd.file))
}

fn new_row(
    engine: &Engine,
    id: DatasetId,
    name: &str,
    description: Option<String>,
    opened: &Opened,
) -> DatasetRow {
    DatasetRow {
        id,
        name: name.to_owned(),
        description: description.filter(|d| !d.trim().is_empty()),
        format: String::new(),
        status: Word::Known(DatasetStatus::Validating),
        bucket: DATASETS.to_owned(),
        path: String::new(),
        file_name: opened.file_name.clone(),
        file_size: opened.size,
        examples: None,
        tokens: None,
        turns_per_conversation: None,
        training_ready: false,
        validated: None,
        created: engine.now(),
        archived: None,
        sha256: None,
        training_file: opened.training_file,
        facts: None,
        report: None,
    }
}

/// The name of the object: a plain one with the ending of the file, which S3 servers go by.
fn object_name(file: &str) -> String {
    let json = Path::new(file).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    if json { "dataset.json".to_owned() } else { "dataset.jsonl".to_owned() }
}

async fn open(engine: &Engine, source: &Source) -> Result<Opened> {
    match source {
        Source::TrainingFile(name) => training_file(engine, name).await,
        Source::Path(path) => local_file(path).await,
        Source::Word(word) if Path::new(word).is_file() => local_file(Path::new(word)).await,
        Source::Word(word) => training_file(engine, word).await.map_err(|error| match error.kind {
            crate::ErrorKind::NotFound => {
                Error::not_found(WHAT, "there is neither a file nor a training file of this name")
                    .on(format!("“{word}”"))
                    .next("See training files with `brightrun files list`")
            }
            _ => error,
        }),
    }
}

async fn training_file(engine: &Engine, name: &str) -> Result<Opened> {
    let file = files::find(engine, name).await?;
    let key = objects::training_key(&file.jsonl_path);
    let (size, chunks) = engine.files().get_stream(&key).await.map_err(from_files(WHAT))?;
    Ok(Opened {
        file_name: format!("{}.jsonl", local::safe_name(&file.name)),
        name: file.name,
        size,
        training_file: Some(file.id),
        chunks: chunks.map_err(from_files(WHAT)).boxed(),
    })
}

async fn local_file(path: &Path) -> Result<Opened> {
    let fail = |e: &std::io::Error| local::error(WHAT, path, e);
    let file = tokio::fs::File::open(path).await.map_err(|e| fail(&e))?;
    let meta = file.metadata().await.map_err(|e| fail(&e))?;
    if !meta.is_file() {
        return Err(Error::usage(WHAT, "it is no file").on(path.display()).next("Name one file"));
    }
    let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let chunks = stream::try_unfold((file, path.to_owned()), next_chunk).boxed();
    Ok(Opened { name, file_name, size: meta.len(), training_file: None, chunks })
}

type Reading = (tokio::fs::File, PathBuf);

async fn next_chunk((mut file, path): Reading) -> Result<Option<(Bytes, Reading)>> {
    let mut buffer = Vec::with_capacity(CHUNK);
    let read = (&mut file).take(CHUNK as u64).read_to_end(&mut buffer).await;
    read.map_err(|e| local::error(WHAT, &path, &e))?;
    Ok((!buffer.is_empty()).then(|| (Bytes::from(buffer), (file, path))))
}
