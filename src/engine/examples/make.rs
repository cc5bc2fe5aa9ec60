//! One example from its raw form: parse, validate, enrich.

use super::set::{Entry, Set};
use domain::conversation::EnrichmentStatus;
use domain::dataset::check::text::is_truncated;
use domain::enrichment::{Context, ConversationInput, build, to_bytes, validate};
use domain::scaffolding::Scaffolding;

/// An example, ready to be stored.
pub struct Made {
    pub scaffolding: Scaffolding,
    pub starting_emotion: String,
    pub ending_emotion: String,
    pub turns: u32,
    /// Turns that end in the middle of a sentence (formats 3.3).
    pub truncated: u32,
    /// With the persona and the input parameters (formats 4.7).
    pub parsed: Vec<u8>,
    /// `None` when enrichment stops before.
    pub enriched: Option<Vec<u8>>,
    pub enrichment: EnrichmentStatus,
}

/// Makes one. It goes through the stages of formats 5.1, except that one marked `not_started` waits for the user.
pub fn make(set: &Set, entry: &Entry) -> Result<Made, String> {
    let missing = |what: &str| format!("{}: there is no {what}", entry.file);
    let raw = entry.raw().ok_or_else(|| missing("such file"))?;
    let persona = set.catalogue.persona(&entry.persona).ok_or_else(|| missing(&entry.persona))?;
    let arc = set.catalogue.arc(&entry.arc).ok_or_else(|| missing(&entry.arc))?;
    let topic = set.catalogue.topic(&entry.topic).ok_or_else(|| missing(&entry.topic))?;

    let read = ConversationInput::read(raw).map_err(|error| format!("{}: {error}", entry.file))?;
    let conversation = read.with_scaffolding(persona, arc, topic);
    let parsed = serde_json::to_value(&conversation).map_err(|error| format!("{}: {error}", entry.file))?;

    let enrichment = if entry.enrichment == EnrichmentStatus::NotStarted {
        EnrichmentStatus::NotStarted
    } else if validate(raw, &entry.id, entry.created).is_valid {
        EnrichmentStatus::Completed
    } else {
        EnrichmentStatus::ValidationFailed
    };
    let enriched = (enrichment == EnrichmentStatus::Completed).then(|| {
        let context = Context {
            id: &entry.id,
            created: entry.created.date_naive(),
            quality: None,
            persona: Some(persona),
            arc: Some(arc),
            topic: Some(topic),
            template: set.catalogue.template(&entry.arc, entry.tier),
            constants: &set.constants,
        };
        let mut noise = Noise::of(entry);
        to_bytes(&build(&conversation, &context, &mut || noise.step()))
    });
    Ok(Made {
        scaffolding: Scaffolding::of(persona, arc, topic),
        starting_emotion: arc.starting_emotion.clone(),
        ending_emotion: arc.ending_emotion.clone(),
        turns: count(conversation.turns.len()),
        truncated: count(conversation.turns.iter().filter(|turn| is_truncated(&turn.content)).count()),
        parsed: to_bytes(&parsed),
        enriched,
        enrichment,
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The random part of enrichment, the same at every run: `SplitMix64`, sown with the conversation's key.
struct Noise(u64);

impl Noise {
    fn of(entry: &Entry) -> Self {
        Self(entry.id.as_uuid().map_or(0, |id| id.as_u64_pair().0))
    }
    /// -2 to 2 tenths.
    fn step(&mut self) -> i8 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        [-2, -1, 0, 1, 2][usize::try_from((z ^ (z >> 31)) % 5).unwrap_or(2)]
    }
}
