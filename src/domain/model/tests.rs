use super::*;
use crate::ids::{DatasetId, JobId, ModelId};
use crate::numbers::UNKNOWN;
use serde_json::json;
use uuid::Uuid;

fn model() -> Model {
    Model {
        id: ModelId(Uuid::from_u128(3)),
        name: "EQ-2-balanced-2026-11-28".to_owned(),
        version: "1.0.0".to_owned(),
        description: String::new(),
        status: Word::Known(ModelStatus::Stored),
        created_at: "2026-11-28T10:00:00Z".parse().unwrap(),
        lineage: Lineage {
            dataset: DatasetId(Uuid::from_u128(1)),
            dataset_name: "EQ-2".to_owned(),
            dataset_sha256: None,
            job: JobId(Uuid::from_u128(2)),
            job_name: "a run".to_owned(),
            base_model: Some("m".to_owned()),
            preset_id: "balanced".to_owned(),
            hyperparameters: json!({"rank": 16, "learning_rate": 2e-4}),
            parent: None,
        },
        quality: rate(Losses { first: Some(1.24), last: Some(0.312), validation: Some(0.312) }),
        summary: Summary { training_seconds: Some(90.0), ..Summary::default() },
        files: vec![File {
            path: "adapter/a.safetensors".to_owned(),
            bytes: 66_000_000,
            sha256: "a".repeat(64),
        }],
    }
}

fn losses(first: f64, last: f64, validation: f64) -> Quality {
    let some = |v: f64| (v >= 0.0 || v.is_nan()).then_some(v);
    rate(Losses { first: some(first), last: some(last), validation: some(validation) })
}

/// The seed's demo values: 0.312 is good, and its perplexity is 1.366, not 1.28.
#[test]
fn final_values_rate_with_the_wireframes_words() {
    let rating = |v: f64| losses(-1.0, -1.0, v).rating.unwrap().word();
    assert_eq!(
        [0.25, 0.29, 0.3, 0.312, 0.35, 0.44, 0.45, 0.59, 0.6].map(rating),
        ["Excellent", "Good", "Good", "Good", "Fair", "Fair", "Poor", "Poor", "Very Poor"]
    );
    let demo = losses(1.24, 0.312, 0.312);
    assert_eq!(
        (demo.method, demo.perplexity.map(|p| (p * 1000.0).round())),
        (Method::FinalValues, Some(1366.0))
    );
}

#[test]
fn without_a_validation_the_reduction_rates_and_says_so() {
    let of = |last: f64| losses(1.0, last, -1.0);
    assert_eq!([0.4, 0.5, 0.7, 0.85, 0.95, 1.5].map(|l| of(l).rating.unwrap().stars()), [5, 4, 3, 2, 1, 1]);
    assert_eq!((of(0.4).method, of(0.4).perplexity), (Method::LossReduction, None));
    assert!(of(0.4).words().contains("nothing was held out"));
}

#[test]
fn nothing_is_rated_without_a_measurement() {
    for q in [
        losses(-1.0, -1.0, -1.0),
        losses(f64::NAN, 0.3, f64::NAN),
        losses(0.0, 0.3, -1.0),
        losses(-1.0, 0.3, f64::INFINITY),
    ] {
        assert_eq!((q.method, q.rating, q.perplexity), (Method::Unrated, None, None));
        assert_eq!(q.words(), "unrated: nothing was measured");
    }
    assert_eq!(losses(1.0, 0.5, 1e9).perplexity, None, "a perplexity beyond all numbers");
}

#[test]
fn learning_by_heart_shows() {
    assert!(losses(2.0, 0.2, 0.71).overfit && !losses(2.0, 0.2, 0.7).overfit);
    assert!(losses(2.0, 0.2, 0.9).words().ends_with("by heart"));
}

#[test]
fn the_allowed_changes_are_these() {
    let allowed: Vec<String> = ModelStatus::ALL
        .iter()
        .flat_map(|s| Action::ALL.iter().filter_map(move |a| Some(format!("{s} {a} {}", s.after(*a).ok()?))))
        .collect();
    assert_eq!(
        allowed,
        [
            "stored test testing",
            "stored deploy production",
            "stored store stored",
            "stored archive archived",
            "testing test testing",
            "testing deploy production",
            "testing store stored",
            "testing archive archived",
            "production store stored",
            "production archive archived",
            "archived store stored",
        ]
    );
    let no = ModelStatus::Archived.after(Action::Deploy).unwrap_err();
    assert_eq!(no.to_string(), "a model that is archived cannot be deployed; store it first");
    assert!(ModelStatus::read("deployed").is(ModelStatus::Production));
    assert_eq!(ModelStatus::read("retired").to_string(), "retired");
}

#[test]
fn deleting_takes_the_exact_name() {
    let m = model();
    assert!(confirm_delete(&m, " EQ-2-balanced-2026-11-28\n").is_ok());
    for typed in ["", "eq-2-balanced-2026-11-28", "EQ-2", "EQ-2-balanced-2026-11-28 1.0.0"] {
        assert!(matches!(confirm_delete(&m, typed), Err(WrongName::Name { .. })), "{typed}");
    }
    let used = Model { status: Word::Known(ModelStatus::Production), ..model() };
    assert!(matches!(confirm_delete(&used, &used.name), Err(WrongName::InUse { .. })));
    assert!(confirm_delete(&Model { name: " ".to_owned(), ..model() }, "").is_err());
}

#[test]
fn names_and_versions_go_on() {
    let day = "2026-11-28".parse().unwrap();
    assert_eq!(automatic_name("EQ-2", "balanced", day), "EQ-2-balanced-2026-11-28");
    assert_eq!(automatic_name(&"ü".repeat(300), "balanced", day).chars().count(), 200);
    assert_eq!(next_version([]), "1.0.0");
    assert_eq!(next_version(["1.0.0", "v3.1", "beta", "2.0.0"]), "4.0.0");
    assert_eq!(next_version(["4294967295.0.0"]), "4294967295.0.0");
}

#[test]
fn comparisons_name_the_best_only_where_there_is_one() {
    let better = Model { quality: rate(Losses { validation: Some(0.2), ..Losses::default() }), ..model() };
    let unknown = Model { quality: rate(Losses::default()), ..model() };
    let c = compare(&[model(), better, unknown]);
    let line = |label: &str| c.lines.iter().find(|l| l.label == label).unwrap();
    assert_eq!(
        (line("validation loss").best, line("validation loss").values[2].as_str()),
        (Some(1), UNKNOWN)
    );
    assert_eq!((line("training time").best, line("cost").best), (None, None));
    assert_eq!(c.settings, []);
    let mut other = model();
    other.lineage.hyperparameters = json!({"rank": 8});
    let c = compare(&[model(), other]);
    assert_eq!(c.settings.iter().map(|l| &l.label[..]).collect::<Vec<_>>(), ["rank", "alpha"]);
    assert_eq!(compare(&[]).models.len(), 0);
}

fn curves() -> Vec<Curve> {
    vec![Curve {
        title: "loss".to_owned(),
        words: "falls <fast>".to_owned(),
        svg: "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_owned(),
    }]
}

#[test]
fn reports_hold_everything_and_unknown_stays_unknown() {
    let m = Model { name: "a|b_<i>\n# c".to_owned(), ..model() };
    let report = markdown(&m, &curves(), "eq");
    assert!(report.text.starts_with("# a\\|b\\_\\<i\\> \\# c\n"), "{}", report.text);
    assert!(report.text.contains("![loss](<eq-1.svg>)") && report.text.contains("| rank | 16 |"));
    assert!(report.text.contains("| Dataset sha256 | – |") && report.text.contains("| dropout | – |"));
    assert_eq!(report.beside, [("eq-1.svg".to_owned(), curves()[0].svg.clone())]);
    assert!(!markdown(&m, &[], "eq").text.contains("Curves"));
}

#[test]
fn nothing_runs_in_an_html_report() {
    let m = Model { name: "<script>alert(1)</script>".to_owned(), description: "\"'&".to_owned(), ..model() };
    let text = html(&m, &curves()).text;
    assert!(
        !text.contains("<script") && text.contains("&lt;script&gt;") && text.contains("&quot;&#39;&amp;")
    );
    assert!(text.contains("data:image/svg+xml,%3Csvg xmlns=%22http://") && text.contains("%3Cscript%3E"));
    assert_eq!(text.matches("<tr>").count(), text.matches("</tr>").count());
}

#[test]
fn rows_are_written_with_the_platforms_members_and_read_again() {
    let m = model();
    let row = m.quality.to_row();
    assert_eq!((&row["overall_score"], &row["convergence_quality"]), (&json!(4), &json!("good")));
    assert_eq!(Quality::from_row(&row), m.quality);
    assert_eq!(Summary::from_row(&m.summary.to_row()), m.summary);
    let artifacts = m.artifacts("models/u/j/");
    assert_eq!(artifacts, json!({"adapter/a.safetensors": "models/u/j/adapter/a.safetensors"}));
    assert_eq!(rate(Losses::default()).to_row()["overall_score"], serde_json::Value::Null);
}

#[test]
fn scores_of_others_are_not_believed() {
    let invented = json!({"overall_score": 3, "convergence_quality": "unknown", "final_training_loss": null});
    assert_eq!(Quality::from_row(&invented).method, Method::Unrated);
    let kept = json!({"overall_score": 5, "final_training_loss": 0.5, "loss_reduction_percent": 50.0});
    let read = Quality::from_row(&kept);
    assert_eq!((read.rating, read.losses.first), (Some(Rating::Good), Some(1.0)));
    let odd =
        json!({"final_training_loss": "NaN", "loss_reduction_percent": 100, "final_validation_loss": {}});
    assert_eq!(Quality::from_row(&odd).method, Method::Unrated);
    assert_eq!(Summary::from_row(&json!({"total_steps": -1, "total_cost": "x"})), Summary::default());
}
