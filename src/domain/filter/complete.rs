//! What can be written at the cursor.

use super::lex::{Spanned, Token, lex};
use super::{Column, Kind, Op, value::column};
use std::ops::Range;

/// What a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateKind {
    /// A column.
    Column,
    /// `=`, `!=`, …
    Operator,
    /// A word of a column's set, or an example of a value.
    Word,
    /// `and`, `or`, `not`, `in`, `is`, …
    Keyword,
}

/// One thing that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text to insert.
    pub text: String,
    /// What it means, in a few words; may be empty.
    pub note: String,
    /// What it is.
    pub kind: CandidateKind,
}

/// Everything that fits at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes that a candidate replaces; empty where nothing was begun.
    pub replace: Range<usize>,
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Values of this column that begin like this fit as well: ask the store, and insert them with [`super::quote`].
    pub needs_values_of: Option<(Column, String)>,
}

/// Where in a condition the cursor stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Term,
    Operator(Column),
    Value(Column),
    Being(Column),
    NotBeing(Column),
    ListOpen(Column),
    List(Column),
    Text,
    After,
}

/// What can be written at this byte of the text. A cursor inside a character stands before it.
pub fn complete(text: &str, cursor: usize) -> Completions {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let tokens = lex(text);
    let begun =
        tokens.iter().find(|t| t.span.start < cursor && cursor <= t.span.end).filter(|t| match t.token {
            Token::Word(_) => true,
            Token::Quoted { closed, .. } => !closed || cursor < t.span.end,
            Token::Op(_) | Token::Bang => cursor < t.span.end || t.span.len() == 1,
            _ => false,
        });
    let replace = begun.map_or(cursor..cursor, |t| t.span.clone());
    let before = tokens.iter().filter(|t| t.span.end <= cursor && t.span.start < replace.start);
    let place = before.fold((Place::Term, 0), |(place, depth), t| step(place, depth, t)).0;
    let typed = &text[replace.start..cursor];
    let prefix = typed.trim_start_matches(['"', '\'', '“', '„']);
    // An operator that is complete is followed by a value at once: `turns>|` offers values, not only `>=`.
    if matches!(begun, Some(Spanned { token: Token::Op(_), .. }))
        && let Place::Operator(column) = place
    {
        let mut found = fitting(operators(column), typed, replace);
        if found.candidates.len() <= 1 {
            found = fitting(values(column), "", cursor..cursor);
            found.needs_values_of = asks(column, "");
        }
        return found;
    }
    let mut found = fitting(candidates(place), prefix, replace);
    found.needs_values_of = match place {
        Place::Value(column) | Place::List(column) | Place::Being(column) => asks(column, prefix),
        _ => None,
    };
    found
}

fn asks(column: Column, prefix: &str) -> Option<(Column, String)> {
    (column.kind() == Kind::Text).then(|| (column, prefix.to_owned()))
}

fn step(place: Place, depth: u32, t: &Spanned<'_>) -> (Place, u32) {
    let is = |keyword: &str| matches!(t.token, Token::Word(w) if w.eq_ignore_ascii_case(keyword));
    let next = match (place, &t.token) {
        (Place::List(_), Token::Close) => Place::After,
        (Place::ListOpen(column), Token::Open) | (Place::List(column), _) => Place::List(column),
        (_, Token::Open) => return (Place::Term, depth + 1),
        (_, Token::Close) => return (Place::After, depth.saturating_sub(1)),
        (_, Token::AndSign | Token::OrSign | Token::Bang) => Place::Term,
        (Place::Operator(column), Token::Op(_)) => Place::Value(column),
        (Place::Operator(column), _) if is("in") => Place::ListOpen(column),
        (Place::Operator(column), _) if is("is") => Place::Being(column),
        (Place::Operator(column), _) if is("contains") => Place::Value(column),
        (Place::Operator(column), _) if is("not") => Place::Operator(column),
        (Place::Being(column), _) if is("not") => Place::NotBeing(column),
        (_, Token::Word(_)) if is("and") || is("or") || is("not") => Place::Term,
        (Place::Term | Place::After, Token::Word(_)) if is("search") => Place::Text,
        (Place::Term | Place::After, Token::Word(word)) => column(word).map_or(Place::After, Place::Operator),
        _ => Place::After,
    };
    (next, depth)
}

fn one(text: impl Into<String>, note: &str, kind: CandidateKind) -> Candidate {
    Candidate { text: text.into(), note: note.to_owned(), kind }
}

fn candidates(place: Place) -> Vec<Candidate> {
    use CandidateKind::{Column as Name, Keyword};
    let terms = || {
        let columns = Column::ALL.iter().map(|c| one(c.word(), note(*c), Name));
        columns.chain([
            one("search", "title, persona, arc, topic or id", Keyword),
            one("not", "the opposite", Keyword),
        ])
    };
    match place {
        Place::Term => terms().collect(),
        Place::Operator(column) => operators(column),
        Place::Value(column) | Place::List(column) => values(column),
        Place::Being(column) => being(column, true),
        Place::NotBeing(column) => being(column, false),
        Place::ListOpen(_) => vec![one("(", "a list", Keyword)],
        Place::Text => Vec::new(),
        Place::After => [one("and", "both hold", Keyword), one("or", "one of them holds", Keyword)]
            .into_iter()
            .chain(terms())
            .collect(),
    }
}

fn being(column: Column, with_not: bool) -> Vec<Candidate> {
    let mut all = Vec::new();
    if column.may_be_empty() {
        all.push(one("empty", "has no value", CandidateKind::Keyword));
    }
    if with_not {
        all.push(one("not", "the opposite", CandidateKind::Keyword));
    }
    all.extend(values(column));
    all
}

fn operators(column: Column) -> Vec<Candidate> {
    let sign = |op: &Op| {
        let note = match op {
            Op::Eq => "is",
            Op::Ne => "is not",
            Op::Lt if column.kind() == Kind::Time => "before",
            Op::Gt if column.kind() == Kind::Time => "after",
            Op::Lt => "less than",
            Op::Gt => "more than",
            Op::Le => "at most",
            Op::Ge => "at least",
            Op::Contains => "contains",
        };
        one(op.sign(), note, CandidateKind::Operator)
    };
    let mut all: Vec<Candidate> = column.ops().iter().map(sign).collect();
    all.push(one("in", "one of", CandidateKind::Keyword));
    all.push(one("not in", "none of", CandidateKind::Keyword));
    if column.may_be_empty() {
        all.push(one("is empty", "has no value", CandidateKind::Keyword));
        all.push(one("is not empty", "has a value", CandidateKind::Keyword));
    }
    all
}

fn values(column: Column) -> Vec<Candidate> {
    let examples: &[(&str, &str)] = match column {
        Column::Created => &[
            ("today", "since midnight UTC"),
            ("yesterday", ""),
            ("24h", "24 hours ago"),
            ("7d", "7 days ago"),
            ("4w", "4 weeks ago"),
        ],
        Column::Size => &[("10k", "10,000 bytes"), ("100k", "100,000 bytes"), ("1M", "1,000,000 bytes")],
        _ => &[],
    };
    let words = column.words().into_iter().map(|word| one(word, "", CandidateKind::Word));
    words.chain(examples.iter().map(|(text, note)| one(*text, note, CandidateKind::Word))).collect()
}

/// Those that begin with what was typed, then those that contain it.
fn fitting(all: Vec<Candidate>, typed: &str, replace: Range<usize>) -> Completions {
    let typed = typed.to_ascii_lowercase();
    let rank = |c: &Candidate| {
        let text = c.text.to_ascii_lowercase();
        if text.starts_with(&typed) {
            Some(0)
        } else {
            (typed.len() > 1 && text.contains(&typed)).then_some(1)
        }
    };
    let mut ranked: Vec<(i32, Candidate)> = all.into_iter().filter_map(|c| Some((rank(&c)?, c))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let candidates = ranked.into_iter().map(|(_, c)| c).collect();
    Completions { replace, candidates, needs_values_of: None }
}

const fn note(column: Column) -> &'static str {
    match column {
        Column::Id => "its key",
        Column::Title => "what it is called",
        Column::Persona => "key of the persona",
        Column::Arc => "key of the emotional arc",
        Column::Topic => "key of the topic",
        Column::Tier => "kind of template",
        Column::Batch => "name of the batch",
        Column::Status => "where the review stands",
        Column::Enrichment => "where the enrichment stands",
        Column::Turns => "turns of both roles",
        Column::Quality => "0 to 10",
        Column::Size => "bytes of its file",
        Column::Created => "when it was made",
        Column::InFiles => "training files that hold it",
    }
}
