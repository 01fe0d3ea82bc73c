//! World files: six numbers that give the position of a picture or raster on the ground.

use haul_core::Fault;

const FORM: &str = "six numbers, one a line: cell size to the east, two zeros, cell size to the south as a negative number, \
                    east and north of the centre of the upper left cell";

/// The position of a raster, as its world file states it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::import) struct WorldFile {
    /// Size of a cell to the east and to the north. The size to the north is negative if the rows start in the north.
    pub(in crate::import) step: (f64, f64),
    /// East and north of the centre of the first cell.
    pub(in crate::import) centre: (f64, f64),
}

impl WorldFile {
    /// Parses a world file.
    ///
    /// # Errors
    ///
    /// Returns a fault if the file does not hold six finite numbers, rotates the raster, or has an invalid cell size.
    pub(in crate::import) fn of_text(name: &str, text: &str) -> Result<WorldFile, Fault> {
        let fault = |what: String| Fault::new(what).in_file(name).help(FORM);
        let mut numbers = Vec::new();
        for word in text.trim_start_matches('\u{feff}').split_whitespace() {
            let number = word.replace(',', ".").parse::<f64>().ok().filter(|v| v.is_finite());
            numbers.push(number.ok_or_else(|| fault(format!("expected a number, found `{word}`")))?);
        }
        let [a, d, b, e, c, f] = numbers[..] else {
            return Err(fault(format!("expected six numbers, found {}", numbers.len())));
        };
        if d != 0.0 || b != 0.0 {
            let turned =
                format!("expected a raster with rows from west to east, found a turned one (rotations {d} and {b})");
            return Err(fault(turned).help("turn it north up: gdalwarp IN OUT.tif"));
        }
        if a <= 0.0 || e == 0.0 {
            return Err(fault(format!(
                "expected a cell size above 0 to the east and other than 0 to the north, found {a} and {e}"
            )));
        }
        Ok(WorldFile { step: (a, e), centre: (c, f) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_numbers_are_read_and_others_refused() {
        let file = WorldFile::of_text("a.tfw", "10,0\r\n0\r\n0\r\n-10,0\r\n1005,5\r\n2495\r\n").unwrap();
        assert_eq!(file, WorldFile { step: (10.0, -10.0), centre: (1_005.5, 2_495.0) });
        for (text, expected) in [
            ("10 0 0 -10 1005", "found 5"),
            ("10 0.5 0.5 -10 1 2", "turned"),
            ("10 0 0 0 1 2", "cell size"),
            ("10 0 0 x 1 2", "`x`"),
            ("", "found 0"),
        ] {
            let error = WorldFile::of_text("a.tfw", text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
