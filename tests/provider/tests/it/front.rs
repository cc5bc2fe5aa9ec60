//! The HTTP front, called by a client that knows only sockets.

use provider_sim::clock::{MINUTE, SECOND};
use provider_sim::front::Pace;
use provider_sim::{Container, Fault, Front, Guest, Inside, Next, Settings, Wire, World};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Sends a request and reads until the connection ends: status, headers in small letters, body.
fn ask(base: &str, method: &str, path: &str, headers: &str, body: &str) -> Option<(u16, String, String)> {
    let mut socket = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    let length = body.len();
    let text = format!(
        "{method} {path} HTTP/1.1\r\nhost: sim\r\nauthorization: Bearer sim-key\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    socket.write_all(text.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, head.to_lowercase(), body.to_owned()))
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// Says a line a minute.
struct Talker;

impl Guest for Talker {
    fn wake(&mut self, inside: &mut Inside<'_>) -> Next {
        inside.log(format!("it is {}", inside.now));
        Next::At(inside.now + MINUTE)
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is what a house gives")]
fn talk(_: &Container) -> Option<Box<dyn Guest>> {
    Some(Box::new(Talker))
}

fn order() -> String {
    json!({"name": "br-1", "image": "img:1", "gpu": {"id": "NVIDIA L40S"}, "disk": 20}).to_string()
}

#[test]
fn a_pod_from_its_creation_to_its_end() {
    let front = Front::start(World::new(Settings::default(), talk), Pace::Still).unwrap();
    let (rest, admin) = (front.rest_base(), front.admin());
    let (status, head, body) = ask(&rest, "POST", "/v2/pods", "", &order()).unwrap();
    assert_eq!(status, 201, "{body}");
    assert!(head.contains("ratelimit: \"minute\";r=59;t=60"), "{head}");
    assert!(head.contains("ratelimit-policy: \"minute\";q=60;w=60"), "{head}");
    let pod = value(&body);
    assert_eq!(pod["status"], "PROVISIONING");
    assert_eq!(pod["cost"], 0.99);
    let path = format!("/v2/pods/{}", pod["id"].as_str().unwrap());

    admin.with(|world| world.pass(10 * MINUTE));
    let pod = value(&ask(&rest, "GET", &path, "", "").unwrap().2);
    assert_eq!(pod["status"], "RUNNING");
    assert!(pod["runtime"]["uptime"].as_i64().unwrap() > 0);

    let (status, _, body) =
        ask(&rest, "POST", &format!("{path}/action"), "", "{\"action\":\"terminate\"}").unwrap();
    assert_eq!((status, body.as_str()), (204, ""));
    admin.with(|world| world.pass(10 * SECOND));
    let (status, head, body) = ask(&rest, "GET", &path, "", "").unwrap();
    assert_eq!(status, 404);
    assert!(head.contains("content-type: application/problem+json"), "{head}");
    assert_eq!(value(&body)["title"], "Not Found");
    assert_eq!(admin.truth().rented().count(), 0);
}

#[test]
fn connections_end_before_and_after_the_effect() {
    let front = Front::start(World::new(Settings::default(), talk), Pace::Still).unwrap();
    let (rest, admin) = (front.rest_base(), front.admin());
    admin.inject(Fault::next("pods.create", Wire::LostBefore));
    assert_eq!(ask(&rest, "POST", "/v2/pods", "", &order()), None);
    assert_eq!(admin.truth().rented().count(), 0);
    admin.inject(Fault::next("pods.create", Wire::LostAfter));
    assert_eq!(ask(&rest, "POST", "/v2/pods", "", &order()), None);
    assert_eq!(admin.truth().rented().count(), 1);
    admin.inject(Fault::next("pods.list", Wire::CutShort));
    let (status, head, body) = ask(&rest, "GET", "/v2/pods", "", "").unwrap();
    let length: usize =
        head.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap();
    assert_eq!((status, body.len()), (200, length / 2));
    admin.inject(Fault::next("pods.list", Wire::Html));
    let (status, head, _) = ask(&rest, "GET", "/v2/pods", "", "").unwrap();
    assert!(status == 502 && head.contains("text/html"));
}

#[test]
fn a_log_is_streamed_and_taken_up_again() {
    let front = Front::start(World::new(Settings::instant(), talk), Pace::Still).unwrap();
    let (rest, admin) = (front.rest_base(), front.admin());
    let id =
        value(&ask(&rest, "POST", "/v2/pods", "", &order()).unwrap().2)["id"].as_str().unwrap().to_owned();
    admin.with(|world| world.pass(2 * MINUTE + 1));
    let open = |path: String, headers: &str| {
        let mut socket = TcpStream::connect(rest.strip_prefix("http://").unwrap()).unwrap();
        write!(socket, "GET {path} HTTP/1.1\r\nhost: sim\r\nauthorization: Bearer sim-key\r\n{headers}\r\n")
            .unwrap();
        socket
    };
    let until = |socket: &mut TcpStream, what: &str| {
        let mut text = String::new();
        let mut piece = [0; 4096];
        while !text.contains(what) {
            let n = socket.read(&mut piece).unwrap();
            assert!(n > 0, "ended without {what}: {text}");
            text.push_str(std::str::from_utf8(&piece[..n]).unwrap());
        }
        text
    };
    let mut socket = open(format!("/v2/pods/{id}/logs?source=container&tail=2"), "");
    let minute = |n| format!("it is {}", provider_sim::clock::BEGINNING + n * MINUTE);
    let text = until(&mut socket, &minute(2));
    assert!(
        text.starts_with("HTTP/1.1 200 OK") && text.contains("content-type: text/event-stream"),
        "{text}"
    );
    assert!(text.contains(&minute(1)) && !text.contains(&minute(0)), "{text}");
    // What comes later comes by itself.
    admin.with(|world| world.pass(3 * MINUTE));
    let text = until(&mut socket, &minute(5));
    let cursor = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned();
    assert!(cursor.starts_with("2026-11-20T00:03:00Z/"), "{cursor}");
    drop(socket);
    let mut socket = open(format!("/v2/pods/{id}/logs?tail=5000"), &format!("last-event-id: {cursor}\r\n"));
    let text = until(&mut socket, &minute(5));
    assert!(text.contains(&minute(4)) && !text.contains(&minute(3)), "{text}");
    // The stream ends with the pod.
    admin.with(|world| world.terminate(&id));
    until(&mut socket, "0\r\n\r\n");
    assert_eq!(ask(&rest, "GET", &format!("/v2/pods/{id}/logs"), "", "").unwrap().0, 404);
}

#[test]
fn old_doors_are_closed() {
    let front = Front::start(World::new(Settings::instant(), talk), Pace::Still).unwrap();
    let (status, _, body) = ask(&front.old_base(), "GET", "/v1/pods", "", "").unwrap();
    assert!(status == 410 && value(&body)["error"].is_string());
    let ask_balance = || {
        ask(
            &front.rest_base(),
            "POST",
            "/graphql",
            "",
            r#"{"query":"query { myself { clientBalance currentSpendPerHr } }"}"#,
        )
        .unwrap()
    };
    let (status, _, body) = ask_balance();
    assert_eq!((status, value(&body)["data"]["myself"]["clientBalance"].as_f64()), (200, Some(1000.0)));
    front.admin().with(|world| world.settings.graphql = false);
    assert_eq!(ask_balance().0, 410);
}
