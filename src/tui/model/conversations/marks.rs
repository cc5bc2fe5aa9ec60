//! What is marked: rows by key in the order of marking, or all that a filter matches, with exceptions. However many
//! there are, it is one value.

use domain::conversation::ConversationRow;
use domain::filter::{Column, Filter, Value, matches};
use domain::ids::ConversationId;
use domain::page::Count;
use domain::selection::Selection;
use std::collections::HashSet;

/// Lets a filter match a row outside it, by name. All such names stand in one list: a tree that grew by a level with each
/// of them would soon be deeper than a database reads.
fn take_in(filter: &mut Filter, id: &ConversationId) {
    let name = Value::Text(id.to_string());
    if let Filter::Or(parts) = filter
        && let [_, Filter::OneOf(Column::Id, names)] = parts.as_mut_slice()
    {
        names.push(name);
    } else {
        *filter = Filter::Or(vec![std::mem::take(filter), Filter::OneOf(Column::Id, vec![name])]);
    }
}

/// Marked rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks {
    selection: Selection,
    /// The keys in the selection (`Ids`), or its exceptions (`Matching`), to be found at once.
    named: HashSet<ConversationId>,
    /// Of the marked keys those that fit into no training file (`Ids`).
    unfit: HashSet<ConversationId>,
    /// How many match (`Matching`), exceptions included.
    pub matching: Option<Count>,
    /// How many of these do not fit (`Matching`).
    pub matching_unfit: Option<Count>,
}

impl Marks {
    /// As the engine takes it.
    pub const fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Nothing is marked.
    pub fn is_empty(&self) -> bool {
        matches!(&self.selection, Selection::Ids(ids) if ids.is_empty())
    }

    /// How many are marked; `None` while they are being counted.
    pub fn count(&self) -> Option<Count> {
        match &self.selection {
            Selection::Ids(ids) => Some(Count::Exact(ids.len() as u64)),
            Selection::Matching { except, .. } => {
                self.matching.map(|count| minus(count, except.len() as u64))
            }
        }
    }

    /// Some are left when so many of the marked ones lose their marks.
    pub fn leaves_some(&self, fewer: usize) -> bool {
        self.count().is_none_or(|count| count.value() > fewer as u64)
    }

    /// How many of the marked do not fit into a training file; `None` while that is not known.
    pub fn unfit(&self) -> Option<Count> {
        match &self.selection {
            Selection::Ids(_) => Some(Count::Exact(self.unfit.len() as u64)),
            Selection::Matching { .. } => self.matching_unfit,
        }
    }

    /// Whether a row is marked.
    pub fn contains(&self, row: &ConversationRow) -> bool {
        match &self.selection {
            Selection::Ids(_) => self.named.contains(&row.id),
            Selection::Matching { filter, .. } => !self.named.contains(&row.id) && matches(filter, row),
        }
    }

    /// Marks a row, or takes its mark away.
    pub fn set(&mut self, row: &ConversationRow, marked: bool) {
        if self.contains(row) == marked {
            return;
        }
        let id = &row.id;
        match (&mut self.selection, marked) {
            (Selection::Ids(ids), true) => {
                ids.push(id.clone());
                self.named.insert(id.clone());
                if row.unfit().is_some() {
                    self.unfit.insert(id.clone());
                }
            }
            (Selection::Matching { except, filter, .. }, true) => {
                if self.named.remove(id) {
                    except.retain(|e| e != id);
                } else {
                    take_in(filter, id);
                    self.matching = self.matching.map(|count| plus(count, 1));
                }
            }
            (_, false) => self.remove(id),
        }
    }

    /// Takes the mark of a key away.
    pub fn remove(&mut self, id: &ConversationId) {
        match &mut self.selection {
            Selection::Ids(ids) => {
                ids.retain(|e| e != id);
                self.named.remove(id);
                self.unfit.remove(id);
            }
            Selection::Matching { except, .. } => {
                if self.named.insert(id.clone()) {
                    except.push(id.clone());
                }
            }
        }
    }

    /// Takes many marks away at once.
    pub fn remove_all(&mut self, ids: impl IntoIterator<Item = ConversationId>) {
        let gone: HashSet<ConversationId> = ids.into_iter().collect();
        match &mut self.selection {
            Selection::Ids(mine) => {
                mine.retain(|id| !gone.contains(id));
                self.named.retain(|id| !gone.contains(id));
                self.unfit.retain(|id| !gone.contains(id));
            }
            Selection::Matching { except, .. } => {
                for id in gone {
                    if self.named.insert(id.clone()) {
                        except.push(id);
                    }
                }
                self.matching_unfit = self.matching_unfit.map(|_| Count::Exact(0));
            }
        }
    }

    /// Marks everything that a filter matches.
    pub fn all(&mut self, filter: Filter, sort: domain::filter::Sort, count: Option<Count>) {
        *self = Self {
            selection: Selection::Matching { filter, sort, except: Vec::new() },
            matching: count,
            ..Self::default()
        };
    }

    /// Marks what is not marked among all that match, and nothing else. What is outside the filter loses its mark.
    pub fn invert(&mut self, filter: Filter, sort: domain::filter::Sort, count: Option<Count>) {
        match std::mem::take(self).selection {
            Selection::Ids(ids) => {
                let named = ids.iter().cloned().collect();
                let selection = Selection::Matching { filter, sort, except: ids };
                *self = Self { selection, named, matching: count, ..Self::default() };
            }
            Selection::Matching { filter: marked, except, .. } if marked == filter => {
                let named = except.iter().cloned().collect();
                *self = Self { selection: Selection::Ids(except), named, ..Self::default() };
            }
            Selection::Matching { filter: marked, except, .. } => {
                let outside = Filter::Not(Box::new(marked));
                let rest = if except.is_empty() {
                    outside
                } else {
                    let names = except.iter().map(|id| Value::Text(id.to_string())).collect();
                    Filter::Or(vec![outside, Filter::OneOf(Column::Id, names)])
                };
                self.all(filter.and(rest), sort, None);
            }
        }
    }

    /// Takes all marks away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The filter that is to be counted for the counter, when everything that matches is marked.
    pub fn counted(&self) -> Option<&Filter> {
        match &self.selection {
            Selection::Matching { filter, .. } => Some(filter),
            Selection::Ids(_) => None,
        }
    }
}

fn minus(count: Count, less: u64) -> Count {
    match count {
        Count::Exact(n) => Count::Exact(n.saturating_sub(less)),
        Count::Estimate(n) => Count::Estimate(n.saturating_sub(less)),
    }
}

fn plus(count: Count, more: u64) -> Count {
    match count {
        Count::Exact(n) => Count::Exact(n + more),
        Count::Estimate(n) => Count::Estimate(n + more),
    }
}
