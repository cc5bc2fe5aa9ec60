//! Persona × arc × topic (R2.19): keys are open text, so the table grows with what is found, up to a border.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Different kinds of conversation that are told apart; further ones count together as `…`.
pub const LARGEST: usize = 10_000;
const REST: &str = "…";

/// Conversations with the same scaffolding. Keys are empty where a file does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Key of the persona.
    pub persona: String,
    /// Key of the arc.
    pub arc: String,
    /// Key of the topic.
    pub topic: String,
    /// Conversations.
    pub conversations: u64,
    /// Examples.
    pub examples: u64,
}

/// The table while it is counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    names: HashMap<[String; 3], usize>,
    counts: Vec<Count>,
    /// Conversations that have an id: a hash of it, and where they were counted.
    ids: HashMap<u64, usize, BuildHasherDefault<DefaultHasher>>,
    last: Option<([String; 3], usize)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    conversations: u64,
    examples: u64,
}

impl Cells {
    /// The place of some keys.
    pub fn place(&mut self, keys: [&str; 3]) -> usize {
        if let Some((last, place)) = &self.last
            && keys.iter().zip(last).all(|(a, b)| a == b)
        {
            return *place;
        }
        let owned = keys.map(|k| k.chars().take(200).collect::<String>());
        let full = self.counts.len() >= LARGEST && !self.names.contains_key(&owned);
        let names = if full { [REST; 3].map(str::to_owned) } else { owned };
        let counts = &mut self.counts;
        let place = *self.names.entry(names).or_insert_with(|| {
            counts.push(Count::default());
            counts.len() - 1
        });
        // Remembered by the keys that were asked for, not by what became of them.
        self.last = Some((keys.map(str::to_owned), place));
        place
    }

    /// A conversation; one whose id was there before counts for nothing.
    pub fn conversation(&mut self, place: usize, id: Option<&str>) {
        let Some(id) = id else {
            self.counts[place].conversations += 1;
            return;
        };
        let hash = self.ids.hasher().hash_one(id);
        self.ids.entry(hash).or_insert_with(|| {
            self.counts[place].conversations += 1;
            place
        });
    }

    pub fn examples(&mut self, place: usize, examples: u64) {
        self.counts[place].examples += examples;
    }

    pub fn merge(&mut self, other: Self) {
        let mut counts = other.counts;
        // A conversation that both pieces hold is counted where it was seen first.
        let mut fresh = Vec::new();
        for (hash, place) in other.ids {
            if self.ids.contains_key(&hash) {
                counts[place].conversations -= 1;
            } else {
                fresh.push((hash, place));
            }
        }
        let mut names: Vec<([String; 3], usize)> = other.names.into_iter().collect();
        names.sort_by_key(|(_, place)| *place);
        let mut places = vec![0; counts.len()];
        for (keys, old) in names {
            let place = self.place([&keys[0], &keys[1], &keys[2]]);
            places[old] = place;
            self.counts[place].conversations += counts[old].conversations;
            self.counts[place].examples += counts[old].examples;
        }
        self.ids.extend(fresh.into_iter().map(|(hash, place)| (hash, places[place])));
    }

    pub fn conversations(&self) -> u64 {
        self.counts.iter().map(|c| c.conversations).sum()
    }

    /// All of them, by their keys.
    pub fn list(self) -> Vec<Cell> {
        let counts = self.counts;
        let mut cells: Vec<Cell> = self
            .names
            .into_iter()
            .map(|([persona, arc, topic], place)| Cell {
                persona,
                arc,
                topic,
                conversations: counts[place].conversations,
                examples: counts[place].examples,
            })
            .filter(|cell| cell.conversations > 0 || cell.examples > 0)
            .collect();
        cells.sort_by(|a, b| (&a.persona, &a.arc, &a.topic).cmp(&(&b.persona, &b.arc, &b.topic)));
        cells
    }
}

impl PartialEq for Cells {
    /// Equal when they say the same, in whichever order it was counted.
    fn eq(&self, other: &Self) -> bool {
        self.clone().list() == other.clone().list()
    }
}
