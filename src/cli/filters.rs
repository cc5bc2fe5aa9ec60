//! Which conversations: keys, or filters.

use crate::out::{Spot, Stop};
use chrono::{DateTime, Utc};
use clap::{Args, value_parser};
use domain::conversation::{EnrichmentStatus, ReviewStatus, Tier};
use domain::filter::{Column, Direction, Filter, Op, ParseError, Sort, Value, View, parse};
use domain::ids::ConversationId;
use domain::selection::Selection;
use engine::{Engine, Error};

/// Filters; all of them must match. Several values with commas: any of them.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct Filters {
    /// Name of the batch
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub batch: Vec<String>,
    /// Review status, e.g. approved
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = value_parser!(ReviewStatus), hide_possible_values = true)]
    pub status: Vec<ReviewStatus>,
    /// Enrichment status, e.g. completed
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = value_parser!(EnrichmentStatus))]
    pub enrichment: Vec<EnrichmentStatus>,
    /// Kind of template: template, scenario or `edge_case`
    #[arg(long, value_name = "TIER", value_delimiter = ',', value_parser = value_parser!(Tier))]
    pub tier: Vec<Tier>,
    /// Key of the persona
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    pub persona: Vec<String>,
    /// Key of the emotional arc
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    pub arc: Vec<String>,
    /// Key of the training topic
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    pub topic: Vec<String>,
    /// Words that title, persona, arc, topic or key must contain
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// An expression, e.g. 'status = approved and turns >= 6 and search "mortgage"'
    #[arg(long = "where", value_name = "EXPR")]
    pub expression: Option<String>,
    /// A saved view: its filter, and its order where no other is given
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    /// What the view means, once it was read.
    #[arg(skip)]
    viewed: Option<(Filter, Sort)>,
    /// Column, with :desc or :asc  [default: created:desc]
    #[arg(long, value_name = "COLUMN", value_parser = value_parser!(Sort), allow_hyphen_values = true)]
    pub sort: Option<Sort>,
    /// At most this many; 0 means all
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

impl Filters {
    /// Nothing was given that says which conversations are meant. Sort alone says only in which order.
    pub fn is_empty(&self) -> bool {
        Self { sort: None, ..self.clone() } == Self::default()
    }

    /// The order of the list.
    pub fn sort(&self) -> Sort {
        let usual = self.viewed.as_ref().map(|(_, sort)| *sort);
        self.sort.or(usual).unwrap_or(Sort { column: Column::Created, direction: Direction::Descending })
    }

    /// The same with the view read, when one was named.
    pub async fn viewed(&self, engine: &Engine) -> engine::Result<Self> {
        let viewed = match &self.view {
            Some(name) => find_view(engine, name).await.map(|view| Some((view.filter, view.sort)))?,
            None => None,
        };
        Ok(Self { viewed, ..self.clone() })
    }

    /// The limit; `None`: all.
    pub fn limit(&self, otherwise: Option<usize>) -> Option<usize> {
        self.limit.map_or(otherwise, |limit| (limit > 0).then_some(limit))
    }

    /// The one filter that all flags mean together.
    pub fn filter(&self, now: DateTime<Utc>) -> Result<Filter, Stop> {
        let mut filter = self.viewed.as_ref().map_or(Filter::All, |(filter, _)| filter.clone());
        for (column, words) in [
            (Column::Batch, self.batch.clone()),
            (Column::Status, self.status.iter().map(ToString::to_string).collect()),
            (Column::Enrichment, self.enrichment.iter().map(ToString::to_string).collect()),
            (Column::Tier, self.tier.iter().map(ToString::to_string).collect()),
            (Column::Persona, self.persona.clone()),
            (Column::Arc, self.arc.clone()),
            (Column::Topic, self.topic.clone()),
        ] {
            filter = filter.and(any_of(column, words));
        }
        if let Some(text) = self.search.as_deref().filter(|text| !text.trim().is_empty()) {
            filter = filter.and(Filter::Search(text.trim().to_owned()));
        }
        if let Some(text) = &self.expression {
            filter = filter.and(parse(text, now).map_err(|error| pointed(text, &error))?);
        }
        Ok(filter)
    }

    /// What is meant by keys and filters together; only one of the two is given.
    pub async fn selection(&self, ids: &[String], engine: &Engine) -> Result<Selection, Stop> {
        if !ids.is_empty() {
            return Ok(Selection::Ids(ids.iter().map(ConversationId::new).collect()));
        }
        let filters = self.viewed(engine).await?;
        let filter = filters.filter(engine.now())?;
        let all = Selection::Matching { filter, sort: filters.sort(), except: Vec::new() };
        match self.limit(None) {
            Some(limit) => Ok(Selection::Ids(engine::conversations::ids(engine, &all, limit).await?)),
            None => Ok(all),
        }
    }
}

/// The saved view of this name.
pub(crate) async fn find_view(engine: &Engine, name: &str) -> engine::Result<View> {
    let view = engine::views::list(engine).await?.into_iter().find(|view| view.name == name.trim());
    view.ok_or_else(|| {
        Error::not_found("Cannot find the view", "there is none of this name")
            .on(format!("“{name}”"))
            .next("See them with `brightrun conversations views list`")
    })
}

fn any_of(column: Column, words: Vec<String>) -> Filter {
    let mut values: Vec<Value> = words.into_iter().map(Value::Text).collect();
    match values.len() {
        0 => Filter::All,
        1 => Filter::Compare(column, Op::Eq, values.remove(0)),
        _ => Filter::OneOf(column, values),
    }
}

/// More suggestions than this are in the sentence already, as a list of all that fits.
const SUGGESTIONS: usize = 4;

/// The error, and the expression with a caret under the spot.
pub(crate) fn pointed(text: &str, error: &ParseError) -> Stop {
    let shown = crate::text::one_line(text);
    let columns =
        |upto: usize| text.get(..upto).map_or(0, |part| crate::text::width(&crate::text::one_line(part)));
    let (from, to) = (columns(error.span.start), columns(error.span.end));
    let carets = "^".repeat(to.saturating_sub(from).max(1));
    let mut failure = Error::usage("Cannot read --where", error.message.as_str());
    // "Did you mean …?" has said it.
    if (1..=SUGGESTIONS).contains(&error.suggestions.len()) && !error.message.ends_with('?') {
        failure = failure.next(format!("Write {}", error.suggestions.join(" or ")));
    }
    let character = |upto: usize| text.get(..upto).map_or(0, |part| part.chars().count());
    let spot = Spot {
        from: character(error.span.start),
        to: character(error.span.end),
        suggestions: error.suggestions.clone(),
        shown: format!("  {shown}\n  {}{carets}", " ".repeat(from)),
    };
    Stop::Pointed(failure, spot)
}

/// Refuses a call that names no conversations at all, or names them in two ways.
pub(crate) fn require_one_way(what: &str, ids: &[String], filters: &Filters) -> engine::Result<()> {
    match (ids.is_empty(), filters.is_empty()) {
        (true, true) => Err(Error::usage(what, "it is not said which conversations")
            .next("Give their keys, or filters such as --status approved")),
        (false, false) => {
            Err(Error::usage(what, "keys and filters do not go together").next("Give one of them"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2025-12-02T00:00:00Z".parse().expect("a time")
    }

    /// What is said about an expression: exit code, expression, caret.
    fn said(text: &str) -> (u8, Vec<String>) {
        let filters = Filters { expression: Some(text.to_owned()), ..Filters::default() };
        match filters.filter(now()) {
            Err(Stop::Pointed(error, spot)) => {
                (error.exit_code(), spot.shown.lines().map(str::to_owned).collect())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn flags_become_one_filter() {
        let filters = Filters {
            status: vec![ReviewStatus::Approved, ReviewStatus::Draft],
            persona: vec!["anxious_planner".to_owned()],
            search: Some(" mortgage ".to_owned()),
            expression: Some("turns >= 6".to_owned()),
            ..Filters::default()
        };
        let text = |word: &str| Value::Text(word.to_owned());
        assert_eq!(
            filters.filter(now()).ok(),
            Some(Filter::And(vec![
                Filter::OneOf(Column::Status, vec![text("approved"), text("draft")]),
                Filter::Compare(Column::Persona, Op::Eq, text("anxious_planner")),
                Filter::Search("mortgage".to_owned()),
                Filter::Compare(Column::Turns, Op::Ge, Value::Number(6.0)),
            ]))
        );
        assert_eq!(Filters::default().filter(now()).ok(), Some(Filter::All));
    }

    #[test]
    fn a_wrong_expression_is_shown_with_a_caret_under_the_spot() {
        let (code, lines) = said("turns >= 6 and colour = red");
        assert_eq!(code, 2);
        assert_eq!(lines, ["  turns >= 6 and colour = red", "                 ^^^^^^"]);
    }

    #[test]
    fn the_caret_stands_right_after_wide_characters() {
        let (_, lines) = said("title ~ \"日本\" and turns = many");
        let before = lines[0].split("many").next().expect("text before");
        assert_eq!(lines[1].find('^'), Some(crate::text::width(before)), "{lines:?}");
    }

    #[test]
    fn a_sort_alone_names_no_conversations() {
        let sorted = Filters { sort: "created".parse().ok(), ..Filters::default() };
        assert!(sorted.is_empty());
        let exit = |ids: &[String], filters: &Filters| {
            require_one_way("Cannot review", ids, filters).map_err(|error| error.exit_code())
        };
        let ids = ["a".to_owned()];
        assert_eq!(exit(&[], &sorted), Err(2));
        assert_eq!(exit(&ids, &sorted), Ok(()));
        assert_eq!(exit(&ids, &Filters { limit: Some(3), ..Filters::default() }), Err(2));
        assert!(!Filters { limit: Some(0), ..Filters::default() }.is_empty());
    }
}
