//! Character encoding of a drawing, and the escape sequences in its names.
//!
//! Drawings of AutoCAD 2007 and later (`AC1021`) are in UTF-8. Older drawings are in the code page that `$DWGCODEPAGE`
//! names. Characters outside this code page are written as `\U+XXXX` or `\M+nXXXX` (Autodesk, DXF reference, "Header
//! section" and "String conventions").

use super::super::findings::Findings;
use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS};
use std::borrow::Cow;

/// First version of the format in UTF-8 (AutoCAD 2007).
const FIRST_UTF8_VERSION: u32 = 1021;
/// Number of bytes at the start of a drawing in which header variables are searched.
const HEADER_LENGTH: usize = 1 << 20;
/// Code page for Western European Windows. It is assumed if a drawing names no code page.
const WESTERN: &str = "ANSI_1252";

/// A character encoding.
#[derive(Clone, Copy)]
enum Charset {
    /// An encoding of the WHATWG standard.
    Web(&'static Encoding),
    /// A code page of MS-DOS.
    Dos(u16),
}

impl Charset {
    /// Returns the encoding that `$DWGCODEPAGE` names, for example `ANSI_936` or `dos850`.
    fn of_name(name: &str) -> Option<Charset> {
        let lower = name.to_ascii_lowercase();
        let number = |prefix: &str| lower.strip_prefix(prefix).map(|n| n.trim_start_matches(['_', '-']));
        if let Some(page) = number("ansi").or_else(|| number("windows")).or_else(|| number("cp")) {
            return match page {
                "932" => Some(Charset::Web(SHIFT_JIS)),
                "936" => Some(Charset::Web(GBK)),
                "949" => Some(Charset::Web(EUC_KR)),
                "950" => Some(Charset::Web(BIG5)),
                "874" | "1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258" => {
                    Encoding::for_label(format!("windows-{page}").as_bytes()).map(Charset::Web)
                }
                "65001" => Some(Charset::Web(encoding_rs::UTF_8)),
                _ => None,
            };
        }
        if let Some(page) = number("dos").or_else(|| number("oem")) {
            return match page {
                "932" => Some(Charset::Web(SHIFT_JIS)),
                _ => page.parse().ok().filter(|page| has_dos_page(*page)).map(Charset::Dos),
            };
        }
        match number("iso") {
            Some(part) => Encoding::for_label(format!("iso-{part}").replace("iso-8859_", "iso-8859-").as_bytes()),
            None => match lower.as_str() {
                "gb2312" | "gbk" | "big5" | "ksc5601" | "utf-8" | "utf8" => Encoding::for_label(
                    lower.as_bytes().strip_prefix(b"ksc5601").map_or(lower.as_bytes(), |_| b"euc-kr"),
                ),
                "ascii" => Some(encoding_rs::WINDOWS_1252),
                "mac-roman" => Some(encoding_rs::MACINTOSH),
                _ => None,
            },
        }
        .map(Charset::Web)
    }

    /// Returns true if the encoding has characters of several bytes.
    fn is_wide(self) -> bool {
        matches!(self, Charset::Web(e) if !e.is_single_byte())
    }

    /// Decodes bytes to text. Invalid bytes become U+FFFD.
    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Charset::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Charset::Dos(page) => dos_text(page, bytes),
        }
    }
}

/// Returns true if this MS-DOS code page is supported.
fn has_dos_page(page: u16) -> bool {
    oem_cp::code_table::DECODING_TABLE_CP_MAP.contains_key(&page)
}

/// Decodes bytes in an MS-DOS code page to text.
fn dos_text(page: u16, bytes: &[u8]) -> String {
    match oem_cp::code_table::DECODING_TABLE_CP_MAP.get(&page) {
        Some(table) => table.decode_string_lossy(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Decodes a drawing to text. Adds findings if the encoding was assumed or does not fit the bytes.
pub(super) fn text(bytes: Vec<u8>, findings: &mut Findings) -> String {
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = bytes[..] {
        return encoding_rs::UTF_16LE.decode(&bytes).0.into_owned();
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => return text,
        Ok(text) => {
            if is_utf8(&text, findings) {
                return text;
            }
            text.into_bytes()
        }
        Err(error) => error.into_bytes(),
    };
    let stated = header_value(&bytes, "$DWGCODEPAGE");
    let charset = match stated.as_deref().map(Charset::of_name) {
        Some(Some(charset)) => charset,
        other => {
            let reason = match (other, &stated) {
                (Some(_), Some(name)) => format!("the code page {name} ($DWGCODEPAGE) is not known"),
                _ => "the drawing names no code page ($DWGCODEPAGE)".to_owned(),
            };
            findings.assumed.push(format!(
                "{reason}; names of layers were read as {WESTERN}; if they look wrong, save the drawing as DXF of \
                 AutoCAD 2007 or later"
            ));
            Charset::Web(encoding_rs::WINDOWS_1252)
        }
    };
    if version(&bytes).is_some_and(|v| v >= FIRST_UTF8_VERSION) {
        findings.assumed.push(format!(
            "expected UTF-8, as in every DXF of AutoCAD 2007 or later, found other characters; they were read as {}",
            stated.as_deref().unwrap_or(WESTERN)
        ));
    }
    let text = charset.decode(&bytes);
    let broken = text.matches('\u{fffd}').count();
    if broken > 0 {
        findings.strange.push(format!(
            "{broken} characters do not exist in the code page {}; names of layers may look wrong; save the drawing as \
             DXF of AutoCAD 2007 or later",
            stated.as_deref().unwrap_or(WESTERN)
        ));
    }
    text
}

/// Returns true if text that is valid UTF-8 was also written as UTF-8. In a Chinese code page, a short name can be
/// valid UTF-8 by chance.
fn is_utf8(text: &str, findings: &mut Findings) -> bool {
    let stated = header_value(text.as_bytes(), "$DWGCODEPAGE");
    if text.starts_with('\u{feff}') || version(text.as_bytes()).is_some_and(|v| v >= FIRST_UTF8_VERSION) {
        return true;
    }
    let Some(name) = stated else { return true };
    let Some(charset) = Charset::of_name(&name) else { return true };
    // Characters of three or more bytes do not occur by chance.
    if charset.is_wide() && text.chars().all(|c| c.len_utf8() < 3) {
        return false;
    }
    if !matches!(charset, Charset::Web(e) if e == encoding_rs::UTF_8) {
        findings.assumed.push(format!(
            "the drawing states the code page {name} ($DWGCODEPAGE), but its names are valid UTF-8; they were read as UTF-8"
        ));
    }
    true
}

/// Returns the version number of the drawing format, for example 1015 for `AC1015`.
fn version(bytes: &[u8]) -> Option<u32> {
    header_value(bytes, "$ACADVER")?.strip_prefix("AC")?.parse().ok()
}

/// Returns the value of a header variable from the raw bytes, because the encoding is not known yet.
fn header_value(bytes: &[u8], variable: &str) -> Option<String> {
    let head = &bytes[..bytes.len().min(HEADER_LENGTH)];
    let mut lines = head.split(|b| matches!(b, b'\n' | b'\r')).map(<[u8]>::trim_ascii).filter(|l| !l.is_empty());
    lines.find(|l| l.eq_ignore_ascii_case(variable.as_bytes()))?;
    // The line between the name of the variable and its value holds the group code.
    lines.nth(1).map(|value| String::from_utf8_lossy(value).into_owned())
}

/// Replaces the escape sequences in a name: `\U+XXXX`, `\M+nXXXX`, `%%d` and similar codes, and `^J` and other control
/// characters.
pub(super) fn unescaped(name: &str) -> Cow<'_, str> {
    if !name.contains(['\\', '%', '^']) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    // Consecutive UTF-16 code units. Two of them may form one character.
    let mut units: Vec<u16> = Vec::new();
    while let Some(first) = rest.chars().next() {
        if let Some(unit) = rest.strip_prefix("\\U+").and_then(|r| r.get(..4)).and_then(hexadecimal) {
            units.push(unit);
            rest = &rest[7..];
            continue;
        }
        flush(&mut units, &mut out);
        if let Some((text, length)) = multibyte(rest).or_else(|| percent(rest)).or_else(|| caret(rest)) {
            out.push_str(&text);
            rest = &rest[length..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    flush(&mut units, &mut out);
    Cow::Owned(out)
}

/// Appends UTF-16 code units to a text.
fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

/// Parses four hexadecimal digits.
fn hexadecimal(digits: &str) -> Option<u16> {
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

/// Returns the character of a leading `\M+nXXXX`, and the length of the escape sequence. The digit n stands for the
/// code page (Autodesk, MIF codes): 1 Japanese, 2 traditional Chinese, 3 Korean, 5 simplified Chinese.
fn multibyte(text: &str) -> Option<(String, usize)> {
    let code = text.strip_prefix("\\M+")?.get(..5)?;
    let charset = match &code[..1] {
        "1" => SHIFT_JIS,
        "2" => BIG5,
        "3" => EUC_KR,
        "5" => GBK,
        _ => return None,
    };
    let [high, low] = hexadecimal(&code[1..])?.to_be_bytes();
    let bytes = [high, low];
    let bytes = if high == 0 { &bytes[1..] } else { &bytes[..] };
    let (decoded, broken) = charset.decode_without_bom_handling(bytes);
    (!broken).then(|| (decoded.into_owned(), 8))
}

/// Returns the character of a leading escape sequence with two per cent signs, and the length of the sequence.
fn percent(text: &str) -> Option<(String, usize)> {
    let code = text.strip_prefix("%%")?;
    let first = code.chars().next()?;
    let sign = match first.to_ascii_lowercase() {
        'd' => '°',
        'p' => '±',
        'c' => 'Ø',
        '%' => '%',
        '0'..='9' => {
            let number = code.get(..3)?.parse::<u8>().ok()?;
            return Some((encoding_rs::WINDOWS_1252.decode(&[number]).0.into_owned(), 5));
        }
        _ => return None,
    };
    Some((sign.to_string(), 3))
}

/// Returns the character of a leading escape sequence with a caret, and the length of the sequence. `^ ` stands for a
/// caret.
fn caret(text: &str) -> Option<(String, usize)> {
    match text.strip_prefix('^')?.chars().next()? {
        ' ' => Some(("^".to_owned(), 2)),
        '@'..='_' => Some((" ".to_owned(), 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a header with a version and a code page, and a layer whose name consists of these bytes.
    fn header(version: &str, page: &str, layer: &[u8]) -> Vec<u8> {
        let head = format!("9\n$ACADVER\n1\n{version}\n9\n$DWGCODEPAGE\n3\n{page}\n8\n");
        [head.as_bytes(), layer].concat()
    }

    fn decoded(bytes: Vec<u8>) -> (String, Findings) {
        let mut findings = Findings::default();
        let text = text(bytes, &mut findings);
        (text.lines().last().unwrap_or_default().to_owned(), findings)
    }

    #[test]
    fn code_pages_of_many_countries_are_read() {
        let cases: [(&str, &[u8], &str); 10] = [
            ("ANSI_936", b"\xb5\xc0\xc2\xb7", "道路"),
            ("ansi_950", b"\xb9D\xb8\xf4", "道路"),
            ("ANSI_932", b"\x93\xb9\x98H", "道路"),
            ("ANSI_949", b"\xb5\xb5\xb7\xce", "도로"),
            ("ANSI_1251", b"\xc4\xce\xd0\xce\xc3\xc0", "ДОРОГА"),
            ("ANSI_1250", b"\x8d\xe1ra", "Ťára"),
            ("ANSI_1252", b"Stra\xdfe", "Straße"),
            ("dos850", b"Stra\xe1e", "Straße"),
            ("dos866", b"\x84\x8e\x90\x8e\x83\x80", "ДОРОГА"),
            ("ISO8859-1", b"Ca\xf1o", "Caño"),
        ];
        for (page, bytes, expected) in cases {
            let (layer, findings) = decoded(header("AC1015", page, bytes));
            assert_eq!((layer.as_str(), findings), (expected, Findings::default()), "{page}");
        }
    }

    #[test]
    fn unknown_or_wrong_code_page_is_reported() {
        let (layer, findings) = decoded(header("AC1015", "ANSI_1361", b"Stra\xdfe"));
        assert_eq!(layer, "Straße");
        assert!(findings.assumed[0].contains("ANSI_1361"), "{findings:?}");
        let (_, findings) = decoded(header("AC1015", "ANSI_936", b"\xb5\xc0\xff"));
        assert!(findings.strange[0].contains("1 characters do not exist"), "{findings:?}");
        let (layer, findings) = decoded(b"8\nStra\xdfe".to_vec());
        assert_eq!(layer, "Straße");
        assert!(findings.assumed[0].contains("names no code page"), "{findings:?}");
    }

    #[test]
    fn utf8_is_recognised_in_spite_of_the_stated_code_page() {
        let (layer, findings) = decoded(header("AC1021", "ANSI_936", "道路".as_bytes()));
        assert_eq!((layer.as_str(), findings), ("道路", Findings::default()));
        let (layer, findings) = decoded(header("AC1015", "ANSI_1252", "道路".as_bytes()));
        assert_eq!(layer, "道路");
        assert!(findings.assumed[0].contains("UTF-8"), "{findings:?}");
        // The GBK bytes of this name are valid UTF-8 by chance.
        let (layer, _) = decoded(header("AC1015", "ANSI_936", b"\xcf\xb5"));
        assert_eq!(layer, "系");
    }

    #[test]
    fn later_version_with_a_code_page_is_read_and_reported() {
        let (layer, findings) = decoded(header("AC1027", "ANSI_1252", b"Stra\xdfe"));
        assert_eq!(layer, "Straße");
        assert!(findings.assumed[0].contains("expected UTF-8"), "{findings:?}");
    }

    #[test]
    fn escapes_in_names_are_replaced() {
        for (name, expected) in [
            ("\\U+9053\\U+8DEF", "道路"),
            ("A\\U+00df\\U+", "Aß\\U+"),
            ("\\U+D83D\\U+DE9A", "🚚"),
            ("\\M+5B5C0\\M+5C2B7", "道路"),
            ("\\M+193B9", "道"),
            ("10%%d %%p %%%25 100%%", "10° ± %25 100%%"),
            ("%%065%%9", "A%%9"),
            ("a^ b^Jc^", "a^b c^"),
            ("\\M+9XXXX\\道", "\\M+9XXXX\\道"),
        ] {
            assert_eq!(unescaped(name), expected);
        }
    }
}
