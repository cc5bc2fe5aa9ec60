//! Which colour of a palette a curve has.

/// The slot of a name among `colours`: the same in every run and every session (FNV-1a). Without colours, 0.
pub fn slot(name: &str, colours: usize) -> usize {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The low bits of FNV are its weakest.
    let mixed = hash ^ (hash >> 32);
    usize::try_from(mixed % colours.max(1) as u64).unwrap_or_default()
}

/// Slots on one chart: as [`slot`] says, but two names share one only when there are more names than colours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slots {
    names: Vec<(String, usize)>,
    colours: usize,
}

impl Slots {
    /// For a palette of this many colours.
    pub const fn new(colours: usize) -> Self {
        Self { names: Vec::new(), colours }
    }

    /// The slot of a name. A name keeps the slot that it got, whoever comes later.
    pub fn of(&mut self, name: &str) -> usize {
        if let Some((_, slot)) = self.names.iter().find(|(known, _)| known == name) {
            return *slot;
        }
        let wanted = slot(name, self.colours);
        let count = self.colours.max(1);
        let uses = |slot| self.names.iter().filter(|(_, used)| *used == slot).count();
        let chosen =
            (0..count).map(|by| (wanted + by) % count).min_by_key(|slot| uses(*slot)).unwrap_or(wanted);
        self.names.push((name.to_owned(), chosen));
        chosen
    }
}
