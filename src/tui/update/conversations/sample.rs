//! Invented conversations for tests, all of them different in what the table shows.

use crate::model::conversations::{Answer, Ask, Land, Place};
use crate::model::{Effect, Model, ScreenId, Session};
use crate::update::tests::{START, ready};
use chrono::{DateTime, Duration, Utc};
use domain::conversation::{BatchRef, ConversationRow, EnrichmentStatus, ReviewStatus, Role, Tier, Turn};
use domain::ids::{BatchId, ConversationId, TrainingFileId};
use domain::page::{Count, Cursor, Page};
use domain::scaffolding::Scaffolding;
use domain::training_file::{Distribution, FileStatus, QualitySummary, TrainingFileRow};
use engine::conversations::Detail;
use engine::import::Finding;
use uuid::Uuid;

/// The day on which the samples were made.
pub(crate) fn day(number: i64) -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000 + number) + Duration::hours(9)
}

/// Sample number `n`: every 7th is not enriched, every 5th has turns that were cut off.
pub(crate) fn row(n: u64) -> ConversationRow {
    const WHO: [(&str, &str); 4] = [
        ("anxious_planner", "Nadia Brandt"),
        ("overwhelmed_avoider", "Owen 田中"),
        ("pragmatic_optimist", "Lucía Peña"),
        ("", ""),
    ];
    const ARCS: [&str; 3] = ["fear_to_confidence", "shame_to_acceptance", "conflict_to_alignment"];
    let (persona, name) = WHO[usize::try_from(n % 4).unwrap_or(0)];
    let enriched = n % 7 != 6;
    let id = Uuid::from_u128((u128::from(n) + 1) * 0x9e37_79b9_0000_4000_8000_0000_0000);
    ConversationRow {
        id: ConversationId::from(id),
        title: match n % 4 {
            0 => format!("{name}, emergency fund {n}"),
            1 => format!("{name} asks about a mortgage that he cannot pay {n}"),
            2 => format!("{name}, pension plan {n}"),
            _ => format!("Conversation {n}"),
        },
        scaffolding: Scaffolding {
            persona_key: persona.into(),
            persona_name: name.into(),
            emotional_arc_key: ARCS[usize::try_from(n % 3).unwrap_or(0)].into(),
            emotional_arc: "An arc".into(),
            training_topic_key: "emergency_fund".into(),
            training_topic: "Emergency fund".into(),
        },
        tier: [Tier::Template, Tier::Scenario, Tier::EdgeCase][usize::try_from(n % 3).unwrap_or(0)],
        batch: n
            .is_multiple_of(2)
            .then(|| BatchRef { id: BatchId(Uuid::from_u128(9)), name: "core-90".into() }),
        status: ReviewStatus::ALL[usize::try_from(n % 6).unwrap_or(0)],
        enrichment: if enriched { EnrichmentStatus::Completed } else { EnrichmentStatus::ValidationFailed },
        turns: u32::try_from(4 + n % 5).unwrap_or(4),
        quality: n.is_multiple_of(6).then_some(7.5),
        size: Some(80_000 + n * 911),
        created: day(i64::try_from(n).unwrap_or(0)),
        in_files: u32::try_from(n % 3).unwrap_or(0),
        truncated: Some(u32::from(n % 5 == 4) * 2),
        enriched_path: enriched.then(|| format!("u/{id}/enriched.json")),
        raw_path: Some(format!("u/{id}/raw.json")),
    }
}

/// A page of samples.
pub(crate) fn page(
    numbers: std::ops::Range<u64>,
    more_before: bool,
    more_after: bool,
) -> Page<ConversationRow> {
    let rows = numbers.map(|n| (Cursor(n.to_string()), row(n))).collect();
    Page { rows, more_before, more_after }
}

/// The questions among effects.
pub(crate) fn asks(effects: &[Effect]) -> Vec<Ask> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask { ask, .. } | Effect::Job { ask, .. } => match ask.as_ref() {
                crate::model::Ask::Conversations(ask) => Some(ask.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// The engine's answer to a question that is open.
pub(crate) fn answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
    super::answered(model, answer, *START)
}

/// The conversations screen with 24 of 1,204 rows.
pub(crate) fn loaded() -> Model {
    let mut model = ready();
    model.shell.phase = crate::model::Phase::Ready(Session {
        store: "SQLite".into(),
        files: "folder".into(),
        ..Session::default()
    });
    model.shell.screen = ScreenId::Conversations;
    drop(super::enter(&mut model, *START));
    for slot in ["conversations.page", "conversations.count", "conversations.total"] {
        model.runs.forget(slot);
    }
    model
        .measured
        .panes
        .push((crate::model::conversations::TABLE, crate::model::Area { x: 0, y: 2, width: 80, height: 10 }));
    drop(answer(&mut model, Answer::Count(Ok(Count::Exact(24)))));
    drop(answer(&mut model, Answer::Total(Ok(Count::Exact(1_204)))));
    drop(answer(&mut model, Answer::Page(Place::Replace(Land::Top), Ok(page(0..24, false, false)))));
    model
}

/// Sample number `n` in full.
pub(crate) fn detail(n: u64) -> Detail {
    let turn = |number: u32, role, content: &str, emotion: &str| Turn {
        number,
        role,
        content: content.into(),
        emotion: Some((emotion.into(), 0.72)),
        secondary: (number == 1).then(|| "shame".into()),
    };
    Detail {
        row: row(n),
        turns: vec![
            turn(
                1,
                Role::User,
                "I have not opened a bank letter since March. Every time I try, my hands shake and I put it back on the pile.",
                "anxiety",
            ),
            turn(
                2,
                Role::Assistant,
                "That pile has grown heavy, and you kept it where you can see it.\n\nWe can open one letter together, the smallest one.",
                "validation",
            ),
        ],
        in_files: vec![(TrainingFileId(Uuid::from_u128(5)), "EQ-2".into())],
        findings: vec![Finding {
            code: "truncated_turn".into(),
            severity: "warning".into(),
            count: 1,
            message: "one turn ends in the middle of a sentence".into(),
            places: vec![domain::dataset::Place { turn: Some(2), ..domain::dataset::Place::default() }],
        }],
        client: "A nurse of 34 with two loans".into(),
        session: "First session".into(),
        phase: "opening".into(),
        expected: String::new(),
        review_notes: String::new(),
        problem: None,
    }
}

/// A training file.
pub(crate) fn file(n: u64) -> TrainingFileRow {
    let mut distribution = Distribution::default();
    for number in 0..24 {
        distribution.add(&row(number).scaffolding);
    }
    TrainingFileRow {
        id: TrainingFileId(Uuid::from_u128(u128::from(n) + 1)),
        name: format!("EQ-{n}"),
        description: None,
        status: if n == 3 { FileStatus::Archived } else { FileStatus::Active },
        json_path: format!("{n}/training.json"),
        jsonl_path: format!("{n}/training.jsonl"),
        conversations: 37,
        pairs: 1_204,
        json_size: Some(3_412_000),
        jsonl_size: Some(2_900_500),
        quality: QualitySummary { avg: 3.0, min: 3.0, max: 3.0 },
        distribution,
        created: day(2),
        updated: day(5),
    }
}
