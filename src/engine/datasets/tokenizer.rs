//! Counts tokens with a base model's own tokenizer, where its file is at hand (training-pipeline 7 no. 10).

use crate::{Engine, Error, Result, local, train};
use domain::dataset::statistics::Measure;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const WHAT: &str = "Cannot count with this tokenizer";
/// What a tokenizer is called in a folder.
const FILE: &str = "tokenizer.json";
/// Texts whose count is remembered: each turn of a conversation stands in the history of all later ones.
const REMEMBERED: usize = 8192;

/// A tokenizer with its name.
pub(super) struct Counter {
    name: String,
    count: Box<dyn Fn(&str) -> u64 + Send + Sync>,
}

impl Counter {
    /// Opens the tokenizer of a base model (by its name in the registry: from its folder, or from what the model hub's
    /// tools have loaded before), of a folder, or a file.
    pub fn open(engine: &Engine, wanted: &str) -> Result<Self> {
        let (name, path) = find(engine, wanted)?;
        let text = std::fs::read(&path).map_err(|e| local::error(WHAT, &path, &e))?;
        let tokenizer = tokenizers::Tokenizer::from_bytes(text).map_err(|e| {
            Error::refused(WHAT, format!("it is no tokenizer: {e}"))
                .on(path.display())
                .next("Name a tokenizer.json")
        })?;
        Ok(Self { name, count: Box::new(counting(tokenizer)) })
    }

    /// How a reader of datasets measures with it.
    pub fn measure(&self) -> Measure<'_> {
        Measure::Tokenizer(&self.name, &*self.count)
    }
}

fn counting(tokenizer: tokenizers::Tokenizer) -> impl Fn(&str) -> u64 + Send + Sync {
    // Keyed by a digest: texts are long, and one that is mistaken for another changes a sum by a few tokens.
    let known: Mutex<HashMap<(u64, usize), u64>> = Mutex::new(HashMap::new());
    let digest = RandomState::new();
    move |text| {
        let key = (digest.hash_one(text), text.len());
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = lock().get(&key) {
            return *count;
        }
        // What it cannot take apart is the worker's to refuse; here it counts for nothing.
        let count = tokenizer.encode_fast(text, false).map_or(0, |encoding| encoding.len() as u64);
        let mut known = lock();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, count);
        count
    }
}

/// Its name and its file.
fn find(engine: &Engine, wanted: &str) -> Result<(String, PathBuf)> {
    let path = Path::new(wanted);
    if path.is_file() {
        return Ok((wanted.to_owned(), path.to_owned()));
    }
    if path.is_dir() {
        return Ok((wanted.to_owned(), path.join(FILE)));
    }
    let model = train::base_model(engine, Some(wanted)).map_err(|error| error.says(WHAT))?;
    let folder = model.path.as_ref().map(PathBuf::from).map(|folder| folder.join(FILE));
    let found = folder.into_iter().chain(loaded(&model.id)).find(|path| path.is_file());
    found.map(|path| (model.id.clone(), path)).ok_or_else(|| {
        Error::not_found(WHAT, "the tokenizer of this model is not on this machine")
            .on(&model.id)
            .next("Name its tokenizer.json, or a folder with it")
    })
}

/// Where the hub's tools keep what they have loaded: any snapshot will do, since a model's tokenizer does not change.
fn loaded(model: &str) -> Vec<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let hub = folder("HF_HUB_CACHE")
        .or_else(|| folder("HF_HOME").map(|home| home.join("hub")))
        .or_else(|| directories::BaseDirs::new().map(|dirs| dirs.home_dir().join(".cache/huggingface/hub")));
    let snapshots = hub.map(|hub| hub.join(format!("models--{}/snapshots", model.replace('/', "--"))));
    let entries = snapshots.and_then(|folder| std::fs::read_dir(folder).ok());
    let mut files: Vec<_> = entries.into_iter().flatten().flatten().map(|e| e.path().join(FILE)).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{engine, quiet};
    use crate::{ErrorKind, datasets};

    /// A tokenizer of words, with every answer as one token.
    const WORDS: &str = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
        "pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
        "model":{"type":"WordLevel","vocab":{"[UNK]":0,"Hello":1,"?":2},"unk_token":"[UNK]"}}"#;

    #[tokio::test]
    async fn tokens_are_counted_where_a_tokenizer_is_and_said_to_be() {
        let dir = tempfile::tempdir().unwrap();
        let engine = engine(dir.path()).await;
        let (progress, cancel) = quiet();
        let model = dir.path().join("model");
        std::fs::create_dir(&model).unwrap();
        std::fs::write(model.join(FILE), WORDS).unwrap();
        let path = dir.path().join("chats.jsonl");
        let line = r#"{"messages":[{"role":"user","content":"Hello?"},{"role":"assistant","content":"Yes, here."}]}"#;
        std::fs::write(&path, format!("{line}\n{line}\n")).unwrap();
        let request = |name: &str, tokenizer: Option<&Path>| datasets::Add {
            source: datasets::Source::Path(path.clone()),
            name: Some(name.to_owned()),
            description: None,
            tokenizer: tokenizer.map(|path| path.display().to_string()),
            again: true,
        };
        let done =
            datasets::add(&engine, request("counted", Some(&model)), &progress, &cancel).await.unwrap();
        let tokens = done.dataset.facts.unwrap().tokens;
        assert!(tokens.exact && tokens.method.starts_with("tokenizer "), "{tokens:?}");
        // Hello ? Yes , here .
        assert_eq!((tokens.total, tokens.max), (12, Some(6)));

        let done = datasets::add(&engine, request("guessed", None), &progress, &cancel).await.unwrap();
        assert!(!done.dataset.facts.unwrap().tokens.exact);
        let counted = datasets::Recheck {
            lengths: Vec::new(),
            tokenizer: Some(model.join(FILE).display().to_string()),
        };
        let done = datasets::check(&engine, "guessed", &counted, &progress, &cancel).await.unwrap();
        assert_eq!(done.dataset.tokens, Some(12));
        // And so from then on.
        let again = datasets::Recheck::default();
        let done = datasets::check(&engine, "guessed", &again, &progress, &cancel).await.unwrap();
        assert_eq!(done.dataset.tokens, Some(12));

        let lost = datasets::add(&engine, request("no", Some(&path)), &progress, &cancel).await.unwrap_err();
        assert_eq!(lost.kind, ErrorKind::Refused, "{lost}");
        let mut unknown = request("no", None);
        unknown.tokenizer = Some("nobody/knows".to_owned());
        assert!(datasets::add(&engine, unknown, &progress, &cancel).await.is_err());
    }
}
