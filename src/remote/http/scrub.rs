//! Makes a server's words fit for a screen, a log and a row: nothing secret, one line, not too long.

use secrecy::{ExposeSecret, SecretString};

/// The longest text that is kept of what a server says, in characters.
const LONGEST: usize = 300;

/// One line without control characters, without any of the secrets, cut to what fits.
pub(crate) fn clean<'a>(text: &str, secrets: impl IntoIterator<Item = &'a SecretString>) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret();
        // A secret of one or two characters would black out every sentence and hide nothing.
        if secret.len() > 3 {
            text = text.replace(secret, "[secret]");
            // As it stands inside a JSON text, when the server quotes the request.
            let quoted = serde_json::Value::from(secret).to_string();
            text = text.replace(quoted.trim_matches('"'), "[secret]");
        }
    }
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_no_escape_and_no_novel_is_left() {
        let secret = SecretString::from("rpa_\"quoted\"\nKEY");
        let text = "bad \u{1b}[31m key rpa_\"quoted\"\nKEY\n or rpa_\\\"quoted\\\"\\nKEY here";
        assert_eq!(clean(text, [&secret]), "bad [31m key [secret] or [secret] here");
        let long = clean(&"ä".repeat(5000), []);
        assert_eq!(long.chars().count(), 301);
    }
}
