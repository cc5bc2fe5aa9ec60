//! The verbs as commands, as text and as JSON.
