//! What is marked in a table: some rows by key, or everything a filter matches with exceptions.

use crate::filter::{Filter, Sort};
use crate::ids::ConversationId;
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

impl Default for Selection {
    fn default() -> Self {
        Self::Ids(Vec::new())
    }
}
