//! Counts findings and adds up the report.

use super::super::Shape;
use super::super::report::{Code, Finding, ID, PLACES, Place, Platform, Report, Severity, Tokens};
use super::Options;
use super::message::{many, message};
use super::text::Faults;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Where the reader stands: cheap to carry along, made into a [`Place`] only for the first findings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct At<'a> {
    pub line: Option<u64>,
    pub conversation: Option<&'a str>,
    pub turn: Option<u32>,
}

impl<'a> At<'a> {
    pub const fn turn(self, turn: u32) -> At<'a> {
        At { turn: Some(turn), ..self }
    }
    fn place(self, what: &str) -> Place {
        Place {
            line: self.line,
            conversation: self.conversation.map(|id| id.chars().take(ID).collect()),
            turn: self.turn,
            what: (!what.is_empty()).then(|| what.chars().take(200).collect()),
        }
    }
}

/// Everything that was found so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    found: BTreeMap<(Severity, Code), (u64, Vec<Place>)>,
    over: BTreeMap<u32, (u64, Vec<Place>)>,
    pub conversations: u64,
    pub pairs: u64,
    pub trainable: u64,
    words: u64,
    examples: u64,
    longest: u64,
    scores: Scores,
    ids: HashSet<u64, BuildHasherDefault<DefaultHasher>>,
    pub platform: Option<Platform>,
}

#[derive(Debug, Default)]
struct Scores {
    count: u64,
    first: f64,
    differ: bool,
}

impl Tally {
    pub fn new(options: &Options) -> Self {
        let over = options.max_lengths.iter().map(|length| (*length, Default::default())).collect();
        Self { over, ..Self::default() }
    }

    pub fn add(&mut self, severity: Severity, code: Code, at: At, what: &str) {
        let (count, places) = self.found.entry((severity, code)).or_default();
        *count += 1;
        if places.len() < PLACES {
            places.push(at.place(what));
        }
    }

    pub fn critical(&mut self, code: Code, at: At, what: &str) {
        self.add(Severity::Critical, code, at, what);
    }
    pub fn warn(&mut self, code: Code, at: At, what: &str) {
        self.add(Severity::Warning, code, at, what);
    }

    pub fn faults(&mut self, faults: Faults, at: At, what: &str) {
        for code in faults.codes() {
            self.warn(code, at, what);
        }
    }

    pub fn has(&self, code: Code) -> bool {
        self.found.keys().any(|(_, found)| *found == code)
    }

    /// Says so when this id of this kind was there before. Only a hash of each id is kept.
    pub fn id(&mut self, kind: &str, id: &str, at: At) {
        if !self.is_first(kind, id) {
            self.warn(Code::DuplicateId, at, &format!("{kind} {id}"));
        }
    }

    /// This id of this kind was not there before.
    pub fn is_first(&mut self, kind: &str, id: &str) -> bool {
        let hash = self.ids.hasher().hash_one((kind, id));
        self.ids.insert(hash)
    }

    pub fn score(&mut self, score: f64) {
        if self.scores.count == 0 {
            self.scores.first = score;
        }
        self.scores.count += 1;
        self.scores.differ |= (score - self.scores.first).abs() > f64::EPSILON;
    }

    /// One training example of this many words.
    pub fn example(&mut self, words: u64, at: At) {
        let tokens = tokens(words);
        self.words += words;
        self.examples += 1;
        self.longest = self.longest.max(tokens);
        for (_, (count, places)) in self.over.range_mut(..u32::try_from(tokens).unwrap_or(u32::MAX)) {
            *count += 1;
            if places.len() < PLACES {
                places.push(at.place(&format!("about {tokens} tokens")));
            }
        }
    }

    fn round_up(&mut self, shape: Option<Shape>, options: &Options) {
        if !self.scores.differ && self.scores.count > 1 {
            let (count, places) = self.found.entry((Severity::Info, Code::UnmeasuredQuality)).or_default();
            *count = self.scores.count;
            places.push(At::default().place(&format!("quality_score {}", self.scores.first)));
        }
        let single = matches!(shape, None | Some(Shape::Enriched | Shape::Raw));
        if !single && self.trainable < options.small_below {
            let what = format!("{} of {}", self.trainable, options.small_below);
            self.warn(Code::SmallDataset, At::default(), &what);
        }
    }

    pub fn report(mut self, file: String, shape: Option<Shape>, options: &Options) -> Report {
        self.round_up(shape, options);
        let tokens = Tokens {
            method: "estimate words*1.3".to_owned(),
            total: tokens(self.words),
            mean: mean(self.words, self.examples),
            max: self.longest,
            over: self.over.iter().map(|(length, (count, _))| (*length, *count)).collect(),
        };
        let mut findings: Vec<Finding> = Vec::new();
        for ((severity, code), (count, places)) in self.found {
            let message = message(code, severity, count, &places);
            findings.push(Finding { code, severity, count, message, places });
        }
        for (length, (count, places)) in self.over.into_iter().filter(|(_, (count, _))| *count > 0) {
            let message = format!(
                "{} longer than {length} tokens by estimate: {} cut off there.",
                many(count, "example is", "examples are"),
                if count == 1 { "its end is" } else { "their ends are" }
            );
            findings.push(Finding {
                code: Code::OverLength,
                severity: Severity::Warning,
                count,
                message,
                places,
            });
        }
        findings.sort_by_key(|f| (f.severity, f.code));
        let critical = findings.iter().any(|f| f.severity == Severity::Critical);
        Report {
            file,
            shape,
            conversations: self.conversations,
            pairs: self.pairs,
            trainable_pairs: self.trainable,
            tokens,
            findings,
            ready: !critical && self.trainable > 0,
            platform: self.platform,
        }
    }
}

/// round(words × 1.3) without a detour over floats.
pub(super) const fn tokens(words: u64) -> u64 {
    words.saturating_mul(13).saturating_add(5) / 10
}

/// Tokens per example, to one decimal.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn mean(words: u64, examples: u64) -> f64 {
    if examples == 0 { 0.0 } else { (words as f64 * 13.0 / examples as f64).round() / 10.0 }
}
