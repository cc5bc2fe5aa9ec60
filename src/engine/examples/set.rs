//! The compiled-in folder `examples/`.

use chrono::{DateTime, Utc};
use domain::conversation::{EnrichmentStatus, ReviewStatus, Tier};
use domain::enrichment::Constants;
use domain::ids::{BatchId, ConversationId};
use domain::scaffolding::Catalogue;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The consultant whom the examples train, as the JSON object that training files carry.
pub const CONSULTANT_PROFILE: &str = include_str!("../../../examples/consultant_profile.json");
/// The system prompt of the examples.
pub const SYSTEM_PROMPT: &str = include_str!("../../../examples/system_prompt.txt");

static CONVERSATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/conversations");

/// Everything in the folder, read.
pub struct Set {
    pub batches: Vec<Batch>,
    pub conversations: Vec<Entry>,
    pub catalogue: Catalogue,
    pub constants: Constants,
}

#[derive(Deserialize)]
struct Manifest {
    batches: Vec<Batch>,
    conversations: Vec<Entry>,
}

/// A batch of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    pub id: BatchId,
    pub name: String,
    pub created: DateTime<Utc>,
}

/// A conversation of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// File in `examples/conversations`.
    pub file: String,
    pub title: String,
    pub id: ConversationId,
    /// Keys of the scaffolding.
    pub persona: String,
    pub arc: String,
    pub topic: String,
    pub tier: Tier,
    /// Name of its batch.
    pub batch: String,
    pub created: DateTime<Utc>,
    pub status: ReviewStatus,
    /// How far enrichment goes; the file must agree.
    pub enrichment: EnrichmentStatus,
    /// What is wrong with it on purpose: a code of the checks or of the validation.
    #[serde(default)]
    pub damage: Option<String>,
}

impl Entry {
    /// The raw conversation.
    pub fn raw(&self) -> Option<&'static [u8]> {
        CONVERSATIONS.get_file(&self.file).map(include_dir::File::contents)
    }
}

/// Reads the compiled-in files; an error names the file and is a fault of the build.
pub fn read() -> Result<Set, String> {
    let manifest: Manifest = json("manifest.json", include_str!("../../../examples/manifest.json"))?;
    Ok(Set {
        batches: manifest.batches,
        conversations: manifest.conversations,
        catalogue: Catalogue {
            personas: json("personas.json", include_str!("../../../examples/scaffolding/personas.json"))?,
            arcs: json("arcs.json", include_str!("../../../examples/scaffolding/arcs.json"))?,
            topics: json("topics.json", include_str!("../../../examples/scaffolding/topics.json"))?,
            templates: json("templates.json", include_str!("../../../examples/scaffolding/templates.json"))?,
        },
        constants: Constants {
            consultant_profile: json("consultant_profile.json", CONSULTANT_PROFILE)?,
            system_prompt: SYSTEM_PROMPT.to_owned(),
        },
    })
}

fn json<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("{file}: {error}"))
}
