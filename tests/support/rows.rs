//! Invented conversations: many, varied, the same every time.

use chrono::{DateTime, TimeDelta, Utc};
use domain::conversation::{EnrichmentStatus, ReviewStatus, Tier};
use domain::ids::{BatchId, ConversationId};
use domain::scaffolding::Scaffolding;
use store::NewConversation;
use uuid::Uuid;

const PERSONAS: [(&str, &str); 4] = [
    ("careful_saver", "Ruth Okafor"),
    ("late_starter", "Émile Durand"),
    ("busy_parent", "Tom Lindqvist"),
    ("", ""),
];
const ARCS: [(&str, &str); 5] = [
    ("doubt_to_trust", "Doubt to trust"),
    ("fear_to_plan", "Fear to plan"),
    ("anger_to_calm", "Anger to calm"),
    ("grief_to_order", "Grief to order"),
    ("", ""),
];
const TOPICS: [&str; 10] = [
    "pension_gap",
    "first_home",
    "car_lease",
    "rainy_day_fund",
    "school_fees",
    "will_and_estate",
    "side_income",
    "card_debt",
    "rent_or_buy",
    "",
];
const WORDS: [&str; 24] = [
    "how",
    "can",
    "we",
    "afford",
    "this",
    "when",
    "Prices",
    "keep",
    "rising",
    "and",
    "my",
    "partner",
    "thinks",
    "Über",
    "50%",
    "under_score",
    "back\\slash",
    "safe",
    "future",
    "after",
    "the",
    "move",
    "ÉTÉ",
    "quote's",
];

/// A small generator of numbers (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let n = usize::try_from(self.roll(from.len() as u64)).expect("small");
        &from[n]
    }
}

/// When the first one was made.
pub fn start() -> DateTime<Utc> {
    "2025-01-01T00:00:00Z".parse().expect("a time")
}

/// Conversation number `n`. Some share their time, so that ties occur.
pub fn conversation(dice: &mut Dice, n: u64, batches: &[BatchId]) -> NewConversation {
    let persona = *dice.pick(&PERSONAS);
    let arc = *dice.pick(&ARCS);
    let topic = *dice.pick(&TOPICS);
    let words: Vec<&str> = (0..7).map(|_| *dice.pick(&WORDS)).collect();
    let id = Uuid::from_u64_pair(dice.roll(u64::MAX), dice.roll(u64::MAX));
    let enrichment =
        *dice.pick(&[EnrichmentStatus::Completed, EnrichmentStatus::Completed, EnrichmentStatus::NotStarted]);
    let done = enrichment == EnrichmentStatus::Completed;
    NewConversation {
        id: ConversationId::from(id),
        title: format!("{} ({})", words.join(" "), topic.replace('_', " ")),
        scaffolding: Scaffolding {
            persona_key: persona.0.to_owned(),
            persona_name: persona.1.to_owned(),
            emotional_arc_key: arc.0.to_owned(),
            emotional_arc: arc.1.to_owned(),
            training_topic_key: topic.to_owned(),
            training_topic: topic.replace('_', " "),
        },
        starting_emotion: Some("doubt".to_owned()),
        ending_emotion: None,
        tier: *dice.pick(Tier::ALL),
        status: *dice.pick(ReviewStatus::ALL),
        enrichment,
        turns: u32::try_from(4 + dice.roll(13)).expect("small"),
        quality: match dice.roll(3) {
            0 => None,
            _ => Some(f64::from(u32::try_from(60 + dice.roll(41)).expect("small")) / 10.0),
        },
        created: start()
            + TimeDelta::seconds(i64::try_from((n / 3) * 40).expect("small"))
            + TimeDelta::microseconds(7),
        raw_path: (!done).then(|| format!("local/{id}/conversation.json")),
        raw_size: (!done && dice.roll(2) == 0).then(|| 1_000 + dice.roll(500)),
        enriched_path: done.then(|| format!("local/{id}/enriched.json")),
        enriched_size: done.then(|| 9_000 + dice.roll(500)),
        content_hash: format!("{n:064x}"),
        truncated: (dice.roll(2) == 0).then(|| u32::try_from(dice.roll(3)).expect("small")),
        batch: (!batches.is_empty() && dice.roll(4) > 0).then(|| *dice.pick(batches)),
    }
}
