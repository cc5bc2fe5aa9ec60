//! Which known word was meant.

/// The known words that are near enough to be meant, nearest first, three at most.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.chars().take(40).collect::<String>().to_lowercase();
    let mut found: Vec<(usize, &'a str)> = known
        .into_iter()
        .filter_map(|candidate| {
            let letters = candidate.chars().count();
            let begins = word.len() >= 2 && candidate.starts_with(&word);
            let distance = if begins { 1 } else { strsim::osa_distance(&word, candidate) };
            let allowed = match letters {
                0..=3 => 1,
                4..=7 => 2,
                _ => 3,
            };
            (distance <= allowed && distance < letters).then_some((distance, candidate))
        })
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.truncate(3);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}
