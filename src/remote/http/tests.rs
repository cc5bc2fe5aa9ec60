//! What can go wrong between us and the server, with a server that does it.

use super::{Call, Http};
use crate::error::{Advice, Kind, RemoteError};
use crate::runpod::{Compute, Gpu, NewJob, NewPod, Policy, RunPod};
use crate::testing::{KEY, Reply, Server, client, impatient, settings};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use url::Url;

const SECOND: Duration = Duration::from_secs(1);

fn job() -> NewJob {
    NewJob::new(json!({"run": "a"}), Policy::new(3600 * SECOND, 600 * SECOND).unwrap())
}

fn pod() -> NewPod {
    NewPod::new("brightrun-a", "image:1", Compute::Gpu(Gpu::new("NVIDIA L4", 1)))
}

/// Everything that makes something that is paid for.
async fn rent(runpod: &RunPod) -> [RemoteError; 2] {
    [runpod.jobs("ep").run(&job()).await.unwrap_err(), runpod.pods().create(&pod()).await.unwrap_err()]
}

#[tokio::test]
async fn what_is_paid_for_is_sent_once_and_a_lost_answer_says_that_it_may_have_happened() {
    let web =
        |status| Reply::Says(status, vec![("content-type", "text/html".to_owned())], "<html>".to_owned());
    for (reply, kind) in [
        (Reply::Cut, Kind::Broken),
        (Reply::Half("{\"id\":".to_owned()), Kind::Broken),
        (Reply::Never, Kind::Timeout),
        (Reply::json(500, r#"{"error":"x"}"#), Kind::Server),
        (web(502), Kind::Server),
        (web(524), Kind::Server),
        (Reply::json(408, ""), Kind::Timeout),
        (web(200), Kind::Garbage),
        (Reply::json(200, ""), Kind::Garbage),
        (Reply::json(200, r#"{"status":"IN_QUEUE"}"#), Kind::Garbage),
        (Reply::json(201, "[]"), Kind::Garbage),
        // A page to read the outcome from, which is the usual meaning of 303.
        (Reply::json(303, ""), Kind::Garbage),
    ] {
        let server = Server::script([reply.clone()]).await;
        let silent = matches!(reply, Reply::Never);
        let (runpod, pace) = if silent { impatient(&server.url) } else { client(&server.url) };
        for error in rent(&runpod).await {
            assert_eq!((error.kind(), error.advice()), (kind, Advice::Uncertain), "{reply:?}: {error}");
            assert!(error.to_string().contains("may have happened"), "{error}");
        }
        assert_eq!(server.lines(), ["POST /jobs/ep/run", "POST /v2/pods"], "{reply:?}");
        assert!(pace.waits().is_empty(), "{reply:?}");
    }
}

#[tokio::test]
async fn what_certainly_did_not_happen_is_no_uncertainty() {
    for (status, kind, advice) in [
        (401, Kind::BadKey, Advice::FixThis),
        (402, Kind::Balance, Advice::Stop),
        (404, Kind::NotFound, Advice::FixThis),
        (410, Kind::Retired, Advice::FixThis),
        (413, Kind::TooLarge, Advice::FixThis),
        (422, Kind::Fields, Advice::FixThis),
    ] {
        let server = Server::script([Reply::json(status, "")]).await;
        for error in rent(&client(&server.url).0).await {
            assert_eq!((error.kind(), error.advice()), (kind, advice), "{error}");
            assert_eq!(error.http_status(), Some(status));
        }
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn what_may_be_repeated_is_repeated_with_growing_pauses() {
    let ok = Reply::json(200, r#"{"id":"p"}"#);
    let again = [Reply::Cut, Reply::json(503, ""), Reply::Half("{".to_owned()), ok.clone()];
    let server = Server::script(again).await;
    let (runpod, pace) = client(&server.url);
    assert_eq!(runpod.pods().get("p").await.unwrap().id, "p");
    assert_eq!(server.seen().len(), 4);
    assert_eq!(pace.waits(), [SECOND / 2, SECOND, 2 * SECOND]);
    let silent = Server::script([Reply::Never, ok]).await;
    assert_eq!(impatient(&silent.url).0.pods().get("p").await.unwrap().id, "p");
}

#[tokio::test]
async fn repeating_ends_with_the_attempts_or_the_budget() {
    let server = Server::script([Reply::json(500, "")]).await;
    let (runpod, _) = client(&server.url);
    let error = runpod.pods().get("p").await.unwrap_err();
    assert_eq!((error.kind(), error.advice(), server.seen().len()), (Kind::Server, Advice::TryAgain, 6));

    let server = Server::script([Reply::json(500, "")]).await;
    let (mut settings, pace) = settings(&server.url);
    settings.patience.attempts = 1000;
    let error = RunPod::new(settings).unwrap().pods().get("p").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Server);
    assert!(pace.waits().iter().sum::<Duration>() <= 120 * SECOND, "{:?}", pace.waits());
    assert!(server.seen().len() > 6);
}

#[tokio::test]
async fn nobody_there_is_tried_again_also_for_what_is_paid_for() {
    // A port that was just given back.
    let url = Server::script([Reply::Cut]).await.url;
    tokio::task::yield_now().await;
    let (runpod, pace) = client(&url);
    for error in rent(&runpod).await {
        assert_eq!((error.kind(), error.advice()), (Kind::Unreachable, Advice::TryAgain), "{error}");
    }
    assert_eq!(pace.waits().len(), 10);
}

#[tokio::test]
async fn a_429_is_waited_for_as_long_as_it_asks_also_by_what_is_paid_for() {
    let limited = Reply::json(429, "slow down").header("retry-after", "12");
    let server = Server::script([limited, Reply::json(200, r#"{"id":"j","status":"IN_QUEUE"}"#)]).await;
    let (runpod, pace) = client(&server.url);
    assert_eq!(runpod.jobs("ep").run(&job()).await.unwrap().id, "j");
    assert_eq!((server.seen().len(), pace.waits()), (2, vec![12 * SECOND]));
}

#[tokio::test]
async fn a_wait_beyond_the_budget_comes_back_and_keeps_others_of_the_lane_from_asking() {
    let limited = Reply::json(429, "").header("retry-after", "7000");
    let server = Server::answering(move |seen, _| {
        if seen.line.contains("/jobs/") { Reply::json(200, r#"{"jobs":{}}"#) } else { limited.clone() }
    })
    .await;
    let (runpod, pace) = client(&server.url);
    for _ in 0..2 {
        let error = runpod.clone().pods().list().await.unwrap_err();
        assert_eq!((error.kind(), error.wait()), (Kind::Limited, Some(7000 * SECOND)));
        assert!(error.to_string().contains("2 h"), "{error}");
    }
    runpod.jobs("ep").health().await.unwrap();
    assert_eq!(server.lines(), ["GET /v2/pods", "GET /jobs/ep/health"]);
    assert!(pace.waits().is_empty());
    assert_eq!(runpod.may_poll_in(SECOND), 7000 * SECOND);
}

#[tokio::test]
async fn all_clones_keep_to_the_windows_that_the_answers_tell() {
    let last =
        Reply::json(200, r#"{"pods":[]}"#).header("ratelimit", r#""minute";r=0;t=12, "day";r=500;t=40000"#);
    let server = Server::script([last, Reply::json(200, r#"{"pods":[]}"#)]).await;
    let (runpod, pace) = client(&server.url);
    runpod.pods().list().await.unwrap();
    assert!(pace.waits().is_empty());
    runpod.clone().pods().list().await.unwrap();
    assert_eq!(pace.waits(), [12 * SECOND]);
}

#[tokio::test]
async fn gone_after_a_lost_answer_is_done_and_gone_before_is_not_found() {
    let gone = Reply::json(404, r#"{"title":"Not Found","status":404,"detail":"x"}"#);
    let server = Server::script([Reply::Cut, gone.clone()]).await;
    client(&server.url).0.pods().delete("p").await.unwrap();
    assert_eq!(server.lines(), ["DELETE /v2/pods/p", "DELETE /v2/pods/p"]);
    let server = Server::script([gone]).await;
    assert!(client(&server.url).0.pods().delete("p").await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_answer_that_points_elsewhere_is_not_followed() {
    let elsewhere = Server::script([Reply::json(200, r#"{"pods":[]}"#)]).await;
    let to = format!("{}/v2/pods?x=1", elsewhere.url);
    let server = Server::script([Reply::json(302, "").header("location", &to)]).await;
    let error = client(&server.url).0.pods().list().await.unwrap_err();
    assert_eq!((error.kind(), error.advice()), (Kind::Garbage, Advice::FixThis), "{error}");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn what_is_no_secure_server_is_known_as_that() {
    let server = Server::script([Reply::json(200, "{}")]).await;
    let (runpod, _) = client(&server.url.replace("http://", "https://"));
    for error in rent(&runpod).await {
        assert_eq!((error.kind(), error.advice()), (Kind::Tls, Advice::FixThis), "{error}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let server = Server::script([Reply::json(200, "x".repeat(33 * 1024 * 1024))]).await;
    let error = client(&server.url).0.pods().get("p").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Garbage);
}

#[tokio::test]
async fn a_page_instead_of_data_says_where_to_look() {
    let page =
        Reply::Says(200, vec![("content-type", "text/html".to_owned())], "<html>Please log in".to_owned());
    let server = Server::script([page]).await;
    let error = client(&server.url).0.pods().list().await.unwrap_err();
    assert_eq!((error.kind(), error.advice(), server.seen().len()), (Kind::Garbage, Advice::FixThis, 1));
    let text = error.to_string();
    assert!(text.contains("a web page") && text.contains("base URL"), "{text}");
}

#[tokio::test]
async fn a_document_of_another_form_is_not_quoted() {
    let server = Server::script([
        Reply::json(200, r#"{"env":{"TOKEN":"hf_private"},"name":"no id"}"#),
        Reply::json(200, "plain words"),
    ])
    .await;
    let (runpod, _) = client(&server.url);
    let [document, words] =
        [runpod.pods().get("p").await, runpod.pods().get("p").await].map(Result::unwrap_err);
    assert!(
        document.to_string().contains("`id`") && !format!("{document:?}").contains("hf_private"),
        "{document}"
    );
    assert!(words.to_string().contains("plain words"), "{words}");
}

#[test]
fn the_header_with_the_key_is_marked_for_the_libraries_below() {
    let (settings, _) = settings("http://127.0.0.1:1");
    let http = Http::new("RunPod", &settings.key, settings.patience, settings.pace.clone()).unwrap();
    let url = Url::parse("http://127.0.0.1:1").unwrap();
    let header = http.authorization(&Call::new("ask", Method::GET, url, "lane")).unwrap();
    assert!(header.as_bytes().ends_with(KEY.as_bytes()));
    assert!(!format!("{header:?}").contains(KEY));
}
