//! What the vendor's document does not have: jobs, secrets, balance, pages, streams that break; and that the key is nowhere.

use super::*;
use crate::error::{Advice, Kind};
use crate::testing::{KEY, Reply, Server, client, settings};
use domain::lenient::Word;
use domain::money::Usd;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write;
use std::sync::Mutex;

const SECOND: Duration = Duration::from_secs(1);

fn policy() -> Policy {
    Policy::new(7200 * SECOND, 3600 * SECOND).unwrap()
}

fn pod() -> NewPod {
    NewPod::new("brightrun-a", "image:1", Compute::Gpu(Gpu::new("NVIDIA L4", 1)))
}

#[tokio::test]
async fn each_operation_of_the_queue_is_asked_as_documented() {
    let server = Server::answering(|seen, _| {
        Reply::json(
            200,
            match seen.line.split('/').nth(3).unwrap() {
                "purge-queue" => json!({"removed": 2, "status": "completed"}),
                "health" => json!({"jobs": {"inQueue": 1}, "workers": {"throttled": 2}}),
                "requests" => {
                    json!({"requests": [{"id": "a", "status": "COMPLETED", "input": {"run": "a"}}]})
                }
                operation if operation.starts_with("stream") => {
                    json!({"status": "IN_PROGRESS", "stream": []})
                }
                _ => json!({"id": "j-u1", "status": "IN_QUEUE", "delayTime": 5}),
            },
        )
    })
    .await;
    let (runpod, _) = client(&server.url);
    let jobs = runpod.jobs(" ep ");
    let submitted = jobs.run(&NewJob::new(json!({"run": "a"}), policy().low_priority())).await.unwrap();
    assert_eq!((submitted.id.as_str(), submitted.status), ("j-u1", JobState::InQueue.into()));
    assert_eq!(jobs.status("j/1").await.unwrap().delay_time, Some(5));
    jobs.stream("j", Some(SECOND * 3600)).await.unwrap();
    jobs.cancel("j").await.unwrap();
    jobs.retry("j").await.unwrap();
    assert_eq!(jobs.purge().await.unwrap(), 2);
    assert_eq!(jobs.health().await.unwrap().workers.throttled, 2);
    assert_eq!(jobs.requests().await.unwrap().len(), 1);
    assert_eq!(
        server.lines(),
        [
            "POST /jobs/ep/run",
            "GET /jobs/ep/status/j%2F1",
            "GET /jobs/ep/stream/j?wait=40000",
            "POST /jobs/ep/cancel/j",
            "POST /jobs/ep/retry/j",
            "POST /jobs/ep/purge-queue",
            "GET /jobs/ep/health",
            "GET /jobs/ep/requests",
        ]
    );
    let seen = server.seen();
    let policy = json!({"executionTimeout": 7_200_000, "ttl": 10_800_000, "lowPriority": true});
    assert_eq!(seen[0].json(), json!({"input": {"run": "a"}, "policy": policy}));
    assert_eq!(seen[0].headers["authorization"], format!("Bearer {KEY}"));
    assert!(seen[3].body.is_empty(), "cancel has no body");
}

#[tokio::test]
async fn what_would_be_refused_is_not_sent() {
    let server = Server::script([Reply::json(200, "{}")]).await;
    let (runpod, _) = client(&server.url);
    let jobs = runpod.jobs("ep");
    for input in [json!({}), json!([1]), json!("text"), Value::Null] {
        let error = jobs.run(&NewJob::new(input, policy())).await.unwrap_err();
        assert_eq!((error.kind(), error.advice()), (Kind::Rule, Advice::FixThis), "{error}");
    }
    let large = NewJob::new(json!({"x": "y".repeat(10_000_000)}), policy());
    assert_eq!(jobs.run(&large).await.unwrap_err().kind(), Kind::TooLarge);
    assert_eq!(runpod.jobs("").health().await.unwrap_err().kind(), Kind::Rule);
    assert_eq!(jobs.cancel("..").await.unwrap_err().kind(), Kind::Rule);

    let with = |change: fn(&mut NewPod)| {
        let mut pod = pod();
        change(&mut pod);
        pod
    };
    for (pod, kind) in [
        (with(|pod| pod.name.clear()), Kind::Rule),
        (with(|pod| pod.image = Some(" ".to_owned())), Kind::Rule),
        (with(|pod| pod.env = Env((0..51).map(|n| (format!("V{n}"), String::new())).collect())), Kind::Rule),
        (
            with(|pod| (pod.mounts, pod.cloud) = (Some(Mounts::network("v", "/w")), Some(Cloud::Community))),
            Kind::Rule,
        ),
        (with(|pod| pod.args = Some("x".repeat(102_400))), Kind::TooLarge),
    ] {
        assert_eq!(runpod.pods().create(&pod).await.unwrap_err().kind(), kind);
    }
    for id in ["", " ", ".", ".."] {
        assert_eq!(runpod.pods().delete(id).await.unwrap_err().kind(), Kind::Rule);
    }
    let endpoint = NewEndpoint {
        scaling: Scaling::RequestCount { jobs: 1 },
        ..NewEndpoint::queue("n", "i", EndpointGpu::new(["ADA_24"]), 1)
    };
    assert!(runpod.endpoints().create(&endpoint).await.unwrap_err().to_string().contains("idle timeout"));
    let volume = NewVolume { name: "n".to_owned(), size: 9, data_center: "EU-RO-1".to_owned(), tier: None };
    assert_eq!(runpod.volumes().create(&volume).await.unwrap_err().kind(), Kind::Rule);
    assert_eq!(runpod.secrets().create("RUNPOD_x", &"v".into(), None).await.unwrap_err().kind(), Kind::Rule);
    assert!(server.seen().is_empty(), "{:?}", server.lines());
}

#[tokio::test]
async fn a_list_is_read_over_all_its_pages_and_none_is_left_out() {
    let page = |ids: &[&str], rest: Value| {
        let mut page = json!({"pods": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()});
        page.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Reply::json(200, page)
    };
    let server = Server::script([
        page(&["a", "b"], json!({"nextCursor": "x y"})),
        page(&["c"], json!({"pagination": {"nextCursor": "z", "total": 4}})),
        page(&["d"], json!({"nextCursor": null, "pagination": null})),
    ])
    .await;
    let pods = client(&server.url).0.pods().list().await.unwrap();
    assert_eq!(pods.iter().map(|pod| pod.id.as_str()).collect::<String>(), "abcd");
    assert_eq!(server.lines(), ["GET /v2/pods", "GET /v2/pods?cursor=x+y", "GET /v2/pods?cursor=z"]);

    // The server ignores the cursor: the same page again and again.
    let server = Server::script([page(&["a"], json!({"nextCursor": "same"}))]).await;
    assert_eq!(client(&server.url).0.pods().list().await.unwrap().len(), 2);
    assert_eq!(server.seen().len(), 2);

    for body in [json!({}), json!("none"), json!({"requests": [{"id": "a"}]}), json!({"count": 0})] {
        let server = Server::script([Reply::json(200, &body)]).await;
        let error = client(&server.url).0.jobs("ep").requests().await.unwrap_err();
        assert_eq!(error.kind(), Kind::Garbage, "{body}");
    }
    for body in
        [json!({"pods": [{"id": "a"}, {"name": "no id"}]}), json!({"endpoints": []}), json!({"pods": null})]
    {
        let server = Server::script([Reply::json(200, &body)]).await;
        let error = client(&server.url).0.pods().list().await.unwrap_err();
        assert_eq!(error.kind(), Kind::Garbage, "{body}");
    }
}

#[tokio::test]
async fn secrets_are_kept_found_by_name_and_never_quoted() {
    let secret = "hf_MARKED0SECRET";
    let refused = Reply::json(
        422,
        json!({"title": "t", "status": 422, "detail": format!("bad value {secret}"), "errors": [format!("value: {secret} is odd")]}),
    );
    let known = json!({"secrets": [{"id": "1", "name": "other"}, {"id": "2", "name": "hf", "createdAt": "2026-09-17T00:00:00Z"}]});
    let server = Server::script([
        Reply::json(201, json!({"id": "2", "name": "hf"})),
        refused,
        Reply::json(200, known),
        Reply::json(204, ""),
    ])
    .await;
    let (runpod, _) = client(&server.url);
    let secrets = runpod.secrets();
    assert_eq!(secrets.create("hf", &secret.into(), Some("d")).await.unwrap().id, "2");
    let error = secrets.change("2", &secret.into()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Fields);
    assert!(!format!("{error}{error:?}{:?}", error.wrong_fields()).contains("MARKED"), "{error:?}");
    assert_eq!(secrets.list(Some("hf")).await.unwrap()[0].id, "2");
    secrets.delete("2").await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "POST /v2/account/secrets",
            "PATCH /v2/account/secrets/2",
            "GET /v2/account/secrets?name=hf",
            "DELETE /v2/account/secrets/2",
        ]
    );
    assert_eq!(server.seen()[0].json(), json!({"name": "hf", "value": secret, "description": "d"}));
    assert_eq!(secret_reference("hf"), "{{ RUNPOD_SECRET_hf }}");
}

#[tokio::test]
async fn the_balance_is_told_or_not_available() {
    let told =
        json!({"data": {"myself": {"clientBalance": "12.5", "currentSpendPerHr": 0.74, "spendLimit": 80}}});
    let server = Server::script([Reply::json(200, told)]).await;
    let balance = client(&server.url).0.wallet().balance().await.unwrap().unwrap();
    assert_eq!(balance.left, Usd::cents(1250));
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /graphql");
    assert!(seen.json()["query"].as_str().unwrap().contains("clientBalance"));
    for status in [404, 410] {
        let server = Server::script([Reply::json(status, "gone")]).await;
        assert_eq!(client(&server.url).0.wallet().balance().await, Ok(None));
    }
    let server = Server::script([Reply::json(401, "")]).await;
    assert_eq!(client(&server.url).0.wallet().balance().await.unwrap_err().kind(), Kind::BadKey);
}

#[tokio::test]
async fn a_log_goes_on_behind_its_last_line_and_no_line_comes_twice() {
    let event = |id: &str, line: &str| {
        format!(
            "id: {id}\ndata: {{\"source\":\"container\",\"line\":\"{line}\",\"ts\":\"2026-06-01T12:00:00Z\"}}\n\n"
        )
    };
    let server = Server::script([
        Reply::json(503, ""),
        Reply::Half(
            event("1", "one") + &event("1", "two") + "data: ping\n\n" + "id: 2\ndata: {\"line\":\"ha",
        ),
        Reply::Cut,
        // The server begins with what has the last id, also with a line that was printed twice.
        Reply::events(
            &(event("1", "two")
                + &event("1", "one")
                + &event("1", "two")
                + ": alive\n\n"
                + &event("2", "three")),
        ),
        Reply::events(""),
    ])
    .await;
    let (runpod, _) = client(&server.url);
    let query = LogQuery { source: Some(LogSource::Container), tail: Some(9000), ..LogQuery::default() };
    let mut log = runpod.pods().logs("p", query).unwrap();
    let mut lines = Vec::new();
    while let Some(line) = log.next().await.unwrap() {
        assert_eq!(line.source, Some(Word::Known(LogSource::Container)));
        lines.push(line.line);
    }
    assert_eq!(lines, ["one", "two", "two", "three"]);
    assert_eq!(log.cursor(), Some("2"));
    let seen = server.seen();
    assert_eq!(seen[0].line, "GET /v2/pods/p/logs?source=container&tail=5000");
    assert!(seen[0].headers["accept"].contains("text/event-stream"));
    assert_eq!(seen[3].line, "GET /v2/pods/p/logs?source=container");
    assert_eq!(
        (seen[3].headers["last-event-id"].as_str(), seen[4].headers["last-event-id"].as_str()),
        ("1", "2")
    );
}

#[tokio::test]
async fn a_log_that_cannot_be_had_says_so() {
    for (status, kind) in [(400, Kind::Rule), (403, Kind::Scope), (404, Kind::NotFound)] {
        let server = Server::script([Reply::json(status, r#"{"title":"t","status":0,"detail":"d"}"#)]).await;
        let (runpod, _) = client(&server.url);
        let error = runpod.pods().logs("p", LogQuery::default()).unwrap().next().await.unwrap_err();
        assert_eq!((error.kind(), server.seen().len()), (kind, 1));
    }
    let server = Server::script([Reply::json(503, "")]).await;
    let (runpod, _) = client(&server.url);
    let error = runpod.pods().logs("p", LogQuery::default()).unwrap().next().await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (Kind::Server, 6));
}

#[test]
fn without_a_usable_key_or_address_there_is_no_client() {
    let kind = |key: &str| {
        let (settings, _) = settings("http://127.0.0.1:1");
        RunPod::new(Settings { key: key.into(), ..settings }).map(drop).map_err(|error| error.kind())
    };
    assert_eq!((kind(""), kind(" \n")), (Err(Kind::NoKey), Err(Kind::NoKey)));
    assert_eq!((kind("rpa\nx"), kind("schlüssel")), (Err(Kind::Settings), Err(Kind::Settings)));
    assert_eq!(kind(" rpa_fine\n"), Ok(()));
    let (mut settings, _) = settings("http://127.0.0.1:1");
    settings.bases.rest = "http://api.runpod.io/v2".to_owned();
    assert_eq!(RunPod::new(settings).unwrap_err().kind(), Kind::Settings);
}

/// Everything that is logged, in all detail.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_key_is_in_one_header_and_nowhere_else() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::level_filters::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    // A server that throws everything back that it gets, in every form and with every status.
    let server = Server::answering(|seen, before| {
        let all = format!("{:?} {}", seen.headers, seen.body);
        let status = [200, 400, 401, 403, 404, 409, 422, 500][before % 8];
        match before / 8 % 4 {
            0 => Reply::json(status, json!({"title": all, "detail": all, "errors": [all, {"x": all}]})),
            1 => Reply::json(status, json!({"error": {"message": all}})),
            2 => Reply::Says(status, vec![("content-type", "text/html".to_owned())], format!("<p>{all}")),
            _ => Reply::Says(302, vec![("location", format!("/{KEY}?{KEY}"))], all),
        }
    })
    .await;
    let (mut settings, _) = settings(&server.url);
    settings.patience.attempts = 1;
    let mut told = format!("{settings:?}");
    let runpod = RunPod::new(settings).unwrap();
    let _ = write!(told, "{runpod:?} {:?} {:?}", runpod.pods(), runpod.jobs("ep"));
    for _ in 0..32 {
        let errors = [
            runpod.pods().create(&pod()).await.err(),
            runpod.pods().list().await.err(),
            runpod.jobs("ep").run(&NewJob::new(json!({"a": 1}), policy())).await.err(),
            runpod.wallet().balance().await.err(),
            runpod.pods().logs("p", LogQuery::default()).unwrap().next().await.err(),
        ];
        for error in errors.into_iter().flatten() {
            let _ = writeln!(told, "{error} {error:?} {} {:?}", error.said(), error.wrong_fields());
        }
    }
    let seen = server.seen();
    assert!(seen.len() > 100 && told.contains("[secret]"), "the server did throw the key back");
    for seen in seen {
        assert_eq!(seen.headers["authorization"], format!("Bearer {KEY}"));
        let others = seen.headers.iter().filter(|(name, _)| *name != "authorization");
        assert!(
            !others
                .chain([(&seen.line, &seen.body)])
                .any(|(name, value)| format!("{name}{value}").contains("MARKED"))
        );
    }
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(
        logged.contains("asked RunPod") && logged.contains("hyper"),
        "the log holds nothing: {}",
        logged.len()
    );
    assert!(!logged.contains("MARKED"), "the log holds the key");
    assert!(
        !told.contains("MARKED"),
        "{}",
        told.lines().find(|line| line.contains("MARKED")).unwrap_or_default()
    );
}
