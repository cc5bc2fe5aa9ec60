//! Finding one of several things by its name, its key, or the beginning of its key.

use crate::error::Problem;
use crate::{Error, Result};
use std::collections::BTreeSet;

/// So much of a key has to be written at least.
const LEAST: usize = 4;
/// So much of a key is shown, unless more of it is needed.
const SHORT: usize = 8;
/// So many keys stand in the sentence; all of them stand below it.
const SOME: usize = 4;

/// What a thing is called and by what several of one name are told apart.
pub(crate) struct Called<'a> {
    /// Its key.
    pub key: String,
    /// Its name; several may have the same.
    pub name: &'a str,
    /// What tells it from others of its name, for a person.
    pub about: String,
}

/// One of these: that of a key, else the only one of a name, else the only one whose key begins so. Several of a name are all told: which
/// of them is meant nobody can guess (decision 0205). `what` says what cannot be done without it, `list` which verb shows them all.
pub(crate) fn one<T>(
    mut all: Vec<T>,
    wanted: &str,
    of: impl Fn(&T) -> Called<'_>,
    (what, list): (&'static str, &'static str),
) -> Result<T> {
    let wanted = wanted.trim();
    let quoted = format!("“{wanted}”");
    if let Some(at) = all.iter().position(|thing| of(thing).key == wanted) {
        return Ok(all.swap_remove(at));
    }
    if all.iter().any(|thing| of(thing).name == wanted) {
        all.retain(|thing| of(thing).name == wanted);
        return if all.len() == 1 { Ok(all.swap_remove(0)) } else { Err(several(&all, of, what).on(quoted)) };
    }
    all.retain(|thing| wanted.len() >= LEAST && of(thing).key.starts_with(wanted));
    match all.len() {
        1 => Ok(all.swap_remove(0)),
        0 => Err(Error::not_found(what, "there is none of this name or key")
            .on(quoted)
            .next(format!("See them with `brightrun {list}`"))),
        n => Err(Error::usage(what, format!("{n} keys begin like this")).on(quoted).next("Write more of it")),
    }
}

/// All of one name, each with as much of its key as tells it from the others.
fn several<T>(all: &[T], of: impl Fn(&T) -> Called<'_>, what: &str) -> Error {
    let called: Vec<Called<'_>> = all.iter().map(of).collect();
    let short = |length: usize| called.iter().map(move |thing| thing.key.get(..length).unwrap_or(&thing.key));
    let alone = |length: &usize| short(*length).collect::<BTreeSet<_>>().len() == called.len();
    let length = (SHORT..SHORT * 5).find(alone).unwrap_or(SHORT * 5);
    let keys: Vec<&str> = short(length).take(SOME).collect();
    let more = if called.len() > SOME { ", …" } else { "" };
    let problems = short(length).zip(&called);
    let problems = problems.map(|(key, thing)| Problem { on: key.to_owned(), why: thing.about.clone() });
    Error::usage(what, format!("{} have this name", called.len()))
        .next(format!("Name one by its key: {}{more}", keys.join(", ")))
        .problems(problems.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    type Thing = (&'static str, &'static str);

    fn called((key, name): &Thing) -> Called<'_> {
        Called { key: (*key).to_owned(), name, about: format!("about {key}") }
    }

    fn found(wanted: &str) -> Result<&'static str> {
        let all = vec![
            ("aaaaaaaa1", "new"),
            ("aaaaaaaa2", "old"),
            ("bbbbbbbb1", "old"),
            ("cccccccc1", "aaaa"),
            ("dddddddd1", "bbbbbbbb1"),
        ];
        one(all, wanted, called, ("Cannot find it", "jobs list")).map(|(key, _)| key)
    }

    #[test]
    fn a_key_goes_before_a_name_and_a_name_before_the_beginning_of_a_key() {
        assert_eq!(found("bbbbbbbb1").unwrap(), "bbbbbbbb1", "also where another one is called so");
        assert_eq!(found(" new ").unwrap(), "aaaaaaaa1");
        assert_eq!(found("aaaa").unwrap(), "cccccccc1");
        assert_eq!(found("bbbb").unwrap(), "bbbbbbbb1");
        assert_eq!(found("bbb").unwrap_err().kind, ErrorKind::NotFound, "too little");
        assert_eq!(found("").unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(found("zzzz").unwrap_err().next, "See them with `brightrun jobs list`");
        let two = found("aaaaa").unwrap_err();
        assert_eq!((two.kind, two.why.as_str()), (ErrorKind::Usage, "2 keys begin like this"));
    }

    #[test]
    fn several_of_a_name_are_named_and_none_of_them_is_taken() {
        let error = found("old").unwrap_err();
        assert_eq!((error.kind, error.why.as_str()), (ErrorKind::Usage, "2 have this name"));
        assert_eq!(error.next, "Name one by its key: aaaaaaaa, bbbbbbbb");
        let told: Vec<_> =
            error.problems.iter().map(|problem| (problem.on.as_str(), problem.why.as_str())).collect();
        assert_eq!(told, [("aaaaaaaa", "about aaaaaaaa2"), ("bbbbbbbb", "about bbbbbbbb1")]);
        // What is shown is enough to name it by.
        assert_eq!(found(&error.problems[1].on).unwrap(), "bbbbbbbb1");
        let alike = vec![("aaaaaaaa1", "x"), ("aaaaaaaa2", "x")];
        let error = one(alike, "x", called, ("Cannot", "list")).unwrap_err();
        assert_eq!(error.problems[0].on, "aaaaaaaa1", "more where eight are not enough");
    }
}
