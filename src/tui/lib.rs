//! The verbs as screens.
