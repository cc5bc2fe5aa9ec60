//! Whether the store of the files answers: nothing is said about it before it was asked, and what the screens get from
//! it says more than any question of our own.

use crate::model::shell::Reach;
use crate::model::{Answer, Ask, Effect, Model, Now, Problem, conversations, files};

/// Asks for it, in the background.
pub fn ask(model: &mut Model) -> Effect {
    model.ask(Ask::Files(files::Ask::Reach))
}

/// What an answer of the engine says about the files: they gave something, or something went wrong that may be theirs.
/// `None`: they had no part in it.
fn said(answer: &Answer) -> Option<bool> {
    fn judge<T>(result: &Result<T, Problem>) -> Option<bool> {
        match result {
            Ok(_) => Some(true),
            Err(problem) if problem.interrupted || !problem.blocked.is_empty() => None,
            Err(_) => Some(false),
        }
    }
    match answer {
        Answer::Conversations(conversations::Answer::Show(Ok(detail))) => {
            if detail.problem.is_some() {
                Some(false)
            } else {
                (!detail.turns.is_empty()).then_some(true)
            }
        }
        Answer::Conversations(conversations::Answer::Json(_, _, _, result)) => judge(result),
        Answer::Conversations(conversations::Answer::Exported(result)) => judge(result),
        Answer::Conversations(conversations::Answer::Built(_, result)) => judge(result),
        Answer::Files(files::Answer::Fetched(result)) => judge(result),
        Answer::Files(files::Answer::Checked(_, result)) => judge(result),
        _ => None,
    }
}

/// Takes in what an answer says. What went wrong may have many reasons, so that the files themselves are asked then.
pub fn heard(model: &mut Model, answer: &Answer) -> Option<Effect> {
    if said(answer)? {
        model.shell.reach = Reach::Answers;
        return None;
    }
    (!model.runs.waits("files.reach")).then(|| ask(model))
}

/// They answered, or not; it is said once.
pub fn answered(model: &mut Model, result: Result<(), Problem>, now: Now) -> Vec<Effect> {
    let before = model.shell.reach;
    model.shell.reach = if result.is_ok() { Reach::Answers } else { Reach::Silent };
    match result {
        Err(problem) if before != Reach::Silent => vec![model.shell.report(&problem, now)],
        _ => Vec::new(),
    }
}
