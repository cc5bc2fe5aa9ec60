//! What is found out about a worker before a run may start.

use super::*;
use crate::testing::{self, Helper};
use crate::{Engine, TrainingPlaces};

async fn with(dir: &Path, training: TrainingPlaces) -> Engine {
    Engine::open(&Places { training, ..testing::places(dir) }, None).await.unwrap()
}

#[tokio::test]
async fn a_whole_worker_is_asked_once_until_something_about_it_is_new() {
    let dir = tempfile::tempdir().unwrap();
    let helper = Helper::new(dir.path());
    let engine = with(dir.path(), helper.places()).await;
    for _ in 0..3 {
        assert_eq!(able(&engine).await.unwrap().words(), "worker 9.9.9 with Python 3.99.0");
    }
    assert_eq!(helper.asked(), 1);
    helper.is_new();
    able(&engine).await.unwrap();
    assert_eq!(helper.asked(), 2);
}

#[tokio::test]
async fn what_is_missing_is_named_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let helper = Helper::new(dir.path());
    let told = async |training: TrainingPlaces| {
        able(&with(dir.path(), training).await).await.unwrap_err().to_string()
    };
    let gone = TrainingPlaces { python: Some(dir.path().join("no/python")), ..helper.places() };
    let text = told(gone).await;
    assert!(text.contains("no/python is not there") && text.contains("bash worker/setup.sh"), "{text}");
    let other = TrainingPlaces { worker: Some(dir.path().to_owned()), ..helper.places() };
    let text = told(other).await;
    assert!(text.contains("no brightrun_worker in") && text.contains("worker.folder"), "{text}");
    for (answer, part) in [
        (
            r#"echo '{"version":"1","protocol":1,"python":"3","libraries":{"peft":null},"lacks":["peft","torch"]}'"#,
            "lacks peft, torch",
        ),
        (
            r#"echo '{"version":"7.0","protocol":2,"python":"3","libraries":{},"lacks":[]}'"#,
            "reads protocol 2, not 1",
        ),
        ("echo trace >&2; echo 'No module named brightrun_worker.about' >&2; exit 1", "No module named"),
        ("echo hello", "none of the worker's"),
    ] {
        helper.answers(answer);
        let text = told(helper.places()).await;
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn whoever_could_not_work_is_not_asked_with_every_key() {
    let dir = tempfile::tempdir().unwrap();
    let helper = Helper::new(dir.path());
    helper.answers("exit 1");
    let engine = with(dir.path(), helper.places()).await;
    for _ in 0..3 {
        able(&engine).await.unwrap_err();
    }
    assert_eq!(helper.asked(), 1);
}

#[test]
fn no_key_but_the_hubs_reaches_the_worker() {
    for name in [
        "RUNPOD_API_KEY",
        "BRIGHTRUN_RUNPOD_API_KEY",
        "DATABASE_URL",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
    ] {
        assert!(is_withheld(name), "{name}");
    }
    for name in ["HF_TOKEN", "HF_HOME", "PATH", "HOME", "CUDA_VISIBLE_DEVICES"] {
        assert!(!is_withheld(name), "{name}");
    }
}
