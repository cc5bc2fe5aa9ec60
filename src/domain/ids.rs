//! Identifiers. A conversation is known by its business key everywhere (formats 8.2); row keys stay inside the store.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// The business key of a conversation: text in the database, in practice a UUID (formats 4.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationId(String);

impl ConversationId {
    /// Takes the text as it is, without surrounding blanks.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().trim().to_owned())
    }
    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The key as a UUID; `None` when it is some other text, which the junction table cannot hold.
    pub fn as_uuid(&self) -> Option<Uuid> {
        Uuid::parse_str(&self.0).ok()
    }
    /// The first eight characters: what tables show and what JSONL ids end in (formats 1.3).
    pub fn short(&self) -> &str {
        self.0.char_indices().nth(8).map_or(&self.0, |(end, _)| &self.0[..end])
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Uuid> for ConversationId {
    fn from(id: Uuid) -> Self {
        Self(id.to_string())
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id! {
    /// Key of a row in `training_files`. Not the folder its objects lie in (formats 1.2).
    TrainingFileId
}
uuid_id! {
    /// Whose rows these are: every query is scoped by it.
    UserId
}
uuid_id! {
    /// Key of a row in `batch_jobs`.
    BatchId
}
uuid_id! {
    /// Key of a saved view.
    ViewId
}

uuid_id! {
    /// Key of a row in `datasets`.
    DatasetId
}
uuid_id! {
    /// Key of a row in `training_jobs`.
    JobId
}
uuid_id! {
    /// Key of a row in `model_artifacts`.
    ModelId
}

impl UserId {
    /// The one user of an embedded store, who has no account anywhere.
    pub const LOCAL: Self = Self(Uuid::nil());
}
