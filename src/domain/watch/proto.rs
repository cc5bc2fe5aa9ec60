//! Protocol Buffers' wire format: the fields of a message, without a schema.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32(u32),
}

impl<'a> Field<'a> {
    /// As a message, text or packed numbers.
    pub fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// As a signed number (`int32`, `int64`).
    pub fn signed(self) -> Option<i64> {
        match self {
            Self::Varint(number) => Some(number.cast_signed()),
            _ => None,
        }
    }

    /// As a `double` or `float`.
    pub fn double(self) -> Option<f64> {
        match self {
            Self::Fixed64(bits) => Some(f64::from_bits(bits)),
            Self::Fixed32(bits) => Some(f64::from(f32::from_bits(bits))),
            _ => None,
        }
    }
}

/// Tells every field with its number, in order. False: the message is broken; what came before was told.
pub(super) fn fields<'a>(mut message: &'a [u8], mut each: impl FnMut(u64, Field<'a>)) -> bool {
    while !message.is_empty() {
        let Some((number, field, rest)) = field(message) else { return false };
        each(number, field);
        message = rest;
    }
    true
}

fn field(message: &[u8]) -> Option<(u64, Field<'_>, &[u8])> {
    let (key, rest) = varint(message)?;
    let (field, rest) = match key & 7 {
        0 => {
            let (number, rest) = varint(rest)?;
            (Field::Varint(number), rest)
        }
        1 => {
            let (bits, rest) = rest.split_first_chunk()?;
            (Field::Fixed64(u64::from_le_bytes(*bits)), rest)
        }
        2 => {
            let (length, rest) = varint(rest)?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (Field::Bytes(bytes), rest)
        }
        5 => {
            let (bits, rest) = rest.split_first_chunk()?;
            (Field::Fixed32(u32::from_le_bytes(*bits)), rest)
        }
        // Groups were never used by what is read here.
        _ => return None,
    };
    Some((key >> 3, field, rest))
}

/// A number in groups of seven bits, and what follows.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_told() {
        let mut seen = Vec::new();
        let message = b"\x08\x96\x01\x12\x02hi\x1d\x00\x00\x80\x3f\x21\x00\x00\x00\x00\x00\x00\x00\x40";
        assert!(fields(message, |number, field| seen.push((number, field))));
        let one = Field::Fixed32(0x3f80_0000);
        assert_eq!(seen[..3], [(1, Field::Varint(150)), (2, Field::Bytes(b"hi")), (3, one)]);
        assert_eq!((one.double(), seen[3].1.double()), (Some(1.0), Some(2.0)));
        assert_eq!(Field::Varint(u64::MAX).signed(), Some(-1));
        for cut in [1, 2, 4, 6, 9] {
            let mut count = 0;
            assert!(!fields(&message[..cut], |_, _| count += 1), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fall(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = fields(&bytes, |_, field| assert!(field.double().is_none() || field.signed().is_none()));
        }
    }
}
