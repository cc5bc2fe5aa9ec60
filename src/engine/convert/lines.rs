//! A v4 JSONL back into conversations, as far as it goes.

use crate::local;
use chrono::NaiveDate;
use domain::convert::Regroup;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// What a JSONL says of itself.
pub(crate) struct Told {
    pub file_name: Option<String>,
}

/// Takes an element and the bytes read so far; answers whether to go on.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&[u8], u64) -> Result<bool, String>;

/// Gives every conversation of a JSONL as an element of `conversations`, with the bytes read so far; `each` answers false to stop.
/// Faults name the physical line.
pub(crate) fn elements(path: &Path, created: NaiveDate, each: Each<'_>) -> Result<Told, String> {
    let file = File::open(path).map_err(|e| local::why(&e))?;
    let mut reader = BufReader::with_capacity(super::CHUNK, file);
    let mut regroup = Regroup::new(created);
    let (mut line, mut number, mut bytes) = (Vec::new(), 0_u64, 0);
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line).map_err(|e| local::why(&e))?;
        if read == 0 {
            break;
        }
        number += 1;
        bytes += read as u64;
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(element) = regroup.push(&line).map_err(|e| format!("line {number}: {e}"))?
            && !each(&element, bytes)?
        {
            return Ok(Told { file_name: None });
        }
    }
    if let Some(element) = regroup.finish() {
        each(&element, bytes)?;
    }
    Ok(Told { file_name: regroup.file_name().map(str::to_owned) })
}
