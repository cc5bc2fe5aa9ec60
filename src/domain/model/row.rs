//! The JSON columns of `model_artifacts` (R5.02): the platform's members, and ours beside them.

use super::{Losses, Model, Quality, Rating, Summary, rate};
use crate::money::Usd;
use serde_json::{Map, Value, json};

fn number(row: &Value, name: &str) -> Option<f64> {
    let value = row.get(name)?;
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|n| n.is_finite())
}

impl Quality {
    /// The column `quality_metrics`. A model without a measurement has no score there, not the platform's 3.
    pub fn to_row(&self) -> Value {
        json!({
            "overall_score": self.rating.map(Rating::stars),
            "convergence_quality": if self.overfit { "overfit".to_owned() } else {
                self.rating.map_or_else(|| "unrated".to_owned(), |r| r.word().to_ascii_lowercase())
            },
            "final_training_loss": self.losses.last,
            "final_validation_loss": self.losses.validation,
            "perplexity": self.perplexity,
            "loss_reduction_percent": self.reduction_percent,
            "first_training_loss": self.losses.first,
            "method": self.method,
        })
    }

    /// Rates a row again from what it says was measured; scores that stand there are not believed, since nobody says how
    /// they were made (7 no. 34). The first loss follows from the reduction where only that was kept.
    pub fn from_row(row: &Value) -> Self {
        let last = number(row, "final_training_loss");
        let first = number(row, "first_training_loss").or_else(|| {
            let kept = 1.0 - number(row, "loss_reduction_percent")? / 100.0;
            (kept > 0.0).then(|| last.map(|l| l / kept)).flatten()
        });
        rate(Losses { first, last, validation: number(row, "final_validation_loss") })
    }
}

impl Summary {
    /// The column `training_summary`.
    pub fn to_row(&self) -> Value {
        json!({
            "epochs_completed": self.epochs,
            "total_steps": self.steps,
            "final_loss": self.final_loss,
            "training_duration_hours": self.training_seconds.map(|s| s / 3600.0),
            "total_cost": self.cost,
            "estimated_cost": self.estimated_cost,
            "examples": self.examples,
            "truncated": self.truncated,
            "device": self.device,
            "worker": self.worker,
        })
    }

    /// Reads a row; what is missing or no value stays unknown.
    pub fn from_row(row: &Value) -> Self {
        let count = |name| number(row, name).filter(|n| *n >= 0.0).map(crate::numbers::count);
        let text = |name| row.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            steps: count("total_steps"),
            epochs: number(row, "epochs_completed"),
            training_seconds: number(row, "training_duration_hours").map(|h| h * 3600.0),
            final_loss: number(row, "final_loss"),
            examples: count("examples"),
            truncated: count("truncated"),
            device: text("device"),
            estimated_cost: row.get("estimated_cost").and_then(|v| serde_json::from_value(v.clone()).ok()),
            cost: number(row, "total_cost").and_then(Usd::from_float),
            worker: text("worker"),
        }
    }
}

impl Model {
    /// The column `artifacts`: each file's name with the key of its object below a folder.
    pub fn artifacts(&self, folder: &str) -> Value {
        let entry = |f: &crate::manifest::File| {
            (f.path.clone(), json!(format!("{}/{}", folder.trim_end_matches('/'), f.path)))
        };
        Value::Object(self.files.iter().map(entry).collect::<Map<_, _>>())
    }
}
