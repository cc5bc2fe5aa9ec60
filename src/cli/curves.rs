//! The curves of runs as a file, the same for every verb that has some.

use crate::context::Context;
use crate::out::{Done, Exit};
use crate::terminal;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use domain::series::{Axis, Look, Scale};
use engine::watch::{Form, Right, Rights, Sight, Watch, charts, export, save};
use engine::{CancellationToken, Error};
use std::path::PathBuf;
use std::str::FromStr as _;

const WHAT: &str = "Cannot export the curves";

/// What is exported, and how a picture looks.
#[derive(Debug, Clone, Args)]
pub(crate) struct Curves {
    /// Horizontal axis
    #[arg(long, value_name = "AXIS", default_value = "step", value_parser = PossibleValuesParser::new(["step", "epoch", "time", "tokens"]))]
    x: String,
    /// Write the curves and end: csv and json hold every value, svg and png (2000 × 1200) show the charts
    #[arg(long, value_name = "FORM", value_parser = PossibleValuesParser::new(Form::WORDS))]
    export: Option<String>,
    /// File of the export; without it stdout
    #[arg(short, long, value_name = "FILE", requires = "export", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Colours of a picture
    #[arg(long, value_name = "LOOK", requires = "export", default_value = "day", value_parser = PossibleValuesParser::new(["day", "night"]))]
    look: String,
    /// Logarithmic values in a picture
    #[arg(long, requires = "export")]
    log: bool,
    /// Smoothing in a picture, from 0 to 0.9999, as `TensorBoard` counts it; the raw curve stays, pale
    #[arg(long, value_name = "WEIGHT", requires = "export", default_value = "0", value_parser = weight)]
    smooth: f64,
    /// What has the axis at the right of a chart in a picture: `evaluation`, or another chart laid over it
    #[arg(long, value_name = "CHART=WHAT", requires = "export", value_parser = right)]
    right: Vec<(String, String)>,
}

fn weight(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|weight| (0.0..=0.9999).contains(weight))
        .ok_or_else(|| "a number from 0 to 0.9999".to_owned())
}

fn right(text: &str) -> Result<(String, String), String> {
    let (chart, what) = text.split_once('=').ok_or("CHART=WHAT, for example loss=evaluation")?;
    Ok((chart.trim().to_owned(), what.trim().to_owned()))
}

impl Curves {
    /// The horizontal axis.
    pub fn axis(&self) -> Axis {
        Axis::from_str(&self.x).unwrap_or(Axis::Step)
    }

    /// What is to be written; `None`: nothing.
    pub fn form(&self) -> Option<Form> {
        self.export.as_deref().and_then(Form::of)
    }

    /// How a picture of these runs looks.
    fn sight(&self, watch: &Watch) -> engine::Result<Sight> {
        let charts = charts(&watch.runs());
        let mut rights = Rights::new();
        for (chart, what) in &self.right {
            let titles = || charts.iter().map(|c| c.title.as_str()).collect::<Vec<_>>().join(", ");
            let at = charts.iter().position(|c| c.title == *chart).ok_or_else(|| {
                let error = Error::usage(WHAT, format!("there is no chart “{chart}”"));
                error.next(format!("There are: {}", titles()))
            })?;
            let choices = Right::choices(&charts, at);
            let found = choices.iter().find(|choice| choice.word() == what).cloned().ok_or_else(|| {
                let words = choices.iter().map(Right::word).collect::<Vec<_>>().join(", ");
                let error = Error::usage(WHAT, format!("“{chart}” cannot have “{what}” at its right"));
                error.next(format!("It can have: {words}"))
            })?;
            rights.insert(chart.clone(), found);
        }
        Ok(Sight {
            axis: self.axis(),
            scale: if self.log { Scale::Log } else { Scale::Linear },
            weight: self.smooth,
            look: Look::from_str(&self.look).unwrap_or(Look::Day),
            rights,
            ..Sight::default()
        })
    }

    /// Reads the runs to their end, then writes the values of the only one, or the picture of all.
    pub async fn write(self, context: &mut Context, watch: Watch, form: Form) -> Done {
        let many = watch.runs().len();
        if many > 1 && !form.is_picture() {
            let why = format!("{many} runs lie there, and a table holds one");
            return Err(Error::usage(WHAT, why).next("Name one of them").into());
        }
        if form == Form::Png && self.output.is_none() && terminal::stdout_is() {
            let error = Error::usage(WHAT, "a terminal shows no PNG");
            return Err(error.next("Add -o FILE").into());
        }
        let work = move |_, cancel: CancellationToken| {
            watch.read(&cancel)?;
            let sight = self.sight(&watch)?;
            let mut text = Vec::new();
            match &self.output {
                None => export(&watch, 0, form, &sight, &mut text)?,
                Some(path) => save(&watch, 0, (form, &sight), path, true)?,
            }
            Ok(text)
        };
        let text = context.blocking(WHAT, work).await?;
        context.out.raw(&text)?;
        Ok(Exit::Done)
    }
}
