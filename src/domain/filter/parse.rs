//! Reads the filter language: what is wrong is said at its place, with what was probably meant.
//!
//! ```text
//! or   = and { ("or" | "||") and }
//! and  = not { ["and" | "&&"] not }
//! not  = ("not" | "!") not | term
//! term = "(" [or] ")" | "search" text | column op value | column ["not"] "in" "(" values ")"
//!      | column "is" ["not"] ("empty" | value) | text
//! ```

use super::lex::{Spanned, Token, compares, is_keyword, lex};
use super::nearest::nearest;
use super::value::{self, Read, column};
use super::{Field, Filter, Kind, Op};
use chrono::{DateTime, Utc};
use std::marker::PhantomData;
use std::ops::Range;

/// Parentheses and `not` may be nested this deep.
const DEPTH: u32 = 64;

/// A text that is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// The bytes that are wrong; empty at the end when something is missing there.
    pub span: Range<usize>,
    /// One sentence.
    pub message: String,
    /// What to write in their place, likeliest first.
    pub suggestions: Vec<String>,
}

/// Reads a filter of the conversations, see [`parse_in`].
///
/// # Errors
/// The text is no filter.
pub fn parse(text: &str, now: DateTime<Utc>) -> Result<Filter, ParseError> {
    parse_in(text, now)
}

/// Reads a filter of any table; blank text is [`Filter::All`]. Ages such as `7d` stay as they are; one that reaches
/// back behind the calendar, seen from `now`, is refused.
///
/// # Errors
/// The text is no filter.
pub fn parse_in<C: Field>(text: &str, now: DateTime<Utc>) -> Result<Filter<C>, ParseError> {
    let mut parser = Parser { text, tokens: lex(text), at: 0, now, of: PhantomData };
    if let Some(open) = parser.tokens.iter().find(|t| matches!(t.token, Token::Quoted { closed: false, .. }))
    {
        return error(open.span.clone(), "this quote is not closed; add one at its end", &[]);
    }
    if parser.tokens.is_empty() {
        return Ok(Filter::All);
    }
    let filter = parser.either(0)?;
    match parser.peek() {
        None => Ok(filter),
        Some(Spanned { token: Token::Close, span }) => {
            error(span.clone(), "there is no opening parenthesis for this one", &[])
        }
        Some(found) => error(
            found.span.clone(),
            "this does not belong here; join conditions with and, or",
            &["and", "or"],
        ),
    }
}

type Parsed<C> = Result<Filter<C>, ParseError>;

fn error<T>(span: Range<usize>, message: impl Into<String>, suggestions: &[&str]) -> Result<T, ParseError> {
    Err(ParseError {
        span,
        message: message.into(),
        suggestions: suggestions.iter().map(|&s| s.to_owned()).collect(),
    })
}

struct Parser<'a, C> {
    text: &'a str,
    tokens: Vec<Spanned<'a>>,
    at: usize,
    now: DateTime<Utc>,
    of: PhantomData<C>,
}

impl<'a, C: Field> Parser<'a, C> {
    fn peek(&self) -> Option<&Spanned<'a>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Spanned<'a>> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }

    fn is_word(&self, ahead: usize, keyword: &str) -> bool {
        matches!(self.tokens.get(self.at + ahead), Some(Spanned { token: Token::Word(w), .. }) if w.eq_ignore_ascii_case(keyword))
    }

    fn take_word(&mut self, keyword: &str) -> bool {
        let found = self.is_word(0, keyword);
        self.at += usize::from(found);
        found
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek().is_some_and(|t| t.token == *token);
        self.at += usize::from(found);
        found
    }

    fn either(&mut self, depth: u32) -> Parsed<C> {
        let mut parts = vec![self.both(depth)?];
        while self.take_word("or") || self.take(&Token::OrSign) {
            parts.push(self.both(depth)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Filter::Or(parts) })
    }

    fn both(&mut self, depth: u32) -> Parsed<C> {
        let mut parts = vec![self.negated(depth)?];
        loop {
            let joined = self.take_word("and") || self.take(&Token::AndSign);
            let over = match self.peek() {
                None => true,
                Some(t) => matches!(t.token, Token::Close | Token::OrSign | Token::Comma | Token::Op(_)),
            };
            if !joined && (over || self.is_word(0, "or")) {
                break;
            }
            parts.push(self.negated(depth)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Filter::And(parts) })
    }

    fn negated(&mut self, depth: u32) -> Parsed<C> {
        if depth >= DEPTH {
            let span = self.peek().map_or_else(|| self.end(), |t| t.span.clone());
            return error(
                span,
                format!("this is nested more than {DEPTH} deep; take some parentheses away"),
                &[],
            );
        }
        if self.take_word("not") || self.take(&Token::Bang) {
            return Ok(Filter::Not(Box::new(self.negated(depth + 1)?)));
        }
        self.term(depth)
    }

    fn term(&mut self, depth: u32) -> Parsed<C> {
        let Some(Spanned { token, span }) = self.next() else {
            return error(self.end(), "a condition is missing here", &[]);
        };
        match token {
            Token::Open => self.enclosed(depth, span),
            Token::Quoted { text, .. } => Ok(Filter::Search(text.into_owned())),
            Token::Word(word) if word.eq_ignore_ascii_case("search") => self.search(),
            Token::Word(word) => self.named(word, span),
            Token::Close | Token::AndSign | Token::OrSign | Token::Comma => {
                error(span, "a condition is missing before this", &[])
            }
            Token::Op(op) => error(
                span,
                format!("write the column before {}, such as {} {0} …", op.sign(), C::all()[0]),
                &[],
            ),
            Token::Bang => error(span, "write what is not wanted after !", &[]),
        }
    }

    fn enclosed(&mut self, depth: u32, open: Range<usize>) -> Parsed<C> {
        if self.take(&Token::Close) {
            return Ok(Filter::All);
        }
        let inner = self.either(depth + 1)?;
        if self.take(&Token::Close) {
            return Ok(inner);
        }
        match self.peek() {
            None => error(open, "this parenthesis is not closed; add ) at its end", &[]),
            Some(t) => error(
                t.span.clone(),
                "this does not belong here; join conditions with and, or",
                &["and", "or"],
            ),
        }
    }

    fn search(&mut self) -> Parsed<C> {
        match self.next().map(|t| (t.token, t.span)) {
            Some((Token::Quoted { text, .. }, _)) => Ok(Filter::Search(text.into_owned())),
            Some((Token::Word(word), _)) => Ok(Filter::Search(word.to_owned())),
            Some((_, span)) => error(span, "search needs a word or a text in quotes", &[]),
            None => error(self.end(), "search needs a word or a text in quotes", &[]),
        }
    }

    /// A word that begins a comparison, or else is searched for together with the bare words after it.
    fn named(&mut self, word: &str, span: Range<usize>) -> Parsed<C> {
        if let Some(column) = column::<C>(word) {
            return self.comparison(column, &span);
        }
        if ["and", "or"].iter().any(|k| word.eq_ignore_ascii_case(k)) {
            return error(span, format!("a condition is missing before `{word}`"), &[]);
        }
        let comparing = matches!(self.peek(), Some(Spanned { token: Token::Op(_), .. }))
            || (self.is_word(0, "in")
                && matches!(self.tokens.get(self.at + 1), Some(t) if t.token == Token::Open))
            || (self.is_word(0, "not") && self.is_word(1, "in"))
            || (self.is_word(0, "is") && (self.is_word(1, "empty") || self.is_word(1, "not")));
        if comparing {
            return no_column(word, span);
        }
        if let Some((name, value)) = word.split_once(':')
            && let Some(column) = column::<C>(name)
        {
            let instead = format!("{column} = {value}");
            return error(span, format!("write `{instead}`"), &[&instead]);
        }
        let mut words = vec![word];
        while let Some(Spanned { token: Token::Word(next), .. }) = self.peek() {
            let next = *next;
            if value::column::<C>(next).is_some() || is_keyword(next) || next.contains(':') {
                break;
            }
            if matches!(self.tokens.get(self.at + 1), Some(t) if matches!(t.token, Token::Op(_)))
                || ["in", "is"].iter().any(|k| self.is_word(1, k))
            {
                break;
            }
            words.push(next);
            self.at += 1;
        }
        Ok(Filter::Search(words.join(" ")))
    }

    fn comparison(&mut self, column: C, span: &Range<usize>) -> Parsed<C> {
        let ops: Vec<&str> = column.kind().ops().iter().map(|op| op.sign()).collect();
        if let Some(Spanned { token: Token::Op(op), span }) = self.peek() {
            let (op, span) = (*op, span.clone());
            self.at += 1;
            if !column.kind().ops().contains(&op) {
                let message =
                    format!("`{column}` cannot be compared with {}; use {}", op.sign(), ops.join(", "));
                return error(span, message, &ops);
            }
            return self.compared(column, op);
        }
        if column.kind().ops().contains(&Op::Contains) && self.take_word("contains") {
            return self.compared(column, Op::Contains);
        }
        if self.is_word(0, "not") && self.is_word(1, "in") {
            self.at += 2;
            return Ok(Filter::Not(Box::new(self.list(column)?)));
        }
        if self.take_word("in") {
            return self.list(column);
        }
        if self.take_word("is") {
            return self.being(column);
        }
        let at = self.peek().map_or_else(|| self.end(), |t| t.span.clone());
        let at = if at.start == self.text.len() { span.clone() } else { at };
        error(
            at,
            format!(
                "`{column}` is a column: write {column} {} …, or search \"{column}\" for the word",
                ops[0]
            ),
            &ops,
        )
    }

    fn being(&mut self, column: C) -> Parsed<C> {
        let not = self.take_word("not");
        if self.is_word(0, "empty") || self.is_word(0, "null") {
            let span = self.next().map_or_else(|| self.end(), |t| t.span);
            if !column.kind().may_be_empty() {
                return error(span, format!("`{column}` always has a word"), &column.words());
            }
            let empty = Filter::Empty(column);
            return Ok(if not { Filter::Not(Box::new(empty)) } else { empty });
        }
        self.compared(column, if not { Op::Ne } else { Op::Eq })
    }

    fn compared(&mut self, column: C, op: Op) -> Parsed<C> {
        let (text, bare, span) = self.value_text(column)?;
        if bare && column.kind() == Kind::Text {
            self.refuse_loose_words(column, op, span.clone())?;
        }
        if text.is_empty() && column.kind() == Kind::Text {
            return match op {
                Op::Eq => Ok(Filter::Empty(column)),
                Op::Ne => Ok(Filter::Not(Box::new(Filter::Empty(column)))),
                _ => {
                    error(span, format!("what does `{column}` contain? Write a text between the quotes"), &[])
                }
            };
        }
        match self.read(column, &text, span)? {
            Read::Value(value) => Ok(Filter::Compare(column, op, value)),
            Read::Day(from, to) => Ok(value::of_day(column, op, from, to)),
        }
    }

    fn read(&self, column: C, text: &str, span: Range<usize>) -> Result<Read, ParseError> {
        value::read(column, text, self.now).map_err(|(message, suggestions)| ParseError {
            span,
            message,
            suggestions,
        })
    }

    /// The next value, whether it is a bare word, and where it stands.
    fn value_text(&mut self, column: C) -> Result<(String, bool, Range<usize>), ParseError> {
        let words = column.words();
        match self.peek() {
            Some(Spanned { token: Token::Quoted { text, .. }, span }) => {
                let found = (text.clone().into_owned(), false, span.clone());
                self.at += 1;
                Ok(found)
            }
            Some(Spanned { token: Token::Word(word), span })
                if !["and", "or"].iter().any(|k| word.eq_ignore_ascii_case(k)) =>
            {
                let found = ((*word).to_owned(), true, span.clone());
                self.at += 1;
                Ok(found)
            }
            found => {
                let span = found.map_or_else(|| self.end(), |t| t.span.clone());
                error(span, format!("`{column}` is compared with what? A value is missing here"), &words)
            }
        }
    }

    /// `title = my long title` would silently search for the rest.
    fn refuse_loose_words(&self, column: C, op: Op, value: Range<usize>) -> Result<(), ParseError> {
        let mut end = value.end;
        let mut rest = self.tokens.iter().skip(self.at).peekable();
        while let Some(Spanned { token: Token::Word(word), span }) = rest.next() {
            if is_keyword(word)
                || (value::column::<C>(word).is_some() && rest.peek().is_some_and(|t| compares(t)))
            {
                break;
            }
            end = span.end;
        }
        if end == value.end {
            return Ok(());
        }
        let quoted = super::quote(&self.text[value.start..end]);
        error(
            value.start..end,
            format!("put quotes round several words: {column} {} {quoted}", op.sign()),
            &[&quoted],
        )
    }

    fn list(&mut self, column: C) -> Parsed<C> {
        if !self.take(&Token::Open) {
            let span = self.peek().map_or_else(|| self.end(), |t| t.span.clone());
            return error(span, format!("write the values in parentheses: {column} in (…, …)"), &["("]);
        }
        let mut values = Vec::new();
        loop {
            while self.take(&Token::Comma) {}
            if self.take(&Token::Close) {
                return Ok(Filter::OneOf(column, values));
            }
            if self.peek().is_none() {
                return error(self.end(), "the list is not closed; add ) at its end", &[")"]);
            }
            let (text, _, span) = self.value_text(column)?;
            match self.read(column, &text, span.clone())? {
                Read::Value(value) => values.push(value),
                Read::Day(..) => {
                    return error(
                        span,
                        format!("a list holds instants, no days; write {column} = {text} or …"),
                        &[],
                    );
                }
            }
        }
    }
}

fn no_column<C: Field>(word: &str, span: Range<usize>) -> Parsed<C> {
    let names: Vec<String> = C::all().iter().map(ToString::to_string).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let near = nearest(word, names.iter().copied());
    if let Some(best) = near.first() {
        return error(span, format!("`{word}` is no column; did you mean `{best}`?"), &near);
    }
    error(span, format!("`{word}` is no column; use one of {}", names.join(", ")), &names)
}
