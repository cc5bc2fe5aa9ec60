use super::*;

fn folder() -> (tempfile::TempDir, Files) {
    let dir = tempfile::tempdir().unwrap();
    let files = Files::open(&FilesUrl::Folder(dir.path().join("store")), &Credentials::default()).unwrap();
    (dir, files)
}

#[test]
fn understands_folders_and_buckets_and_nothing_else() {
    assert_eq!(FilesUrl::parse("/a/b").unwrap(), FilesUrl::Folder("/a/b".into()));
    assert_eq!(FilesUrl::parse("file:///a/b").unwrap(), FilesUrl::Folder("/a/b".into()));
    assert_eq!(FilesUrl::parse("s3://").unwrap(), FilesUrl::Buckets);
    assert_eq!(
        FilesUrl::parse("s3://team/runs/x/").unwrap(),
        FilesUrl::Bucket { bucket: "team".into(), prefix: "runs/x".into() }
    );
    for wrong in ["", "https://user:secret@host/x", "gs://b"] {
        let e = FilesUrl::parse(wrong).unwrap_err();
        assert!(!e.to_string().contains("secret") && !e.hint.is_empty());
    }
}

#[tokio::test]
async fn an_upload_appears_when_finished_and_never_before() {
    let (dir, files) = folder();
    let mut up = files.put_stream("training-files/u/training.json").unwrap();
    up.write(&vec![b'x'; 9 << 20]).await.unwrap();
    assert_eq!(files.head("training-files/u/training.json").await.unwrap(), None);
    assert_eq!(up.finish().await.unwrap(), 9 << 20);
    let meta = files.head("training-files/u/training.json").await.unwrap().unwrap();
    assert_eq!(meta.size, 9 << 20);

    let mut up = files.put_stream("training-files/v/training.json").unwrap();
    up.write(b"half").await.unwrap();
    up.abort().await.unwrap();
    let listed: Vec<_> = files.list("training-files").map_ok(|m| m.key).try_collect().await.unwrap();
    assert_eq!(listed, ["training-files/u/training.json"]);
    drop(dir);
}

#[tokio::test]
async fn delete_sweeps_what_a_killed_upload_left_and_is_content_with_nothing() {
    let (dir, files) = folder();
    let mut up = files.put_stream("training-files/w/training.json").unwrap();
    up.write(&vec![b'x'; 9 << 20]).await.unwrap();
    std::mem::forget(up);
    let left = dir.path().join("store/training-files/w");
    assert_eq!(std::fs::read_dir(&left).unwrap().count(), 1);
    files.delete("training-files/w/training.json").await.unwrap();
    assert!(!left.exists());
    files.delete("training-files/w/training.json").await.unwrap();
}

#[tokio::test]
async fn many_are_written_and_read_in_ranges() {
    let (_dir, files) = folder();
    let objects =
        (0..20).map(|n| (format!("conversation-files/u/{n}/enriched.json"), Bytes::from(format!("{{{n}}}"))));
    files.put_many(objects.collect()).await.unwrap();
    assert_eq!(files.get("conversation-files/u/7/enriched.json").await.unwrap().as_ref(), b"{7}");
    assert_eq!(files.get_range("conversation-files/u/17/enriched.json", 1..3).await.unwrap().as_ref(), b"17");
    let missing = files.get("conversation-files/u/99/enriched.json").await.unwrap_err();
    assert!(missing.is_missing() && missing.to_string().contains("conversation-files/u/99"));
}

#[tokio::test]
async fn keys_that_climb_out_are_no_keys() {
    let (_dir, files) = folder();
    for key in ["training-files/../x", "training-files//x", ""] {
        assert!(files.put(key, Bytes::from_static(b"x")).await.is_err(), "{key}");
    }
}

#[tokio::test]
async fn a_file_in_the_way_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let e = Files::open(&FilesUrl::Folder(file.join("store")), &Credentials::default()).unwrap_err();
    assert!(e.to_string().contains("store"), "{e}");
}
