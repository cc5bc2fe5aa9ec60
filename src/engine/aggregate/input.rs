//! Reading inputs: one enriched conversation at once, or a full file piece by piece.

use super::WHAT;
use crate::{Error, Result, local};
use domain::json::{Cursor, Position};
use domain::recognize::{Shape, Verdict, recognize};
use domain::training_file::split::{Kind, Splitter};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Bytes that are read of a full file at once.
const CHUNK: usize = 1 << 20;
/// An enriched conversation is never this big (the platform's bucket takes 10 MB).
const BIGGEST: u64 = 256 << 20;

/// What a file turned out to be.
pub(crate) enum Opened {
    /// The whole file is in the buffer.
    Enriched,
    /// The beginning is in the buffer, the rest is to be read.
    Full(File),
}

/// Opens a file and reads it into `buffer`, the whole of it unless it is a full file.
pub(crate) fn open(path: &Path, buffer: &mut Vec<u8>) -> Result<Opened, String> {
    buffer.clear();
    let mut file = File::open(path).map_err(|e| local::why(&e))?;
    let meta = file.metadata().map_err(|e| local::why(&e))?;
    if meta.is_dir() {
        return Err("it is a folder".to_owned());
    }
    let size = usize::try_from(meta.len()).unwrap_or(usize::MAX);
    buffer.reserve(size.min(CHUNK) + 1);
    let read = file.by_ref().take(CHUNK as u64).read_to_end(buffer).map_err(|e| local::why(&e))?;
    let whole = read < CHUNK;
    match recognize(buffer, whole) {
        Verdict::Shape(Shape::Full) => Ok(Opened::Full(file)),
        Verdict::Shape(Shape::Enriched) => {
            if !whole {
                file.take(BIGGEST).read_to_end(buffer).map_err(|e| local::why(&e))?;
            }
            Ok(Opened::Enriched)
        }
        Verdict::Shape(Shape::Raw) => Err("it is a raw conversation; enrich it first".to_owned()),
        Verdict::Shape(other) => {
            Err(format!("it is a {} file; only enriched and full files can be aggregated", other.word()))
        }
        Verdict::NotOurs(why) => Err(why.to_string()),
        Verdict::NeedMore => Err("its first megabyte does not say what it is".to_owned()),
    }
}

/// A part of a full file: which, its source, where it begins.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&Kind, &[u8], Position) -> Result<bool, String>;

/// Gives the parts of a full file one by one until `each` answers false. `buffer` holds what was read already.
pub(crate) fn parts(mut file: File, buffer: &mut Vec<u8>, each: Each<'_>) -> Result<(), String> {
    let mut splitter = Splitter::new();
    loop {
        splitter.feed(buffer);
        while let Some(part) = splitter.next().map_err(|e| e.to_string())? {
            if !each(&part.kind, part.bytes, part.at)? {
                return Ok(());
            }
        }
        buffer.clear();
        let read = file.by_ref().take(CHUNK as u64).read_to_end(buffer).map_err(|e| local::why(&e))?;
        if read == 0 {
            return splitter.end().map_err(|e| e.to_string());
        }
    }
}

/// Metadata and profile of a full file.
pub(crate) fn head(path: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let bad = |why: String| {
        Error::failed(WHAT, why).on(path.display()).next("Name a full training file with --into")
    };
    let mut buffer = Vec::new();
    let file = match open(path, &mut buffer).map_err(bad)? {
        Opened::Full(file) => file,
        Opened::Enriched => {
            return Err(bad("it is an enriched conversation, not a full training file".to_owned()));
        }
    };
    let (mut metadata, mut profile) = (None, None);
    parts(file, &mut buffer, &mut |kind, bytes, _| {
        match kind {
            Kind::Metadata => metadata = Some(bytes.to_vec()),
            Kind::Profile => profile = Some(bytes.to_vec()),
            Kind::Conversation | Kind::Other(_) => {}
        }
        Ok(metadata.is_none() || profile.is_none())
    })
    .map_err(bad)?;
    match (metadata, profile) {
        (Some(metadata), Some(profile)) => Ok((metadata, profile)),
        (None, _) => Err(bad("it has no training_file_metadata".to_owned())),
        (_, None) => Err(bad("it has no consultant_profile".to_owned())),
    }
}

/// The profile in a file: its `consultant_profile`, or the whole object when there is no such key.
pub(crate) fn profile(path: &Path) -> Result<Vec<u8>> {
    let bad = |why: String| {
        Error::failed(WHAT, why)
            .on(path.display())
            .next("Name a JSON object, or a file with a consultant_profile")
    };
    let bytes = std::fs::read(path).map_err(|e| local::error(WHAT, path, &e))?;
    let text = domain::json::without_bom(&bytes);
    let mut found = None;
    let mut cursor = Cursor::new(text).map_err(|e| bad(e.to_string()))?;
    let read = cursor.object(|inner, key| {
        let value = inner.skip()?;
        if key.is("consultant_profile") {
            found = Some(value.as_bytes().to_vec());
        }
        Ok::<_, domain::json::Error>(())
    });
    read.and_then(|()| cursor.finish()).map_err(|e| bad(e.to_string()))?;
    Ok(found.unwrap_or_else(|| text.to_vec()))
}
