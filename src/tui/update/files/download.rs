//! A training file to this machine: either of the two objects, or another shape (S1.7).

use crate::model::files::{Ask, Download, Format, Modal};
use crate::model::{Effect, Model, Nav, Now, Problem, Severity, TextField};
use engine::files::Downloaded;

fn open_one(model: &mut Model) -> Option<&mut Download> {
    match model.modals.last_mut() {
        Some(crate::model::Modal::Files(Modal::Download(download))) => Some(download),
        _ => None,
    }
}

/// Opens it; the folder is the one in which the program was started.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(row) = model.files.row() {
        let file = row.name.clone();
        let download =
            Download { file, at: 0, to: TextField::with("."), problem: None, job: None, result: None };
        model.open(crate::model::Modal::Files(Modal::Download(download)));
    }
    Vec::new()
}

/// A format was clicked.
pub(super) fn pick(model: &mut Model, at: usize) -> Vec<Effect> {
    if let Some(download) = open_one(model) {
        download.at = at.min(Format::ALL.len() - 1);
    }
    Vec::new()
}

/// A move; `enter` begins, and closes when it has ended.
pub(super) fn nav(model: &mut Model, nav: Nav, now: Now) -> Vec<Effect> {
    let Some(download) = open_one(model) else { return Vec::new() };
    if download.job.is_some() {
        if nav == Nav::Enter {
            model.close();
        }
        return Vec::new();
    }
    match nav {
        Nav::Enter => {}
        Nav::Next => download.at = (download.at + 1) % Format::ALL.len(),
        Nav::Previous => download.at = (download.at + Format::ALL.len() - 1) % Format::ALL.len(),
        _ => {
            if let Some(at) = nav.step(download.at, Format::ALL.len(), Format::ALL.len()) {
                download.at = at;
            }
        }
    }
    if nav != Nav::Enter {
        return Vec::new();
    }
    let to = download.to.text().trim().to_owned();
    if to.is_empty() {
        download.problem = Some("Write a folder or a file name; . is the folder you started in".to_owned());
        return Vec::new();
    }
    let (file, format) = (download.file.clone(), Format::ALL[download.at].0);
    let question = crate::model::Ask::Files(Ask::Fetch { file: file.clone(), format, to });
    let (job, effect) = model.start(format!("Download {file}"), question, now);
    if let Some(download) = open_one(model) {
        download.job = Some(job);
    }
    vec![effect]
}

/// It lies on this machine, or not.
pub(super) fn done(model: &mut Model, result: Result<Downloaded, Problem>, now: Now) -> Vec<Effect> {
    let line = match &result {
        Ok(downloaded) => {
            let text =
                format!("{} written, {}", downloaded.path.display(), crate::text::bytes(downloaded.bytes));
            model.shell.say(Severity::Success, text, now)
        }
        Err(problem) => model.shell.report(problem, now),
    };
    if let Some(download) = open_one(model) {
        download.result = Some(result);
    }
    vec![line]
}
