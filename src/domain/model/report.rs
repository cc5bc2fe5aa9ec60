//! The report of a model (R5.11), as Markdown with its curves beside it, or as one HTML file.

use super::Model;
use crate::hyperparameters::{Field, Hyperparameters};
use crate::numbers::{UNKNOWN, bytes, fixed, span, thousands};

/// A curve that goes with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// What it shows, e.g. `loss`.
    pub title: String,
    /// The same in words.
    pub words: String,
    /// The picture.
    pub svg: String,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The text.
    pub text: String,
    /// Files that lie beside it: names and contents. An HTML report has none.
    pub beside: Vec<(String, String)>,
}

/// A heading with rows of two cells.
type Table = (&'static str, Vec<(String, String)>);

fn tables(model: &Model) -> Vec<Table> {
    let unknown = || UNKNOWN.to_owned();
    let row = |label: &str, value: Option<String>| (label.to_owned(), value.unwrap_or_else(unknown));
    let (lineage, summary, quality) = (&model.lineage, &model.summary, &model.quality);
    let read = Hyperparameters::from_row(&lineage.hyperparameters);
    let said = |f: &Field| if read.missing.contains(f) { unknown() } else { read.values.text(*f) };
    vec![
        (
            "Summary",
            vec![
                row("Status", Some(model.status.to_string())),
                row("Version", Some(model.version.clone())),
                row("Created", Some(model.created_at.format("%Y-%m-%d %H:%M UTC").to_string())),
                row("Base model", lineage.base_model.clone()),
                row("Steps", summary.steps.map(thousands)),
                row("Epochs", summary.epochs.map(|e| fixed(e, 2))),
                row("Training time", summary.training_seconds.map(|s| span(crate::numbers::count(s)))),
                row("Device", summary.device.clone()),
                row("Worker", summary.worker.clone()),
            ],
        ),
        (
            "Quality",
            vec![
                row("Rating", Some(quality.words())),
                row("Validation loss", quality.losses.validation.map(|v| fixed(v, 4))),
                row("Perplexity", quality.perplexity.map(|p| fixed(p, 3))),
                row("First training loss", quality.losses.first.map(|v| fixed(v, 4))),
                row("Last training loss", quality.losses.last.map(|v| fixed(v, 4))),
                row("Fell by", quality.reduction_percent.map(|p| format!("{} %", fixed(p, 1)))),
            ],
        ),
        (
            "Lineage",
            vec![
                row("Dataset", Some(lineage.dataset_name.clone())),
                row("Dataset id", Some(lineage.dataset.to_string())),
                row("Dataset sha256", lineage.dataset_sha256.clone()),
                row("Examples", summary.examples.map(thousands)),
                row("Cut at the sequence length", summary.truncated.map(thousands)),
                row("Run", Some(lineage.job_name.clone())),
                row("Run id", Some(lineage.job.to_string())),
                row("Preset", Some(lineage.preset_id.clone())),
                row("Made again from", lineage.parent.map(|p| p.to_string())),
            ],
        ),
        (
            "Cost",
            vec![
                row("Estimated", summary.estimated_cost.map(|c| c.to_string())),
                row("Actual", summary.cost.map(|c| c.to_string())),
            ],
        ),
        ("Configuration", Field::ALL.iter().map(|f| (f.to_string(), said(f))).collect()),
        (
            "Files",
            model
                .files
                .iter()
                .map(|f| (f.path.clone(), format!("{}, sha256 {}", bytes(f.bytes), f.sha256)))
                .collect(),
        ),
    ]
}

/// The report as Markdown. `stem` is the name of its file without an ending: pictures beside it begin with it.
pub fn markdown(model: &Model, curves: &[Curve], stem: &str) -> Report {
    let mut text = vec![format!("# {}\n", cell(&model.name))];
    if !model.description.is_empty() {
        text.push(format!("\n{}\n", cell(&model.description)));
    }
    let mut beside = Vec::new();
    for (heading, rows) in tables(model) {
        text.push(format!("\n## {heading}\n\n| | |\n|---|---|\n"));
        for (label, value) in rows {
            text.push(format!("| {} | {} |\n", cell(&label), cell(&value)));
        }
        if heading == "Quality" && !curves.is_empty() {
            text.push("\n## Curves\n".to_owned());
            for (curve, number) in curves.iter().zip(1..) {
                let file = format!("{stem}-{number}.svg");
                text.push(format!("\n![{}](<{file}>)\n\n{}\n", cell(&curve.title), cell(&curve.words)));
                beside.push((file, curve.svg.clone()));
            }
        }
    }
    Report { text: text.concat(), beside }
}

/// A text in a cell of a Markdown table: on one line, with nothing that is markup there.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse;width:100%}td{border-bottom:1px solid #ccc;padding:.3em .6em;vertical-align:top;\
overflow-wrap:anywhere}td:first-child{width:16em;color:#555}figure{margin:1em 0}img{max-width:100%}\
@media(prefers-color-scheme:dark){body{background:#111;color:#eee}td:first-child{color:#aaa}td{border-color:#444}}";

/// The report as one HTML file. Pictures are inside it as images, so that nothing in them can run.
pub fn html(model: &Model, curves: &[Curve]) -> Report {
    let name = escaped(&model.name);
    let mut text = vec![format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{name}</title>\n<style>{STYLE}</style>\n<h1>{name}</h1>\n"
    )];
    if !model.description.is_empty() {
        text.push(format!("<p>{}</p>\n", escaped(&model.description)));
    }
    for (heading, rows) in tables(model) {
        text.push(format!("<h2>{heading}</h2>\n<table>\n"));
        for (label, value) in rows {
            text.push(format!("<tr><td>{}</td><td>{}</td></tr>\n", escaped(&label), escaped(&value)));
        }
        text.push("</table>\n".to_owned());
        if heading == "Quality" && !curves.is_empty() {
            text.push("<h2>Curves</h2>\n".to_owned());
            for curve in curves {
                let (title, words) = (escaped(&curve.title), escaped(&curve.words));
                let picture = address(&curve.svg);
                text.push(format!(
                    "<figure><img alt=\"{title}: {words}\" src=\"{picture}\"><figcaption>{words}</figcaption></figure>\n"
                ));
            }
        }
    }
    text.push("</html>\n".to_owned());
    Report { text: text.concat(), beside: Vec::new() }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    out
}

/// A picture as an address: what is no letter, digit or plain mark is written in hexadecimal digits.
fn address(svg: &str) -> String {
    let mut out = "data:image/svg+xml,".to_owned();
    for byte in svg.bytes() {
        if byte.is_ascii_alphanumeric() || b" -_.~/=:;,()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0').to_ascii_uppercase();
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    out
}
