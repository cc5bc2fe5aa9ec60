//! A bucket in memory behind the S3 server of `s3.rs`: HTTP, signatures and lists are as they are, and nobody waits for files. Machines that are played
//! reach it by the same signed addresses, without asking the server.

use futures::TryStreamExt as _;
use provider_sim::guest::web::Web;
use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput,
    HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output, Object, PutObjectInput, PutObjectOutput,
    StreamingBlob, Timestamp,
};
use s3s::{Body, S3, S3Request, S3Response, S3Result, s3_error};
use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Bytes, and the how-manieth write they came by: that is their time and their tag, too.
#[derive(Debug, Clone)]
struct Kept {
    bytes: hyper::body::Bytes,
    write: u64,
}

impl Kept {
    fn tag(&self) -> ETag {
        ETag::Strong(format!("{:032x}", self.write))
    }
    fn at(&self) -> Timestamp {
        Timestamp::from(SystemTime::UNIX_EPOCH + Duration::from_secs(self.write))
    }
    fn length(&self) -> i64 {
        i64::try_from(self.bytes.len()).unwrap_or(i64::MAX)
    }
}

#[derive(Debug, Default)]
struct Inside {
    /// By bucket, slash, key.
    all: BTreeMap<String, Kept>,
    writes: u64,
}

/// The objects of all buckets; clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Objects(Arc<Mutex<Inside>>);

type Answer<'a, T> = Pin<Box<dyn Future<Output = S3Result<S3Response<T>>> + Send + 'a>>;

fn answer<'a, T: Send + 'a>(result: S3Result<T>) -> Answer<'a, T> {
    Box::pin(ready(result.map(S3Response::new)))
}

/// Where `http://host/bucket/key?signature` lies.
fn place(address: &str) -> String {
    let plain = address.split(['?', '#']).next().unwrap_or_default();
    let path = plain.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    path.map_or(plain, |(_, path)| path).to_owned()
}

impl Objects {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn find(&self, bucket: &str, key: &str) -> S3Result<Kept> {
        let found = self.inside().all.get(&format!("{bucket}/{key}")).cloned();
        found.ok_or_else(|| s3_error!(NoSuchKey))
    }
    fn keep(&self, place: String, bytes: hyper::body::Bytes) -> Kept {
        let mut inside = self.inside();
        inside.writes += 1;
        let kept = Kept { bytes, write: inside.writes };
        inside.all.insert(place, kept.clone());
        kept
    }
}

impl Web for Objects {
    fn get(&mut self, address: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.inside().all.get(&place(address)).map(|kept| kept.bytes.to_vec()))
    }
    fn put(&mut self, address: &str, bytes: Vec<u8>) -> Result<(), String> {
        self.keep(place(address), bytes.into());
        Ok(())
    }
}

impl S3 for Objects {
    fn get_object<'a, 'all>(&'a self, asked: S3Request<GetObjectInput>) -> Answer<'all, GetObjectOutput>
    where
        'a: 'all,
        Self: 'all,
    {
        let asked = asked.input;
        answer(self.find(&asked.bucket, &asked.key).and_then(|kept| {
            let all = kept.bytes.len();
            let range = asked.range.map(|range| range.check(all as u64)).transpose()?;
            let content_range =
                range.as_ref().map(|range| format!("bytes {}-{}/{all}", range.start, range.end - 1));
            let index = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            let bytes = match range {
                Some(range) => kept.bytes.slice(index(range.start)..index(range.end)),
                None => kept.bytes.clone(),
            };
            Ok(GetObjectOutput {
                content_length: i64::try_from(bytes.len()).ok(),
                content_range,
                last_modified: Some(kept.at()),
                e_tag: Some(kept.tag()),
                body: Some(StreamingBlob::from(Body::from(bytes))),
                ..GetObjectOutput::default()
            })
        }))
    }

    fn head_object<'a, 'all>(&'a self, asked: S3Request<HeadObjectInput>) -> Answer<'all, HeadObjectOutput>
    where
        'a: 'all,
        Self: 'all,
    {
        answer(self.find(&asked.input.bucket, &asked.input.key).map(|kept| HeadObjectOutput {
            content_length: Some(kept.length()),
            last_modified: Some(kept.at()),
            e_tag: Some(kept.tag()),
            ..HeadObjectOutput::default()
        }))
    }

    fn put_object<'a, 'all>(&'a self, asked: S3Request<PutObjectInput>) -> Answer<'all, PutObjectOutput>
    where
        'a: 'all,
        Self: 'all,
    {
        Box::pin(async move {
            let asked = asked.input;
            let mut bytes = Vec::new();
            if let Some(mut body) = asked.body {
                while let Some(more) = body.try_next().await.map_err(|_| s3_error!(IncompleteBody))? {
                    bytes.extend_from_slice(&more);
                }
            }
            let kept = self.keep(format!("{}/{}", asked.bucket, asked.key), bytes.into());
            Ok(S3Response::new(PutObjectOutput { e_tag: Some(kept.tag()), ..PutObjectOutput::default() }))
        })
    }

    fn delete_object<'a, 'all>(
        &'a self,
        asked: S3Request<DeleteObjectInput>,
    ) -> Answer<'all, DeleteObjectOutput>
    where
        'a: 'all,
        Self: 'all,
    {
        self.inside().all.remove(&format!("{}/{}", asked.input.bucket, asked.input.key));
        answer(Ok(DeleteObjectOutput::default()))
    }

    /// Without folders: nobody here asks for them.
    fn list_objects_v2<'a, 'all>(
        &'a self,
        asked: S3Request<ListObjectsV2Input>,
    ) -> Answer<'all, ListObjectsV2Output>
    where
        'a: 'all,
        Self: 'all,
    {
        let asked = asked.input;
        if asked.delimiter.is_some() {
            return answer(Err(s3_error!(NotImplemented)));
        }
        let bucket = format!("{}/", asked.bucket);
        let prefix = format!("{bucket}{}", asked.prefix.unwrap_or_default());
        let after = asked.continuation_token.or(asked.start_after).map(|after| format!("{bucket}{after}"));
        let most = usize::try_from(asked.max_keys.unwrap_or(1000)).unwrap_or(1000);
        let inside = self.inside();
        let below = inside.all.range(prefix.clone()..).take_while(|(place, _)| place.starts_with(&prefix));
        let mut found: Vec<Object> = below
            .filter(|(place, _)| after.as_ref().is_none_or(|after| *place > after))
            .take(most + 1)
            .map(|(place, kept)| Object {
                key: Some(place[bucket.len()..].to_owned()),
                size: Some(kept.length()),
                last_modified: Some(kept.at()),
                e_tag: Some(kept.tag()),
                ..Object::default()
            })
            .collect();
        let more = found.len() > most;
        found.truncate(most);
        answer(Ok(ListObjectsV2Output {
            is_truncated: Some(more),
            key_count: i32::try_from(found.len()).ok(),
            next_continuation_token: found.last().filter(|_| more).and_then(|last| last.key.clone()),
            name: Some(asked.bucket),
            contents: Some(found),
            ..ListObjectsV2Output::default()
        }))
    }
}
