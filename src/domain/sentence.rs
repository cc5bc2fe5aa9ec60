//! Texts of several makers as sentences of one.

/// The text as a sentence: it begins with a capital and ends with one full stop. Empty stays empty.
pub fn sentence(text: &str) -> String {
    let text = ended(text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), letters.as_str()))
}

/// The texts as sentences, one after the other; empty ones are left out.
pub fn sentences<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let all = texts.into_iter().map(|text| sentence(text.as_ref()));
    all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What failed, why, and what to do next: `what: why. next.` Nothing is said of an empty `next`.
pub fn told(what: &str, why: &str, next: &str) -> String {
    let why = ended(why);
    match ended(next) {
        next if next.is_empty() => format!("{what}: {why}"),
        next => format!("{what}: {why} {next}"),
    }
}

/// With one full stop at its end.
fn ended(text: &str) -> String {
    match text.trim().trim_end_matches('.') {
        "" => String::new(),
        text => format!("{text}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_becomes_sentences() {
        assert_eq!(sentence(" the disk is full "), "The disk is full.");
        assert_eq!(sentence("über …."), "Über ….");
        assert_eq!((sentence(""), sentence(" .")), (String::new(), String::new()));
        assert_eq!(sentences(["a", "", "B."]), "A. B.");
        assert_eq!(sentences(["", ""]), "");
        assert_eq!(told("Cannot go", "it is far.", "Take a bus"), "Cannot go: it is far. Take a bus.");
        assert_eq!(told("Cannot go", "it is far", ""), "Cannot go: it is far.");
    }
}
