//! From what the model answered to what a training file takes: validate, then build (formats 5.2, 5.3, 1.1).

mod build;
mod input;
mod validate;

pub use build::{Constants, Context, Steps, build, to_bytes};
pub use input::{
    ConversationInput, ConversationMetadata, EmotionalContext, InputParameters, InputTurn, NotRaw,
};
pub use validate::{Code, Finding, Report, Severity, validate};
