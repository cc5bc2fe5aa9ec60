//! A v4 JSONL back into conversations, as far as it goes.

use crate::local;
use chrono::NaiveDate;
use domain::convert::Regroup;
use domain::dataset::LONGEST;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
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
        number += 1;
        let read = next(&mut reader, &mut line, LONGEST).map_err(|e| format!("line {number}: {e}"))?;
        if read == 0 {
            break;
        }
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

/// The next line, with its end; in a broken file it may have none for gigabytes.
fn next(reader: &mut impl BufRead, line: &mut Vec<u8>, longest: usize) -> Result<usize, String> {
    let read = reader.take(longest as u64).read_until(b'\n', line).map_err(|e| local::why(&e))?;
    if read == longest && !line.ends_with(b"\n") {
        return Err("it does not end".to_owned());
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn a_line_that_does_not_end_is_refused() {
        let (mut reader, mut line) = (&b"ab\nlonger than that"[..], Vec::new());
        assert_eq!(next(&mut reader, &mut line, 8), Ok(3));
        line.clear();
        assert_eq!(next(&mut reader, &mut line, 8), Err("it does not end".to_owned()));
        assert_eq!(line.len(), 8);
    }
}
