//! Names of objects (formats 6, decision 0040), and how one comes to this machine.

use crate::engine::from_files;
use crate::{Result, local};
use domain::dataset::DatasetRow;
use domain::ids::{ConversationId, UserId};
use futures::TryStreamExt as _;
use std::path::Path;
use store::files::{CONVERSATIONS, DATASETS, Files, MODELS, TRAINING};
use tokio::io::AsyncWriteExt as _;

/// Appends an object to a file of this machine, as it comes; `seen` is shown every piece. The number of bytes.
pub(crate) async fn append(
    files: &Files,
    key: &str,
    (file, path): (&mut tokio::fs::File, &Path),
    mut seen: impl FnMut(&[u8]),
    what: &'static str,
) -> Result<u64> {
    let (_, mut chunks) = files.get_stream(key).await.map_err(from_files(what))?;
    let mut bytes = 0_u64;
    while let Some(chunk) = chunks.try_next().await.map_err(from_files(what))? {
        bytes += chunk.len() as u64;
        seen(&chunk);
        file.write_all(&chunk).await.map_err(|e| local::error(what, path, &e))?;
    }
    Ok(bytes)
}

/// Which file of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Raw,
    Enriched,
}

/// The path of a conversation's object, relative to its bucket. Its name holds the beginning of the content's hash: other content never
/// overwrites it, and the same content is the same object.
pub(crate) fn conversation_path(user: UserId, id: &ConversationId, part: Part, hash: &str) -> String {
    let name = match part {
        Part::Raw => "conversation",
        Part::Enriched => "enriched",
    };
    format!("{user}/{id}/{name}-{}.json", &hash[..12])
}

/// The conversation that an object made by us belongs to; `None` for everything else, which is not ours to remove.
pub(crate) fn conversation_of(key: &str) -> Option<ConversationId> {
    let mut parts = key.strip_prefix(CONVERSATIONS)?.strip_prefix('/')?.split('/');
    let (_user, id, name) = (parts.next()?, parts.next()?, parts.next()?);
    let (kind, rest) = name.split_once('-')?;
    let hash = rest.strip_suffix(".json")?;
    let ours = matches!(kind, "conversation" | "enriched")
        && hash.len() == 12
        && hash.bytes().all(|b| b.is_ascii_hexdigit())
        && parts.next().is_none();
    ours.then(|| ConversationId::new(id))
}

/// The key of a path in the conversations' bucket. Rows of the platform may name the bucket themselves.
pub(crate) fn conversation_key(path: &str) -> String {
    in_bucket(CONVERSATIONS, path)
}

/// The key of a path in the training files' bucket.
pub(crate) fn training_key(path: &str) -> String {
    in_bucket(TRAINING, path)
}

/// The key of a path in the datasets' bucket.
pub(crate) fn dataset_key(path: &str) -> String {
    in_bucket(DATASETS, path)
}

/// Where the copy of a dataset lies: its row names the bucket, too.
pub(crate) fn copy_of(row: &DatasetRow) -> String {
    format!("{}/{}", row.bucket, row.path.trim_start_matches('/'))
}

/// The key of a path in the models' bucket.
pub(crate) fn model_key(path: &str) -> String {
    in_bucket(MODELS, path)
}

fn in_bucket(bucket: &str, path: &str) -> String {
    let path = path.trim_start_matches('/');
    match path.strip_prefix(bucket) {
        Some(rest) if rest.starts_with('/') => path.to_owned(),
        _ => format!("{bucket}/{path}"),
    }
}

/// A key that can name an object and a member of a training file: the 36 characters of a UUID (the junction table holds nothing else).
pub(crate) fn is_key(id: &ConversationId) -> bool {
    id.as_str().len() == 36 && id.as_uuid().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_objects_of_our_making_are_known_again() {
        let id = ConversationId::new("08e8a054-6de3-4b76-aa3d-e7e5cd195cba");
        let key =
            conversation_key(&conversation_path(UserId::LOCAL, &id, Part::Enriched, "0123456789abcdef"));
        assert_eq!(conversation_of(&key), Some(id));
        for foreign in [
            "conversation-files/u/08e8a054-6de3-4b76-aa3d-e7e5cd195cba/enriched.json",
            "conversation-files/raw/u/08e8a054-6de3-4b76-aa3d-e7e5cd195cba.json",
            "training-files/u/x/enriched-0123456789ab.json",
            "conversation-files/u/x/enriched-0123456789ab.json/more",
        ] {
            assert_eq!(conversation_of(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_bucket_is_put_before_a_path_once() {
        assert_eq!(training_key("u/training.json"), "training-files/u/training.json");
        assert_eq!(training_key("/training-files/u/training.json"), "training-files/u/training.json");
        assert_eq!(training_key("training-files-old/x"), "training-files/training-files-old/x");
    }
}
