//! The two passes over the enriched objects: survey, then transcode into the two new objects. Memory holds a few conversations at a time.

use super::judge::Candidate;
use crate::engine::from_files;
use crate::journal::Journal;
use crate::{CancellationToken, Engine, Error, Progress, Result};
use bytes::Bytes;
use domain::conversation::Unfit;
use domain::training_file::Blocked;
use domain::training_file::build::{BETWEEN, Draft, Entry, transcode};
use domain::training_file::split::{Kind, Splitter};
use domain::training_file::survey::{Survey, survey};
use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use store::files::{Files, FilesError, Upload};

/// Conversations that are on their way at once.
const AHEAD: usize = 8;

/// A training file that exists already, streamed from its JSON.
pub(super) struct Existing {
    /// Key of its JSON.
    pub key: String,
    /// What is written of its conversations.
    pub entries: Vec<Entry>,
}

pub(super) struct Build<'a> {
    pub engine: &'a Engine,
    pub what: &'static str,
    pub progress: &'a Progress,
    pub cancel: &'a CancellationToken,
}

/// One conversation could not be read: its own fault, or the store's.
enum Trouble {
    Unfit(Unfit),
    Store(FilesError),
}

async fn read(files: &Files, candidate: &Candidate) -> Result<Bytes, Trouble> {
    let key = crate::objects::conversation_key(&candidate.path);
    files.get(&key).await.map_err(|e| {
        if e.is_missing() {
            Trouble::Unfit(Unfit::FileMissing(candidate.path.clone()))
        } else {
            Trouble::Store(e)
        }
    })
}

async fn survey_one(files: Files, candidate: Candidate) -> (Candidate, Result<Survey, Trouble>) {
    let bytes = match read(&files, &candidate).await {
        Ok(bytes) => bytes,
        Err(trouble) => return (candidate, Err(trouble)),
    };
    let broken = |why: String| Trouble::Unfit(Unfit::FileBroken(why));
    let found = tokio::task::spawn_blocking(move || survey(domain::json::without_bom(&bytes))).await;
    let found = match found {
        Ok(Ok(survey)) => Ok(survey),
        Ok(Err(fault)) => Err(broken(fault.to_string())),
        Err(e) => Err(broken(e.to_string())),
    };
    (candidate, found)
}

impl Build<'_> {
    fn go_on(&self) -> Result<()> {
        if self.cancel.is_cancelled() { Err(Error::interrupted(self.what)) } else { Ok(()) }
    }

    /// Surveys all candidates and adds them to the draft. Everything that blocks is collected.
    pub async fn survey(
        &self,
        draft: &mut Draft,
        candidates: &[Candidate],
    ) -> Result<(Vec<Entry>, Vec<Blocked>)> {
        let files = self.engine.files();
        let ahead = candidates.iter().map(|c| survey_one(files.clone(), c.clone()));
        let mut surveys = stream::iter(ahead).buffered(AHEAD).boxed();
        let (mut entries, mut blocked) = (Vec::with_capacity(candidates.len()), Vec::new());
        let mut done = 0;
        while let Some((candidate, found)) = surveys.next().await {
            self.go_on()?;
            done += 1;
            self.progress.step("reading", done, Some(candidates.len() as u64));
            let reason = match found {
                Ok(mut survey) => {
                    // The row names the conversation; its file may come from elsewhere.
                    survey.id = candidate.id.clone();
                    if !draft.contains(&survey.id) {
                        entries.push(draft.add(&survey, Some(&candidate.row)));
                        continue;
                    }
                    Unfit::Duplicate
                }
                Err(Trouble::Unfit(reason)) => reason,
                Err(Trouble::Store(e)) => return Err(from_files(self.what)(e)),
            };
            blocked.push(Blocked { id: candidate.id, title: candidate.title, reason });
        }
        Ok((entries, blocked))
    }

    /// Reads an existing file: its head into a draft, its conversations into entries.
    pub async fn existing(&self, key: &str) -> Result<(Draft, Existing)> {
        let broken = |why: String| {
            Error::failed(self.what, why)
                .on(key)
                .next("Its JSON in the store is damaged; restore it or make a new file")
        };
        let mut parts = self.parts(key).await?;
        let (mut metadata, mut profile, mut surveys, mut others) = (None, None, Vec::new(), Vec::new());
        while let Some((kind, bytes)) = parts.try_next().await? {
            self.go_on()?;
            match kind {
                Kind::Metadata => metadata = Some(bytes),
                Kind::Profile => profile = Some(bytes),
                Kind::Conversation => surveys.push(survey(&bytes).map_err(|e| broken(e.to_string()))?),
                Kind::Other(key) => others.push((key, bytes)),
            }
        }
        let metadata = metadata.ok_or_else(|| broken("it has no training_file_metadata".to_owned()))?;
        let profile = profile.ok_or_else(|| broken("it has no consultant_profile".to_owned()))?;
        let now = self.engine.now();
        let mut draft = Draft::append(&metadata, &profile, now).map_err(|e| broken(e.to_string()))?;
        for (key, value) in &others {
            draft.keep(key, value).map_err(|e| broken(e.to_string()))?;
        }
        let entries = surveys.iter().map(|survey| draft.add(survey, None)).collect();
        Ok((draft, Existing { key: key.to_owned(), entries }))
    }

    /// The parts of a full file in the store, one at a time.
    async fn parts(&self, key: &str) -> Result<BoxStream<'static, Result<(Kind, Vec<u8>)>>> {
        let what = self.what;
        let (_, chunks) = self.engine.files().get_stream(key).await.map_err(from_files(what))?;
        let place = key.to_owned();
        let state = (Splitter::new(), chunks, false);
        let parts = stream::try_unfold(state, move |(mut splitter, mut chunks, mut ended)| {
            let place = place.clone();
            async move {
                let bad = |e: domain::json::Error| Error::failed(what, e.to_string()).on(&place);
                loop {
                    if let Some(part) = splitter.next().map_err(bad)? {
                        let part = (part.kind, part.bytes.to_vec());
                        return Ok(Some((part, (splitter, chunks, ended))));
                    }
                    if ended {
                        splitter.end().map_err(bad)?;
                        return Ok(None);
                    }
                    match chunks.try_next().await.map_err(from_files(what))? {
                        Some(chunk) => splitter.feed(&chunk),
                        None => ended = true,
                    }
                }
            }
        });
        Ok(parts.boxed())
    }

    /// Writes both objects: what exists already, then the candidates.
    pub async fn write(
        &self,
        draft: &Draft,
        existing: Option<&Existing>,
        new: (&[Candidate], &[Entry]),
        out: &mut Pair,
        journal: &mut Journal,
    ) -> Result<()> {
        let inside = &self.engine.0;
        let total = Some(draft.conversations());
        out.both(&draft.json_head(), &draft.jsonl_head()).await?;
        let mut done = 0;
        if let Some(existing) = existing {
            let mut entries = existing.entries.iter();
            let mut parts = self.parts(&existing.key).await?;
            while let Some((kind, bytes)) = parts.try_next().await? {
                if kind != Kind::Conversation {
                    continue;
                }
                self.go_on()?;
                let entry = entries.next().ok_or_else(|| self.changed(&existing.key))?;
                let piece =
                    piece(&bytes, entry).map_err(|why| Error::failed(self.what, why).on(&existing.key))?;
                out.piece(piece).await?;
                done += 1;
                self.progress.step("writing", done, total);
                journal.renew(inside).await?;
            }
            if entries.next().is_some() {
                return Err(self.changed(&existing.key));
            }
        }
        let files = self.engine.files();
        let ahead = new.0.iter().zip(new.1).map(|(c, e)| transcode_one(files.clone(), c.clone(), e.clone()));
        let mut pieces = stream::iter(ahead).buffered(AHEAD).boxed();
        while let Some(made) = pieces.next().await {
            self.go_on()?;
            out.piece(made.map_err(|(id, why)| Error::failed(self.what, why).on(id).next("Run it again"))?)
                .await?;
            done += 1;
            self.progress.step("writing", done, total);
            journal.renew(inside).await?;
        }
        out.both(&draft.json_tail(), b"").await
    }

    fn changed(&self, key: &str) -> Error {
        Error::failed(self.what, "it changed while it was read").on(key).next("Run it again")
    }
}

/// The JSON and the JSONL of one conversation.
type Piece = (Vec<u8>, Vec<u8>);

fn piece(bytes: &[u8], entry: &Entry) -> Result<Piece, String> {
    let (mut json, mut jsonl) = (Vec::with_capacity(bytes.len() + 1024), Vec::with_capacity(bytes.len()));
    transcode(domain::json::without_bom(bytes), entry, &mut json, &mut jsonl).map_err(|e| e.to_string())?;
    Ok((json, jsonl))
}

async fn transcode_one(files: Files, candidate: Candidate, entry: Entry) -> Result<Piece, (String, String)> {
    let name = candidate.id.to_string();
    let bytes = match read(&files, &candidate).await {
        Ok(bytes) => bytes,
        Err(Trouble::Unfit(reason)) => return Err((name, reason.to_string())),
        Err(Trouble::Store(e)) => return Err((name, e.to_string())),
    };
    match tokio::task::spawn_blocking(move || piece(&bytes, &entry)).await {
        Ok(made) => made.map_err(|why| (name, why)),
        Err(e) => Err((name, e.to_string())),
    }
}

/// The two objects while they are written.
pub(super) struct Pair {
    what: &'static str,
    json: Upload,
    jsonl: Upload,
    pieces: u64,
}

impl Pair {
    pub fn begin(files: &Files, what: &'static str, keys: (&str, &str)) -> Result<Self> {
        let json = files.put_stream(keys.0).map_err(from_files(what))?;
        let jsonl = files.put_stream(keys.1).map_err(from_files(what))?;
        Ok(Self { what, json, jsonl, pieces: 0 })
    }
    async fn both(&mut self, json: &[u8], jsonl: &[u8]) -> Result<()> {
        self.json.write(json).await.map_err(from_files(self.what))?;
        self.jsonl.write(jsonl).await.map_err(from_files(self.what))
    }
    async fn piece(&mut self, (json, jsonl): Piece) -> Result<()> {
        if self.pieces > 0 {
            self.both(BETWEEN, b"").await?;
        }
        self.pieces += 1;
        self.both(&json, &jsonl).await
    }
    /// Makes both appear; answers their sizes.
    pub async fn finish(self) -> Result<(u64, u64)> {
        let json = self.json.finish().await.map_err(from_files(self.what));
        let jsonl = self.jsonl.finish().await.map_err(from_files(self.what));
        Ok((json?, jsonl?))
    }
    /// Forgets both.
    pub async fn abort(self) {
        let _ = self.json.abort().await;
        let _ = self.jsonl.abort().await;
    }
}
