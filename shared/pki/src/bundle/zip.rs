//! A writer for small ZIP files without compression (PKWARE APPNOTE.TXT 6.3.10). Certificates are a
//! few kilobytes, mostly base64 of random-looking numbers: there is nothing to compress, and the
//! crates that could would weigh more than the rest of the page's bundling code.

use crate::Error;
use der::DateTime;
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) struct Zip<'a> {
    /// MS-DOS time and date of all entries, section 4.4.6.
    time: u16,
    date: u16,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    name: String,
    bytes: &'a [u8],
    crc32: u32,
    unix_mode: u32,
}

/// Version 2.0, section 4.4.3.2: the least that unpackers still in use know.
const VERSION_NEEDED: u16 = 20;
/// Made on Unix, section 4.4.2, so that the file modes count.
const VERSION_MADE_BY: u16 = 3 << 8 | VERSION_NEEDED;

impl<'a> Zip<'a> {
    /// An archive whose files all date from `modified`, in seconds since 1970-01-01 00:00 UTC.
    pub(super) fn new(modified: u64) -> Self {
        let (time, date) = dos_time(modified);
        Self {
            time,
            date,
            entries: Vec::new(),
        }
    }

    /// Adds a file that everybody may read. `name` is ASCII without directories.
    pub(super) fn add(&mut self, name: &str, bytes: &'a [u8]) {
        self.add_with_mode(name, bytes, 0o100_644);
    }

    /// As [`add`](Self::add), for a file that its owner alone may read.
    pub(super) fn add_private(&mut self, name: &str, bytes: &'a [u8]) {
        self.add_with_mode(name, bytes, 0o100_600);
    }

    fn add_with_mode(&mut self, name: &str, bytes: &'a [u8], unix_mode: u32) {
        self.entries.push(Entry {
            name: name.to_owned(),
            bytes,
            crc32: crc32(bytes),
            unix_mode,
        });
    }

    /// The archive. Its size is reserved at once: growing would leave copies of keys behind.
    ///
    /// # Errors
    /// [`Error::Encoding`] above the 4 GiB and 65535 files that the format has room for.
    pub(super) fn serialize(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let size = self
            .entries
            .iter()
            .map(|e| e.bytes.len() + 2 * e.name.len() + 76)
            .sum::<usize>();
        let mut out = Zeroizing::new(Vec::with_capacity(size + 22));
        let mut directory = Vec::new();
        for entry in &self.entries {
            let offset = as_u32(out.len())?;
            let common = self.common_header(entry)?;
            // 4.3.7 local file header
            out.extend(b"PK\x03\x04");
            out.extend(&common);
            out.extend(entry.name.as_bytes());
            out.extend(entry.bytes);
            // 4.3.12 central directory header
            directory.extend(b"PK\x01\x02");
            directory.extend(VERSION_MADE_BY.to_le_bytes());
            directory.extend(&common);
            directory.extend([0; 6]); // no comment, first disk, no internal attributes
            directory.extend((entry.unix_mode << 16).to_le_bytes());
            directory.extend(offset.to_le_bytes());
            directory.extend(entry.name.as_bytes());
        }
        let count = u16::try_from(self.entries.len()).map_err(|_| Error::Encoding)?;
        let directory_offset = as_u32(out.len())?;
        out.extend(&directory);
        // 4.3.16 end of central directory record
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(as_u32(directory.len())?.to_le_bytes());
        out.extend(directory_offset.to_le_bytes());
        out.extend([0; 2]); // no comment
        Ok(out)
    }

    /// The part that both headers of a file have in common.
    fn common_header(&self, entry: &Entry<'_>) -> Result<Vec<u8>, Error> {
        let size = as_u32(entry.bytes.len())?;
        let name_length = u16::try_from(entry.name.len()).map_err(|_| Error::Encoding)?;
        let mut header = Vec::with_capacity(26);
        header.extend(VERSION_NEEDED.to_le_bytes());
        header.extend([0; 4]); // no flags; method 0: stored
        header.extend(self.time.to_le_bytes());
        header.extend(self.date.to_le_bytes());
        header.extend(entry.crc32.to_le_bytes());
        header.extend(size.to_le_bytes()); // compressed
        header.extend(size.to_le_bytes()); // uncompressed
        header.extend(name_length.to_le_bytes());
        header.extend([0; 2]); // no extra field
        Ok(header)
    }
}

fn as_u32(length: usize) -> Result<u32, Error> {
    u32::try_from(length).map_err(|_| Error::Encoding)
}

/// Time and date in MS-DOS form, two seconds being its finest and 1980 to 2107 its range.
fn dos_time(unix_seconds: u64) -> (u16, u16) {
    const EARLIEST: (u16, u16) = (0, 1 << 5 | 1);
    let Ok(utc) = DateTime::from_unix_duration(Duration::from_secs(unix_seconds)) else {
        return EARLIEST;
    };
    match utc.year() {
        1980..=2107 => {
            let [month, day] = [utc.month(), utc.day()].map(u16::from);
            let [hour, minute, second] = [utc.hour(), utc.minutes(), utc.seconds()].map(u16::from);
            (
                (hour << 11) | (minute << 5) | (second / 2),
                ((utc.year() - 1980) << 9) | (month << 5) | day,
            )
        }
        _ => EARLIEST,
    }
}

/// CRC-32 of section 4.4.7, bit by bit: fast enough for kilobytes.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The check value of CRC-32/ISO-HDLC.
    #[test]
    fn crc32_check_value() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn times_beyond_the_format_become_its_first() {
        assert_eq!(dos_time(315_532_800), (0, 0x21));
        assert_eq!(dos_time(0), (0, 0x21));
        assert_eq!(dos_time(u64::MAX), (0, 0x21));
        // 2026-11-22 12:34:56
        assert_eq!(
            dos_time(1_795_350_896),
            (12 << 11 | 34 << 5 | 28, 46 << 9 | 11 << 5 | 22)
        );
    }

    #[test]
    fn no_secret_is_left_behind_by_growing() {
        let mut zip = Zip::new(0);
        zip.add("a", b"aaa");
        zip.add_private("bcd", &[7; 1000]);
        let bytes = zip.serialize().unwrap();
        assert_eq!(bytes.len(), bytes.capacity());
    }
}
