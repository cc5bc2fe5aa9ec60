//! What is marked in a table: some rows by key, or everything a filter matches with exceptions.

use crate::filter::{Filter, Sort};
use crate::ids::ConversationId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Marked conversations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Selection {
    /// These, in the order in which they were marked.
    Ids(Vec<ConversationId>),
    /// All that match, in this order, without the exceptions. One value however many there are.
    Matching {
        /// What matches.
        filter: Filter,
        /// The order of the file that is built from it.
        sort: Sort,
        /// Taken out again by hand.
        except: Vec<ConversationId>,
    },
}

impl Selection {
    /// With every moving time of its filter put in its place on the clock ([`Filter::at`]).
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Self {
        match self {
            Self::Ids(ids) => Self::Ids(ids.clone()),
            Self::Matching { filter, sort, except } => {
                Self::Matching { filter: filter.at(now), sort: *sort, except: except.clone() }
            }
        }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::Ids(Vec::new())
    }
}
