//! What a finding says.

use super::super::report::{Code, Place, Severity};

/// A number with the words that fit it.
pub(super) fn many(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// The sentence of a finding.
pub(super) fn message(code: Code, severity: Severity, n: u64, places: &[Place]) -> String {
    let what = places.first().and_then(|p| p.what.as_deref()).unwrap_or_default();
    let lost = severity == Severity::Critical;
    match code {
        Code::MalformedJson if n == 1 => format!("The JSON is broken: {what}."),
        Code::MalformedJson => format!("{n} places are no valid JSON; the first: {what}."),
        Code::WrongEncoding | Code::CountMismatch if n == 1 => format!("{what}."),
        Code::WrongEncoding => format!("{n} places are no UTF-8; the first: {what}."),
        Code::MissingField => format!("{} missing; the first: {what}.", many(n, "field is", "fields are")),
        Code::InvalidType => {
            format!("{} the wrong type; the first: {what}.", many(n, "field has", "fields have"))
        }
        Code::EmptyValue if what == "File is empty" => "The file is empty.".to_owned(),
        Code::EmptyValue => format!("{} empty; the first: {what}.", many(n, "field is", "fields are")),
        Code::DuplicateId => format!("{} again; the first: {what}.", many(n, "id occurs", "ids occur")),
        Code::RoleOrder if lost => {
            format!("{} a role that is unknown; the first: {what}.", many(n, "turn has", "turns have"))
        }
        Code::RoleOrder => format!(
            "{} out of turn: user and assistant should alternate, beginning with user.",
            many(n, "place is", "places are")
        ),
        Code::NullTarget => format!(
            "{} user turns without a target; they are counted, not trained.",
            many(n, "pair holds", "pairs hold")
        ),
        Code::CountMismatch => format!("{n} counts differ from the content; the first: {what}."),
        Code::RepeatedUserTurn => format!(
            "{} with the current input: leave one of the two out when training.",
            many(n, "history ends", "histories end")
        ),
        Code::TruncatedTurn => format!("{} in the middle of a sentence.", many(n, "turn ends", "turns end")),
        Code::LiteralEscape => {
            format!("{} the two characters \\n instead of a line break.", many(n, "text holds", "texts hold"))
        }
        Code::PlaceholderLeft => {
            format!("{} a {{{{placeholder}}}} that was never filled.", many(n, "text holds", "texts hold"))
        }
        Code::ObjectPlaceholder => {
            format!("{} [object Object] instead of words.", many(n, "text holds", "texts hold"))
        }
        Code::OverLength => String::new(),
        Code::UnmeasuredQuality => {
            format!("All {n} quality scores are equal ({what}): they are no measurement.")
        }
        Code::SmallDataset => format!("Only {what} recommended trainable pairs."),
        Code::ControlCharacter => format!("{} control characters.", many(n, "text holds", "texts hold")),
        Code::Mojibake => {
            format!("{} characters that were read in a wrong encoding.", many(n, "text holds", "texts hold"))
        }
    }
}
