//! Finding one of several things by its name, its key, or the beginning of its key.

use crate::{Error, Result};

/// So much of a key has to be written at least.
const LEAST: usize = 4;

/// One of these, the newest of which is the first: that of a key or a name, else the only one whose key begins so. `what` says what
/// cannot be done without it, `list` which verb shows them all.
pub(crate) fn one<T>(
    mut all: Vec<T>,
    wanted: &str,
    of: impl Fn(&T) -> (String, &str),
    (what, list): (&'static str, &'static str),
) -> Result<T> {
    let wanted = wanted.trim();
    let exact = |thing: &T| {
        let (key, name) = of(thing);
        key == wanted || name == wanted
    };
    if let Some(at) = all.iter().position(exact) {
        return Ok(all.swap_remove(at));
    }
    all.retain(|thing| wanted.len() >= LEAST && of(thing).0.starts_with(wanted));
    match all.len() {
        1 => Ok(all.swap_remove(0)),
        0 => Err(Error::not_found(what, "there is none of this name or key")
            .on(format!("“{wanted}”"))
            .next(format!("See them with `brightrun {list}`"))),
        n => Err(Error::usage(what, format!("{n} keys begin like this"))
            .on(format!("“{wanted}”"))
            .next("Write more of it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn a_name_goes_before_the_beginning_of_a_key_and_several_are_too_many() {
        let all = || vec![("aaaa1", "new"), ("aaaa2", "old"), ("bbbb1", "old"), ("cccc1", "aaaa")];
        let found = |wanted: &str| {
            one(all(), wanted, |(key, name)| ((*key).to_owned(), name), ("Cannot find it", "jobs list"))
        };
        assert_eq!(found("bbbb1").unwrap().0, "bbbb1");
        assert_eq!(found(" old ").unwrap().0, "aaaa2", "the newest of a name");
        assert_eq!(found("aaaa").unwrap().0, "cccc1");
        assert_eq!(found("bbbb").unwrap().0, "bbbb1");
        assert_eq!(found("bbb").unwrap_err().kind, ErrorKind::NotFound, "too little");
        assert_eq!(found("").unwrap_err().kind, ErrorKind::NotFound);
        assert_eq!(found("zzzz").unwrap_err().next, "See them with `brightrun jobs list`");
        let two = one(vec!["aaaa1", "aaaa2"], "aaaa", |key| ((*key).to_owned(), ""), ("x", "y")).unwrap_err();
        assert_eq!((two.kind, two.why.as_str()), (ErrorKind::Usage, "2 keys begin like this"));
    }
}
