//! Placeholder of the house; the screen's author fills the list.

use crate::keys::ActionSpec;

/// All actions of the screen.
pub const ACTIONS: &[ActionSpec] = &[];
