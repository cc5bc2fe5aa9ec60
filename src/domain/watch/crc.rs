//! Checksums of records: CRC-32 (W&B) and CRC-32C with TensorFlow's mask, sixteen bytes at a time.

/// Tables for one polynomial.
struct Tables([[u32; 256]; 16]);

static IEEE: Tables = Tables::new(0xedb8_8320);
static CASTAGNOLI: Tables = Tables::new(0x82f6_3b78);

impl Tables {
    const fn new(polynomial: u32) -> Self {
        let mut tables = [[0; 256]; 16];
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "below 256")]
            let mut crc = byte as u32;
            let mut bit = 0;
            while bit < 8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ polynomial } else { crc >> 1 };
                bit += 1;
            }
            tables[0][byte] = crc;
            byte += 1;
        }
        let mut table = 1;
        while table < 16 {
            let mut byte = 0;
            while byte < 256 {
                let before = tables[table - 1][byte];
                tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
                byte += 1;
            }
            table += 1;
        }
        Self(tables)
    }

    fn run(&self, mut crc: u32, bytes: &[u8]) -> u32 {
        let (blocks, rest) = bytes.as_chunks::<16>();
        for block in blocks {
            let mut block = *block;
            for (byte, old) in block.iter_mut().zip(crc.to_le_bytes()) {
                *byte ^= old;
            }
            crc = block
                .iter()
                .zip(self.0.iter().rev())
                .fold(0, |crc, (byte, table)| crc ^ table[usize::from(*byte)]);
        }
        rest.iter().fold(crc, |crc, byte| (crc >> 8) ^ self.0[0][usize::from(crc.to_le_bytes()[0] ^ byte)])
    }
}

/// CRC-32 (IEEE) over parts that follow one another.
pub(super) fn ieee(parts: &[&[u8]]) -> u32 {
    !parts.iter().fold(!0, |crc, part| IEEE.run(crc, part))
}

/// CRC-32C, masked: so that a checksum of data that holds checksums stays a good one.
pub(super) fn masked(bytes: &[u8]) -> u32 {
    (!CASTAGNOLI.run(!0, bytes)).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_the_published_ones() {
        assert_eq!(ieee(&[b"123456789"]), 0xcbf4_3926);
        assert_eq!(ieee(&[b"1234", b"", b"56789"]), 0xcbf4_3926);
        assert_eq!(!CASTAGNOLI.run(!0, b"123456789"), 0xe306_9283);
        // RFC 3720, B.4: 32 bytes of zeros.
        assert_eq!(!CASTAGNOLI.run(!0, &[0; 32]), 0x8a91_36aa);
    }
}
