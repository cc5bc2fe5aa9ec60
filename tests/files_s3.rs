//! One story about objects, told on a folder and on a real S3 server (`s3s-fs`, in this process, which checks signatures).

use futures::TryStreamExt as _;
use std::time::Duration;
use store::files::{Allow, CONVERSATIONS, Credentials, Files, FilesErrorKind, FilesUrl, TRAINING};

#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "support/s3.rs"]
mod s3;

use s3::{SECRET, serve};

fn credentials(endpoint: &str, secret: &str) -> Credentials {
    Credentials {
        endpoint: Some(endpoint.to_owned()),
        region: Some("eu-central-1".to_owned()),
        access_key: Some("tester".into()),
        secret_key: Some(secret.into()),
        session_token: None,
    }
}

/// What every place for objects must do.
async fn story(files: &Files) {
    files.check("me", "1").await.unwrap();

    // Whole objects, also over an old one.
    let key = format!("{CONVERSATIONS}/u/a/enriched.json");
    files.put(&key, "{\"old\":1}".into()).await.unwrap();
    files.put(&key, "{\"new\":2}".into()).await.unwrap();
    assert_eq!(files.get(&key).await.unwrap().as_ref(), b"{\"new\":2}");
    assert_eq!(files.get_range(&key, 2..5).await.unwrap().as_ref(), b"new");

    // Many at once.
    let many =
        (0..12).map(|n| (format!("{CONVERSATIONS}/u/{n}/raw.json"), format!("[{n}]").into())).collect();
    files.put_many(many).await.unwrap();
    assert_eq!(files.get(&format!("{CONVERSATIONS}/u/11/raw.json")).await.unwrap().as_ref(), b"[11]");

    // More than one part; nothing is there until the end.
    let big = format!("{TRAINING}/f/training.json");
    let mut up = files.put_stream(&big).unwrap();
    for n in 0..20_u8 {
        up.write(&vec![n; 1 << 20]).await.unwrap();
    }
    assert_eq!(files.head(&big).await.unwrap(), None);
    assert_eq!(up.finish().await.unwrap(), 20 << 20);
    assert_eq!(files.head(&big).await.unwrap().unwrap().size, 20 << 20);
    let (size, stream) = files.get_stream(&big).await.unwrap();
    let bytes = stream.try_fold(Vec::new(), |mut all, part| async move {
        all.extend_from_slice(&part);
        Ok(all)
    });
    let bytes = bytes.await.unwrap();
    assert_eq!(bytes.len() as u64, size);
    assert!(bytes.chunks(1 << 20).zip(0_u8..).all(|(mib, n)| mib.iter().all(|b| *b == n)));

    // Given up: never there.
    let given_up = format!("{TRAINING}/g/training.json");
    let mut up = files.put_stream(&given_up).unwrap();
    up.write(&vec![0; 9 << 20]).await.unwrap();
    up.abort().await.unwrap();
    assert_eq!(files.head(&given_up).await.unwrap(), None);

    // An empty object is an object.
    let empty = format!("{TRAINING}/h/training.jsonl");
    files.put_stream(&empty).unwrap().finish().await.unwrap();
    assert_eq!(files.head(&empty).await.unwrap().unwrap().size, 0);

    let mut listed: Vec<String> = files.list(TRAINING).map_ok(|m| m.key).try_collect().await.unwrap();
    listed.sort();
    assert_eq!(listed, [big.clone(), empty.clone()]);

    // One by one; a missing one is fine.
    for key in [&big, &empty, &big] {
        files.delete(key).await.unwrap();
    }
    let missing = files.get(&big).await.unwrap_err();
    assert_eq!(missing.kind, FilesErrorKind::Missing, "{missing}");
    assert!(missing.to_string().contains(&big));
}

#[tokio::test]
async fn a_folder_tells_the_story() {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::open(&FilesUrl::Folder(dir.path().join("files")), &Credentials::default()).unwrap();
    story(&files).await;
    assert!(
        files.presign(Allow::Read, &format!("{TRAINING}/x"), Duration::from_mins(1)).await.unwrap().is_none()
    );
    assert!(files.local_path(&format!("{TRAINING}/x")).is_some_and(|p| p.starts_with(dir.path())));
}

#[tokio::test]
async fn one_bucket_with_a_prefix_tells_the_story() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("team")).unwrap();
    let at = serve(dir.path()).await;
    let url = FilesUrl::parse("s3://team/bright/run").unwrap();
    let files = Files::open(&url, &credentials(&at, SECRET)).unwrap();
    story(&files).await;
    assert!(dir.path().join("team/bright/run/conversation-files/u/a/enriched.json").is_file());
}

#[tokio::test]
async fn the_platforms_buckets_tell_the_story_and_links_work() {
    let dir = tempfile::tempdir().unwrap();
    for bucket in [CONVERSATIONS, TRAINING] {
        std::fs::create_dir(dir.path().join(bucket)).unwrap();
    }
    let at = serve(dir.path()).await;
    let files = Files::open(&FilesUrl::Buckets, &credentials(&at, SECRET)).unwrap();
    story(&files).await;
    assert!(dir.path().join(CONVERSATIONS).join("u/a/enriched.json").is_file());

    let key = format!("{CONVERSATIONS}/u/a/enriched.json");
    let link = files.presign(Allow::Read, &key, Duration::from_mins(1)).await.unwrap().unwrap();
    assert!(link.as_str().starts_with(&at) && link.path() == "/conversation-files/u/a/enriched.json");
    assert!(link.query().is_some_and(|q| q.contains("X-Amz-Signature=") && !q.contains(SECRET)));
}

#[tokio::test]
async fn what_is_wrong_is_said_in_a_sentence_without_secrets() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("team")).unwrap();
    let at = serve(dir.path()).await;
    let port_of_nobody = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let wrong_secret = "a-wrong-secret";
    for (bucket, endpoint, secret, kind) in [
        ("s3://team", &at, wrong_secret, FilesErrorKind::Denied),
        ("s3://nobody", &at, SECRET, FilesErrorKind::NoBucket),
        ("s3://team", &port_of_nobody, SECRET, FilesErrorKind::Unreachable),
    ] {
        let files = Files::open(&FilesUrl::parse(bucket).unwrap(), &credentials(endpoint, secret)).unwrap();
        // The server of the test makes a missing bucket when it is written to, so a list asks for that one.
        let error = match kind {
            FilesErrorKind::NoBucket => files.list(TRAINING).try_collect::<Vec<_>>().await.unwrap_err(),
            _ => files.check("me", "2").await.unwrap_err(),
        };
        assert_eq!(error.kind, kind, "{error}");
        assert!(!error.hint.is_empty());
        for text in [format!("{error} {}", error.hint), format!("{error:?}"), format!("{files:?}")] {
            assert!(!text.contains(secret) && !text.contains('\n') && text.len() < 400, "{text}");
        }
    }
}

#[tokio::test]
async fn missing_keys_are_named_where_the_server_wants_them() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join(CONVERSATIONS)).unwrap();
    let endpoint = serve(root.path()).await;
    let all = credentials(&endpoint, SECRET);
    let none = Credentials { access_key: None, secret_key: None, ..all.clone() };
    let files = Files::open(&FilesUrl::Buckets, &none).unwrap();
    assert!(files.at().ends_with("(no keys)"), "{}", files.at());
    let denied = files.check("me", "1").await.unwrap_err();
    assert_eq!(denied.kind, FilesErrorKind::Denied, "{denied}");
    assert!(denied.sentence.ends_with("without keys"), "{denied}");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        assert!(denied.hint.contains(name), "{}", denied.hint);
    }
    let half = |credentials| Files::open(&FilesUrl::Buckets, &credentials).unwrap_err().to_string();
    assert!(
        half(Credentials { secret_key: None, ..all.clone() }).contains("AWS_SECRET_ACCESS_KEY is missing")
    );
    assert!(half(Credentials { access_key: None, ..all }).contains("AWS_ACCESS_KEY_ID is missing"));
}
