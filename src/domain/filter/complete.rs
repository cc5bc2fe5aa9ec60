//! What can be written at the cursor.

use super::lex::{Spanned, Token, lex};
use super::{Column, Field, Kind, Op, value::column};
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completions<C = Column> {
    /// The bytes that a candidate replaces; empty where nothing was begun.
    pub replace: Range<usize>,
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Values of this column that begin like this fit as well: ask the store, and insert them with [`super::quote`].
    pub needs_values_of: Option<(C, String)>,
}

impl<C> Default for Completions<C> {
    fn default() -> Self {
        Self { replace: 0..0, candidates: Vec::new(), needs_values_of: None }
    }
}

/// Where in a condition the cursor stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place<C> {
    Term,
    Operator(C),
    Value(C),
    Being(C),
    NotBeing(C),
    ListOpen(C),
    List(C),
    Text,
    After,
}

/// What can be written at this byte of a filter of the conversations, see [`complete_in`].
pub fn complete(text: &str, cursor: usize) -> Completions {
    complete_in(text, cursor)
}

/// What can be written at this byte of the text. A cursor inside a character stands before it.
pub fn complete_in<C: Field>(text: &str, cursor: usize) -> Completions<C> {
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

fn asks<C: Field>(column: C, prefix: &str) -> Option<(C, String)> {
    (column.kind() == Kind::Text).then(|| (column, prefix.to_owned()))
}

fn step<C: Field>(place: Place<C>, depth: u32, t: &Spanned<'_>) -> (Place<C>, u32) {
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

fn candidates<C: Field>(place: Place<C>) -> Vec<Candidate> {
    use CandidateKind::{Column as Name, Keyword};
    let terms = || {
        let columns = C::all().iter().map(|c| one(c.to_string(), c.note(), Name));
        columns.chain([one("search", C::SEARCHED, Keyword), one("not", "the opposite", Keyword)])
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

fn being<C: Field>(column: C, with_not: bool) -> Vec<Candidate> {
    let mut all = Vec::new();
    if column.kind().may_be_empty() {
        all.push(one("empty", "has no value", CandidateKind::Keyword));
    }
    if with_not {
        all.push(one("not", "the opposite", CandidateKind::Keyword));
    }
    all.extend(values(column));
    all
}

fn operators<C: Field>(column: C) -> Vec<Candidate> {
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
    let mut all: Vec<Candidate> = column.kind().ops().iter().map(sign).collect();
    all.push(one("in", "one of", CandidateKind::Keyword));
    all.push(one("not in", "none of", CandidateKind::Keyword));
    if column.kind().may_be_empty() {
        all.push(one("is empty", "has no value", CandidateKind::Keyword));
        all.push(one("is not empty", "has a value", CandidateKind::Keyword));
    }
    all
}

fn values<C: Field>(column: C) -> Vec<Candidate> {
    let words = column.words().into_iter().map(|word| one(word, "", CandidateKind::Word));
    words.chain(column.examples().iter().map(|(text, note)| one(*text, note, CandidateKind::Word))).collect()
}

/// Those that begin with what was typed, then those that contain it.
fn fitting<C>(all: Vec<Candidate>, typed: &str, replace: Range<usize>) -> Completions<C> {
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
