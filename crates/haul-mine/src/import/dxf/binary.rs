//! Converts the binary form of a drawing to the text form.
//!
//! A group consists of a code and a value, whose type depends on the code (Autodesk, DXF reference, "Binary DXF files"
//! and "Group code value types"). Up to release 12, a code takes one byte; in later releases, two bytes.

use haul_core::{Fault, Faults};
use std::io::Write;

/// First bytes of a binary drawing.
const SENTINEL: &[u8] = b"AutoCAD Binary DXF\r\n\x1a\0";
/// One-byte code that announces a two-byte code.
const LONG_CODE: u8 = 255;

/// Returns true if a file is a binary drawing.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    // The end of the sentinel is not compared, because a transfer as text may have changed its line end.
    bytes.starts_with(&SENTINEL[..18])
}

/// Type of the value in a group.
enum Value {
    Text,
    Chunk,
    Bool,
    Int16,
    Int32,
    Int64,
    Double,
}

impl Value {
    /// Returns the value type that belongs to a group code.
    fn of_code(code: i32) -> Option<Value> {
        Some(match code {
            10..=59 | 110..=149 | 210..=239 | 460..=469 | 1010..=1059 => Value::Double,
            60..=79 | 170..=179 | 270..=289 | 370..=389 | 400..=409 | 1060..=1070 => Value::Int16,
            90..=99 | 420..=429 | 440..=459 | 1071 => Value::Int32,
            160..=169 => Value::Int64,
            290..=299 => Value::Bool,
            310..=319 | 1004 => Value::Chunk,
            0..=9 | 100..=105 | 300..=309 | 320..=369 | 390..=399 | 410..=419 | 430..=439 | 470..=481 | 999..=1009 => {
                Value::Text
            }
            _ => return None,
        })
    }
}

/// Converts a binary drawing to the text form.
///
/// # Errors
///
/// Returns a fault if the drawing was cut off, or was damaged by a transfer as text.
pub(super) fn as_text(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Faults> {
    let fault = |what: String| -> Faults {
        Fault::new(what).in_file(name).help("copy the file again as binary data, or save it as ASCII DXF").into()
    };
    if !bytes.starts_with(SENTINEL) {
        return Err(fault(
            "expected the first line of a binary DXF, found one that a transfer as text has changed".into(),
        ));
    }
    let mut rest = &bytes[SENTINEL.len()..];
    let has_long_codes = match rest {
        [0, second, ..] => *second == 0,
        [LONG_CODE, ..] => false,
        _ => true,
    };
    if rest.is_empty() {
        return Err(fault("expected groups after the first line of the binary DXF, found the end of the file".into()));
    }
    let mut out = Vec::with_capacity(bytes.len() * 2);
    while !rest.is_empty() {
        let offset = bytes.len() - rest.len();
        let cut = || fault(format!("expected a group at byte {offset} of the binary DXF, found the end of the file"));
        let code = match (has_long_codes, rest) {
            (true, [a, b, ..]) => {
                rest = &rest[2..];
                i32::from(i16::from_le_bytes([*a, *b]))
            }
            (false, [LONG_CODE, a, b, ..]) => {
                rest = &rest[3..];
                i32::from(i16::from_le_bytes([*a, *b]))
            }
            (false, [a, ..]) => {
                rest = &rest[1..];
                i32::from(*a)
            }
            _ => return Err(cut()),
        };
        let Some(kind) = Value::of_code(code) else {
            return Err(fault(format!("expected a group code at byte {offset} of the binary DXF, found {code}")));
        };
        let (value, length) = value(kind, rest).ok_or_else(cut)?;
        rest = &rest[length..];
        // Writing to a vector cannot fail.
        let _ = writeln!(out, "{code}");
        let is_end = code == 0 && value == b"EOF";
        out.extend(value.iter().map(|b| if matches!(b, b'\n' | b'\r' | 0) { b' ' } else { *b }));
        out.push(b'\n');
        if is_end {
            break;
        }
    }
    Ok(out)
}

/// Returns the next value as text, and its length in the file (bytes).
fn value(kind: Value, rest: &[u8]) -> Option<(Vec<u8>, usize)> {
    fn head<const N: usize>(rest: &[u8]) -> Option<[u8; N]> {
        rest.first_chunk::<N>().copied()
    }
    let text = |v: String| v.into_bytes();
    Some(match kind {
        Value::Text => {
            let length = rest.iter().position(|b| *b == 0)?;
            (rest[..length].to_vec(), length + 1)
        }
        Value::Chunk => {
            let length = usize::from(*rest.first()?);
            rest.get(1..=length)?;
            (Vec::new(), length + 1)
        }
        Value::Bool => (text(rest.first()?.to_string()), 1),
        Value::Int16 => (text(i16::from_le_bytes(head(rest)?).to_string()), 2),
        Value::Int32 => (text(i32::from_le_bytes(head(rest)?).to_string()), 4),
        Value::Int64 => (text(i64::from_le_bytes(head(rest)?).to_string()), 8),
        Value::Double => (text(f64::from_le_bytes(head(rest)?).to_string()), 8),
    })
}
