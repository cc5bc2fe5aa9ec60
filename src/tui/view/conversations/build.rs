//! "Create training file".

use super::modals::{choice, first, labelled};
use crate::model::conversations::{Build, BuildMsg, BuildStage, Msg as Do, Target};
use crate::model::{Area, JobId, Measured, Model, Problem};
use crate::text;
use crate::theme::{Theme, Token};
use crate::view::area;
use crate::widgets::{Lines, bars, modal, piece, progress, put};
use domain::conversation::Unfit;
use domain::training_file::{Counts, Eligibility};
use engine::files::Written;
use ratatui::{Frame, layout::Rect};

/// Draws it.
pub(super) fn draw(model: &Model, build: &Build, theme: &Theme, frame: &mut Frame, whole: Rect) -> Measured {
    let mut measured = Measured::default();
    let count = marked(model);
    let (title, foot) = match &build.stage {
        BuildStage::Choose => (format!("Put {count} into a training file"), "enter choose · esc"),
        BuildStage::Name => {
            (format!("A new training file from {count}"), "tab next field · enter go on · esc back")
        }
        BuildStage::Look { target, .. } if !build.unfit().is_empty() => {
            (name(target), "u unmark the unfit, then enter builds · d damaged turns · esc back")
        }
        BuildStage::Look { target, .. } => (name(target), "enter build · d damaged turns · esc back"),
        BuildStage::Work { target, .. } => (name(target), "x stop · esc leaves it running · J all work"),
        BuildStage::Done { target, result: Ok(_), .. } => (name(target), "g show the training files · esc"),
        BuildStage::Done { target, .. } if !build.unfit().is_empty() => {
            (name(target), "u unmark them and look again · ↑↓ scroll · esc")
        }
        BuildStage::Done { target, .. } => (name(target), "↑↓ scroll · esc"),
    };
    let width = whole.width.saturating_sub(6).min(92);
    let columns = usize::from(width.saturating_sub(5));
    let text = match &build.stage {
        BuildStage::Look { judged, top, .. } => {
            look(judged.as_ref(), *top, build.skip_damaged, columns, theme)
        }
        BuildStage::Done { result, .. } => done(result, columns),
        _ => Lines::new(columns),
    };
    // The least heights are such that a stage keeps its size while it waits.
    let lines = match &build.stage {
        BuildStage::Choose => (choices(build) + 1).clamp(8, 24),
        BuildStage::Name => 4,
        BuildStage::Work { .. } => 3,
        BuildStage::Look { .. } => text.lines.len().max(18),
        BuildStage::Done { .. } => text.lines.len().max(6),
    };
    let height = u16::try_from(lines).unwrap_or(u16::MAX).min(modal::room(whole)).max(3) + 2;
    let inside = modal::frame(frame.buffer_mut(), whole, (width, height), &title, foot, theme);
    match &build.stage {
        BuildStage::Choose => choose(build, theme, frame, inside, &mut measured),
        BuildStage::Name => naming(build, theme, frame, inside, &mut measured),
        BuildStage::Look { .. } => {
            measured.pane("conversations.build", area(Rect { height: REASONS.min(inside.height), ..inside }));
            text.draw(frame.buffer_mut(), inside, 0, theme);
        }
        BuildStage::Work { job, .. } => work(model, *job, theme, frame, inside),
        BuildStage::Done { top, .. } => {
            measured.pane("conversations.build", area(inside));
            let last = text.draw(frame.buffer_mut(), inside, *top, theme);
            // How far it can scroll, as the height of a pane of that name.
            let height = u16::try_from(last).unwrap_or(u16::MAX);
            measured.pane("conversations.build.length", Area { height, ..Area::default() });
        }
    }
    measured
}

/// The files that can be chosen.
fn choices(build: &Build) -> usize {
    build.files.as_ref().and_then(|files| files.as_ref().ok()).map_or(0, Vec::len)
}

fn marked(model: &Model) -> String {
    let marks = &model.conversations.marks;
    if marks.is_empty() {
        return "this conversation".to_owned();
    }
    marks.count().map_or("… conversations".to_owned(), |count| text::many(count.value(), "conversation"))
}

fn name(target: &Target) -> String {
    if target.existing { format!("Add to {}", target.name) } else { format!("New file {}", target.name) }
}

fn choose(build: &Build, theme: &Theme, frame: &mut Frame, inside: Rect, measured: &mut Measured) {
    measured.pane("conversations.build", area(inside));
    let mut lines = vec!["New file…".to_owned()];
    match &build.files {
        None => lines.push("reading the training files …".to_owned()),
        Some(Err(problem)) => lines.push(problem.to_string()),
        Some(Ok(files)) => lines.extend(files.iter().map(|file| {
            let size = file.json_size.map_or("–".to_owned(), text::bytes);
            format!(
                "{}  {:>20}  {:>9}  {}",
                text::fit(
                    &file.name,
                    usize::from(inside.width.saturating_sub(52).max(10)),
                    text::Align::Left
                ),
                text::many(u64::from(file.conversations), "conversation"),
                size,
                file.updated.format("%Y-%m-%d")
            )
        })),
    }
    let from = first(build.at, inside.height);
    for (index, content) in lines.iter().enumerate().skip(from).take(usize::from(inside.height)) {
        let dy = u16::try_from(index - from).unwrap_or(u16::MAX);
        let click = Some(Do::BuildStep(BuildMsg::Choose(index)));
        choice(theme, frame, inside, dy, index == build.at, content, click, measured);
    }
    modal::position(frame.buffer_mut(), inside, from, build.at, lines.len(), theme);
}

fn naming(build: &Build, theme: &Theme, frame: &mut Frame, inside: Rect, measured: &mut Measured) {
    let hint = "for example EQ-2";
    let first = !build.in_description;
    let name = labelled(theme, frame, inside, 0, "Name", &build.name, hint, first);
    let hint = "optional: what it is for";
    let description = labelled(theme, frame, inside, 1, "About", &build.description, hint, !first);
    measured.cursor = name.or(description);
    let note = build.problem.as_deref().unwrap_or("JSON and JSONL are made together.");
    let token = if build.problem.is_none() { Token::TextMuted } else { Token::StatusFail };
    put(frame.buffer_mut(), inside, 0, 3, note, theme.style(token));
}

fn look(
    judged: Option<&Result<Box<Eligibility>, Problem>>,
    top: usize,
    skip_damaged: bool,
    columns: usize,
    theme: &Theme,
) -> Lines {
    let mut lines = Lines::new(columns);
    match judged {
        None => lines.text("Looking at what will happen …", 0, Token::TextMuted),
        Some(Err(problem)) => lines.text(&problem.full(), 0, Token::StatusFail),
        Some(Ok(judged)) => {
            summary(&mut lines, judged, theme);
            let box_ = if skip_damaged { "x" } else { " " };
            lines.line(vec![piece(format!("[{box_}] leave damaged turns out (d)"), Token::TextNormal)]);
            lines.blank();
            reasons(&mut lines, judged, top);
            lines.heading("Distribution of those that fit");
            for (title, counts) in [
                ("persona", &judged.distribution.personas),
                ("arc", &judged.distribution.emotional_arcs),
                ("topic", &judged.distribution.training_topics),
            ] {
                lines.line(vec![piece(title, Token::TextMuted)]);
                bars::add(&mut lines, &numbers(counts), 4);
            }
        }
    }
    lines
}

/// Reasons in view at once.
const REASONS: u16 = 6;

fn summary(lines: &mut Lines, judged: &Eligibility, theme: &Theme) {
    let inside = judged.unfit.iter().filter(|blocked| blocked.reason == Unfit::Duplicate).count();
    let unfit = judged.unfit.len() - inside;
    let count = |n: usize| text::thousands(n as u64);
    let all = judged.fit.len() + judged.unfit.len();
    let token = if unfit + inside > 0 { Token::StatusFail } else { Token::TextNormal };
    lines.line(vec![
        piece(format!("{} marked, ", count(all)), Token::TextStrong),
        piece(format!("{} {} fit", theme.glyph(Token::StatusOk), count(judged.fit.len())), Token::StatusOk),
        piece(format!(", {} unfit, {} already inside", count(unfit), count(inside)), token),
        piece(format!(" · {}", text::many(judged.pairs, "pair")), Token::TextMuted),
    ]);
}

fn reasons(lines: &mut Lines, judged: &Eligibility, top: usize) {
    if judged.unfit.is_empty() {
        return;
    }
    lines.heading("These stand in the way");
    for blocked in judged.unfit.iter().skip(top).take(usize::from(REASONS)) {
        let title = if blocked.title.is_empty() { blocked.id.as_str() } else { &blocked.title };
        let title = text::fit(title, lines.width / 3, text::Align::Left);
        lines.line(vec![
            piece("✗ ", Token::StatusFail),
            piece(format!("{}  {title}  ", blocked.id.short()), Token::TextNormal),
            piece(blocked.reason.to_string(), Token::StatusFail),
        ]);
    }
    let shown = (top + usize::from(REASONS)).min(judged.unfit.len());
    if shown < judged.unfit.len() {
        lines.text(&format!("… {} more (↓)", judged.unfit.len() - shown), 2, Token::TextMuted);
    }
    if judged.fit.is_empty() {
        lines.text("None of them fits into the file.", 0, Token::StatusWarn);
    } else {
        lines.text("u takes their marks away; nothing is left out by itself.", 0, Token::StatusWarn);
    }
    lines.blank();
}

/// Keys and numbers.
pub(crate) fn numbers(counts: &Counts) -> Vec<(String, u64)> {
    counts.iter().map(|(key, n)| (key.clone(), n.as_u64().unwrap_or(0))).collect()
}

fn work(model: &Model, job: JobId, theme: &Theme, frame: &mut Frame, inside: Rect) {
    let step = model.jobs.get(job).map(|job| job.step.clone()).unwrap_or_default();
    progress::draw(frame.buffer_mut(), inside, &step, model.shell.still, theme);
    put(
        frame.buffer_mut(),
        inside,
        0,
        2,
        "You can leave: it goes on in the background.",
        theme.style(Token::TextMuted),
    );
}

fn done(result: &Result<Box<Written>, Problem>, columns: usize) -> Lines {
    let mut lines = Lines::new(columns);
    match result {
        Err(problem) => lines.text(&problem.full(), 0, Token::StatusFail),
        Ok(written) => {
            let file = &written.file;
            let text = format!(
                "✓ {} added: {} now has {} and {}.",
                text::many(written.added, "conversation"),
                file.name,
                text::many(u64::from(file.conversations), "conversation"),
                text::many(u64::from(file.pairs), "pair")
            );
            lines.text(&text, 0, Token::StatusOk);
            lines.pair("JSON", 6, &file.json_path, Token::TextNormal);
            lines.pair("JSONL", 6, &file.jsonl_path, Token::TextNormal);
            if !written.skipped.is_empty() {
                let text = format!("{} damaged turns were left out:", written.skipped.len());
                lines.text(&text, 0, Token::StatusWarn);
                for (id, turn) in &written.skipped {
                    lines.text(&format!("{} turn {turn}", id.short()), 2, Token::TextMuted);
                }
            }
            lines.blank();
            lines.text(
                "Next: g goes to the training files, where o downloads either of the two and t trains with it.",
                0,
                Token::TextNormal,
            );
        }
    }
    lines
}
