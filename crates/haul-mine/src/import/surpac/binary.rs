//! Converts the binary form of Surpac files to the text form.
//!
//! The header lines are text. After them come five bytes of 0 and then the records. Numbers are big-endian. A record of
//! a string is the string number (four bytes), northing, easting and elevation (eight bytes each), and the
//! descriptions, which end with a byte of 0. In a surface file, further records follow that start with a kind: 1 for
//! OBJECT, 2 for TRISOLATION, 3 for a triangle with three points and three neighbours, -1 for the end. The binary form
//! was derived from pairs of files that Surpac wrote in both forms.

use super::super::input::text;
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults};
use std::io::Write;
use std::sync::Arc;

/// Kind of a Surpac file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// A strings file.
    Strings,
    /// A surface file.
    Surface,
}

impl Kind {
    /// Returns the number of header lines in the binary form.
    fn header_lines(self) -> usize {
        match self {
            Kind::Strings => 2,
            Kind::Surface => 1,
        }
    }
}

/// Bytes between the header and the records.
const START: &[u8] = &[0; 5];

/// Returns a Surpac file in text form. A file in binary form is converted.
///
/// # Errors
///
/// Returns a fault for a binary file that is not a Surpac file, or that was cut off.
pub(in super::super) fn source(name: &str, bytes: &[u8], kind: Kind) -> Result<Arc<SourceText>, Faults> {
    if !bytes.contains(&0) || bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Ok(text(name, bytes));
    }
    let mut header = 0;
    for _ in 0..kind.header_lines() {
        header += bytes[header..].iter().position(|b| *b == b'\n').map_or(bytes.len() - header, |k| k + 1);
    }
    let (header, rest) = bytes.split_at(header);
    let Some(rest) = rest.strip_prefix(START).filter(|_| !header.contains(&0)) else {
        let what = "expected text or a binary file of Surpac, found other binary data";
        return Err(Fault::new(what).in_file(name).help("save it as text (Surpac: ASCII format)").into());
    };
    let mut reader = Reader { rest, out: header.to_vec() };
    let is_whole = reader.strings().is_some() && (kind == Kind::Strings || reader.triangles().is_some());
    if !is_whole {
        let at = bytes.len() - reader.rest.len();
        let what =
            format!("expected a record of a binary Surpac file at byte {at}, found the end of the file or other data");
        return Err(Fault::new(what)
            .in_file(name)
            .help("export it again, as text if possible (Surpac: ASCII format)")
            .into());
    }
    Ok(text(&format!("{name} (binary, as text)"), &reader.out))
}

/// Reader of the binary records.
struct Reader<'a> {
    rest: &'a [u8],
    out: Vec<u8>,
}

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    fn whole(&mut self) -> Option<i32> {
        self.bytes().map(i32::from_be_bytes)
    }

    fn number(&mut self) -> Option<f64> {
        self.bytes().map(f64::from_be_bytes)
    }

    /// Reads a text that ends with a byte of 0. Line ends are removed.
    fn text(&mut self) -> Option<Vec<u8>> {
        let length = self.rest.iter().position(|b| *b == 0)?;
        let text = self.rest[..length].iter().map(|b| if matches!(b, b'\n' | b'\r') { b' ' } else { *b }).collect();
        self.rest = &self.rest[length + 1..];
        Some(text)
    }

    /// Converts the records of strings up to the END record. Writing to a vector cannot fail.
    fn strings(&mut self) -> Option<()> {
        loop {
            let number = self.whole()?;
            let (n, e, z) = (self.number()?, self.number()?, self.number()?);
            let descriptions = self.text()?;
            let _ = write!(self.out, "{number}, {n}, {e}, {z}, ");
            self.out.extend(&descriptions);
            self.out.push(b'\n');
            if number == 0 && descriptions.eq_ignore_ascii_case(b"END") {
                return Some(());
            }
        }
    }

    /// Converts the records of a surface.
    fn triangles(&mut self) -> Option<()> {
        loop {
            let kind = self.whole()?;
            if kind == -1 {
                self.out.extend(b"END\n");
                return Some(());
            }
            let number = self.whole()?;
            match kind {
                1 | 2 => {
                    let word = if kind == 1 { "OBJECT" } else { "TRISOLATION" };
                    let _ = write!(self.out, "{word}, {number}, ");
                }
                3 => {
                    let _ = write!(self.out, "{number}, ");
                    for _ in 0..6 {
                        let point = self.whole()?;
                        let _ = write!(self.out, "{point}, ");
                    }
                }
                _ => return None,
            }
            let description = self.text()?;
            self.out.extend(&description);
            self.out.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Format, ReadOptions, surpac_surface_of_bytes, survey_of_bytes};

    /// Returns the binary form of a strings file, or of the border strings in a surface file.
    fn binary(header: &str, strings: &[(i32, [f64; 3], &str)]) -> Vec<u8> {
        let mut out = [header.as_bytes(), &[0; 5]].concat();
        for (number, coordinates, text) in strings {
            out.extend(number.to_be_bytes());
            coordinates.iter().for_each(|c| out.extend(c.to_be_bytes()));
            out.extend(text.as_bytes());
            out.push(0);
        }
        out
    }

    #[test]
    fn binary_forms_give_the_same_as_text_forms() {
        let points = [[0.0, 0.0, 5.0], [0.0, 90.0, 5.0], [90.0, 0.0, 5.5]];
        let head = "pit,24-Nov-26,,\r\n0, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000\r\n";
        let mut records: Vec<(i32, [f64; 3], &str)> = points.map(|p| (7, p, "toe,2")).to_vec();
        records.extend([(0, [0.0; 3], ""), (0, [0.0; 3], "END")]);
        let strings = binary(head, &records);
        let lines: String = points.map(|[n, e, z]| format!("7, {n}, {e}, {z}, toe,2\r\n")).concat();
        let text = format!("{head}{lines}0, 0, 0, 0,\r\n0, 0, 0, 0, END\r\n");
        let options = ReadOptions { format: Some(Format::SurpacStr), ..ReadOptions::default() };
        let (of_binary, _) = survey_of_bytes("e.str", &strings, &options).unwrap();
        let (of_text, _) = survey_of_bytes("e.str", text.as_bytes(), &options).unwrap();
        assert_eq!(of_binary, of_text);
        let cut = survey_of_bytes("e.str", &strings[..strings.len() - 9], &options).unwrap_err().to_string();
        assert!(cut.contains("expected a record of a binary Surpac file"), "{cut}");
        let mut surface = binary("e.str,\r\n", &[(1, points[0], ""), (0, [0.0; 3], "END")]);
        for (kind, numbers, text) in [(1, &[1][..], ""), (2, &[1], "closed=no"), (3, &[1, 1, 2, 3, 0, 0, 0], "")] {
            surface.extend(i32::to_be_bytes(kind));
            numbers.iter().for_each(|n: &i32| surface.extend(n.to_be_bytes()));
            surface.extend(text.as_bytes());
            surface.push(0);
        }
        surface.extend([0xff; 8]);
        let of_binary = surpac_surface_of_bytes("e.dtm", &surface, "e.str", &strings).unwrap().0;
        let dtm = "e.str,\n0, 0, 0, 0, END\nOBJECT, 1,\nTRISOLATION, 1, closed=no\n1, 1, 2, 3, 0, 0, 0,\nEND\n";
        let of_text = surpac_surface_of_bytes("e.dtm", dtm.as_bytes(), "e.str", text.as_bytes()).unwrap().0;
        assert_eq!(of_binary.mesh, of_text.mesh);
        let other = survey_of_bytes("e.str", b"pit\n0,0,0\nab\0\0", &options).unwrap_err().to_string();
        assert!(other.contains("found other binary data"), "{other}");
    }
}
