//! Decodes text files: UTF-8, UTF-16, the encoding that an XML file declares, or a guess.
//!
//! Line ends become `\n` or `\r\n`: files of old systems end lines with `\r`, and some transfers double the `\r`.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Number of bytes at the start that are searched for an XML declaration and for the zero bytes of UTF-16.
const HEAD_LENGTH: usize = 512;
/// Minimum share of zero bytes at every second position of UTF-16 text.
const LEAST_ZERO_SHARE: f64 = 0.4;

/// Text of a file, with the encoding of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Decoded text, without a byte order mark.
    pub text: String,
    /// Name of the encoding, for example `UTF-8` or `GBK`.
    pub encoding: &'static str,
    /// True if the encoding was guessed, because the file does not state it.
    pub is_guessed: bool,
    /// True if some bytes are invalid in the encoding. They became `�` in the text.
    pub is_damaged: bool,
}

impl Decoded {
    /// Returns a sentence for the report if the encoding was guessed or some bytes are invalid.
    pub fn note(&self) -> Option<String> {
        let Self { encoding, .. } = self;
        if self.is_damaged {
            Some(format!("some bytes are not {encoding} text and were read as `�`; save the file as UTF-8"))
        } else if self.is_guessed {
            Some(format!(
                "the text was read as {encoding}, because it is not UTF-8; if names look wrong, save it as UTF-8"
            ))
        } else {
            None
        }
    }
}

/// Decodes the bytes of a text file.
///
/// A byte order mark decides first, then the zero bytes of UTF-16, then an XML declaration. Otherwise the text is UTF-8
/// if it is valid UTF-8. If not, it is in the encoding that is most likely for its letters.
///
/// ```
/// use haul_core::encoding::decode;
/// assert_eq!(decode(b"a\r\rb\r").text, "a\n\nb\n");
/// assert_eq!(decode(b"<?xml version='1.0' encoding='windows-1252'?>\xd6").encoding, "windows-1252");
/// ```
pub fn decode(bytes: &[u8]) -> Decoded {
    let head = &bytes[..bytes.len().min(HEAD_LENGTH)];
    let (encoding, is_guessed) = if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        (encoding, false)
    } else if let Some(wide) = wide_without_mark(head) {
        (wide, false)
    } else if let Some(declared) = declared_by_xml(head) {
        (declared, false)
    } else if std::str::from_utf8(bytes).is_ok() {
        (UTF_8, false)
    } else {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        (detector.guess(None, Utf8Detection::Allow), true)
    };
    let (text, encoding, is_damaged) = encoding.decode(bytes);
    let text = if text.contains('\r') { with_line_feeds(&text) } else { text.into_owned() };
    Decoded { text, encoding: encoding.name(), is_guessed, is_damaged }
}

/// Returns the encoding of UTF-16 text without a byte order mark. Most characters of a survey are ASCII, so every
/// second byte is zero.
fn wide_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let least = LEAST_ZERO_SHARE * head.len() as f64 / 2.0;
    match (even, odd) {
        (0, odd) if odd > 1 && odd as f64 >= least => Some(UTF_16LE),
        (even, 0) if even > 1 && even as f64 >= least => Some(UTF_16BE),
        _ => None,
    }
}

/// Returns the encoding that an XML declaration names. Some exporters declare UTF-16 in single-byte text by mistake;
/// this counts as UTF-8.
fn declared_by_xml(head: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(head);
    let declaration = text.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// Returns the text with `\n` or `\r\n` at every line end.
fn with_line_feeds(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\r') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if rest.starts_with("\r\n") {
            continue;
        }
        out.push(if rest.starts_with('\n') { '\r' } else { '\n' });
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_of_old_systems_become_line_feeds() {
        assert_eq!(decode(b"a\rb\r\nc\r\r\nd\n\r").text, "a\nb\r\nc\r\nd\n\n");
    }

    #[test]
    fn wide_text_is_recognised_with_and_without_a_mark() {
        let wide = |text: &str, of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect::<Vec<u8>>();
        let text = "string,x,y,z\nrampe é,1,2,3\n";
        for bytes in [wide(text, u16::to_le_bytes), wide(text, u16::to_be_bytes)] {
            assert_eq!(decode(&bytes).text, text);
        }
        assert_eq!(decode(&wide(&format!("\u{feff}{text}"), u16::to_le_bytes)).text, text);
        assert_eq!(decode(b"AutoCAD Binary DXF\r\n\x1a\0").encoding, "UTF-8");
    }

    #[test]
    fn names_of_the_field_are_read_in_their_old_encodings() {
        for (label, text) in [
            ("gbk", "string,x,y,z\n运输道路,1,2,3\n采场边界,1,2,3\n"),
            ("windows-1252", "string,x,y,z\nFahrbahn Süd Böschung,1,2,3\n"),
            ("windows-1252", "nombre,este,norte,cota\nRampa Peñón,1,2,3\n"),
        ] {
            let (bytes, ..) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
            let decoded = decode(&bytes);
            assert_eq!(decoded.text, text, "{}", decoded.encoding);
            assert!(decoded.is_guessed && decoded.note().is_some());
        }
    }

    #[test]
    fn declaration_of_utf_16_in_single_bytes_is_utf_8() {
        assert_eq!(decode("<?xml version=\"1.0\" encoding=\"utf-16\"?><a>é</a>".as_bytes()).encoding, "UTF-8");
    }
}
