//! Which known word was meant.

/// The known words that are near enough to be meant, nearest first, three at most.
pub(super) fn nearest(word: &str, known: impl IntoIterator<Item = &'static str>) -> Vec<&'static str> {
    let word: Vec<char> = word.chars().take(40).flat_map(char::to_lowercase).collect();
    let mut found: Vec<(usize, &'static str)> = known
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.chars().collect();
            let begins = word.len() >= 2 && letters.starts_with(&word);
            let distance = if begins { 1 } else { distance(&word, &letters) };
            let allowed = match letters.len() {
                0..=3 => 1,
                4..=7 => 2,
                _ => 3,
            };
            (distance <= allowed && distance < letters.len()).then_some((distance, candidate))
        })
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.truncate(3);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Edits from one word to the other; two neighbours that changed places are one edit.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows = vec![0; (a.len() + 1) * width];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i * width + j] = if i == 0 || j == 0 {
                i + j
            } else {
                let same = usize::from(a[i - 1] != b[j - 1]);
                let mut best = (rows[(i - 1) * width + j] + 1)
                    .min(rows[i * width + j - 1] + 1)
                    .min(rows[(i - 1) * width + j - 1] + same);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[(i - 2) * width + j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len() * width + b.len()]
}
