//! What is said of long work after its dialog was closed.

use super::*;
use engine::conversations::Exported;
use engine::import::{FileResult, Outcome};

#[test]
fn files_that_could_not_be_read_are_named_among_the_messages() {
    let mut model = loaded();
    let bad = |n: u32| FileResult {
        path: format!("/data/{n}.json"),
        error: Some("it is no JSON".into()),
        ..FileResult::default()
    };
    let fine = FileResult { path: "/data/fine.json".into(), ..FileResult::default() };
    let mut files: Vec<_> = (0..230).map(bad).collect();
    files.push(fine);
    answer(&mut model, Answer::Imported(Ok(Outcome { failed: 230, files, ..Outcome::default() })));
    let message = &model.shell.messages[0];
    assert_eq!(
        (message.severity, message.text.contains("230 files could not be read")),
        (Severity::Warn, true)
    );
    let details = &message.problem.as_ref().expect("it is opened there").details;
    assert_eq!((details[0].as_str(), details.len()), ("/data/0.json: it is no JSON", 201));
    assert_eq!(details[200], "and 30 more");
    press(&mut model, "! enter");
    assert!(matches!(model.modals.last(), Some(crate::model::Modal::Problem { .. })));
    // One of them is one.
    let files = vec![bad(1)];
    answer(&mut model, Answer::Imported(Ok(Outcome { failed: 1, files, ..Outcome::default() })));
    assert!(model.shell.messages[0].text.ends_with("1 file could not be read"));
}

#[test]
fn an_export_says_where_its_files_lie() {
    let mut model = loaded();
    let exported = Exported { to: "/tmp/out".into(), files: 3, bytes: 812, missing: Vec::new() };
    answer(&mut model, Answer::Exported(Ok(exported)));
    assert_eq!(model.shell.messages[0].text, "3 files written, 812 B, in /tmp/out");
}
