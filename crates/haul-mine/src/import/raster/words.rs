//! Words and numbers of a raster in text form, read as a stream. Memory use is bounded for any file size.

use std::io::BufRead;

/// Maximum length of a word (characters).
const GREATEST_WORD_LENGTH: usize = 64;

/// Byte order mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Line and column of a word.
pub(in crate::import) type At = (usize, usize);

/// Stream of words with their positions.
pub(in crate::import) struct Words<R> {
    input: R,
    line: usize,
    column: usize,
}

impl<R: BufRead> Words<R> {
    /// Starts at the first line, and skips a UTF-8 byte order mark.
    ///
    /// # Errors
    ///
    /// Returns a description of the problem if the text is in UTF-16 or cannot be read.
    pub(in crate::import) fn new(mut input: R) -> Result<Words<R>, String> {
        let start = input.fill_buf().map_err(|e| format!("cannot be read: {e}"))?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err("expected plain text, found UTF-16; save it as UTF-8 or ANSI text".to_owned());
        }
        if start.starts_with(BYTE_ORDER_MARK) {
            input.consume(BYTE_ORDER_MARK.len());
        }
        Ok(Words { input, line: 1, column: 1 })
    }

    /// Reads the next word into `word` and returns the word's line and column, or `None` at the end of the file. Fails
    /// if the file cannot be read or the word is too long.
    pub(in crate::import) fn next(&mut self, word: &mut String) -> Result<Option<At>, String> {
        word.clear();
        let mut start = None;
        loop {
            let bytes = self.input.fill_buf().map_err(|e| e.to_string())?;
            if bytes.is_empty() {
                return Ok(start);
            }
            let mut used = 0;
            let mut done = false;
            for &b in bytes {
                if b.is_ascii_whitespace() || b == 0 {
                    if start.is_some() {
                        done = true;
                        break;
                    }
                } else {
                    start.get_or_insert((self.line, self.column));
                    if word.len() >= GREATEST_WORD_LENGTH {
                        return Err(format!(
                            "{}:{}: expected a word of at most {GREATEST_WORD_LENGTH} characters",
                            self.line, self.column
                        ));
                    }
                    word.push(if b.is_ascii() { char::from(b) } else { char::REPLACEMENT_CHARACTER });
                }
                used += 1;
                if b == b'\n' {
                    self.line += 1;
                    self.column = 1;
                } else {
                    self.column += 1;
                }
            }
            self.input.consume(used);
            if done {
                return Ok(start);
            }
        }
    }
}

/// Parses a number with a decimal point or a decimal comma. Sets `comma` to true for a decimal comma. Spellings of "not
/// a number" and of infinity give not a number.
pub(in crate::import) fn number(word: &str, comma: &mut bool) -> Option<f64> {
    let bare = word.trim_start_matches(['-', '+']);
    if ["nan", "inf", "infinity"].iter().any(|w| bare.eq_ignore_ascii_case(w))
        || bare.starts_with("1.#")
        || bare.starts_with("1,#")
    {
        return Some(f64::NAN);
    }
    if let Ok(value) = word.parse::<f64>() {
        return Some(value);
    }
    let (whole, decimals) = word.split_once(',')?;
    let is_decimal = !decimals.is_empty() && !word.contains('.') && !decimals.contains(',');
    let value = is_decimal.then(|| format!("{whole}.{decimals}").parse::<f64>().ok())??;
    *comma = true;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_comma_is_read_and_lists_are_not() {
        let mut comma = false;
        assert_eq!(number("300.5", &mut comma), Some(300.5));
        assert!(!comma && number("NaN", &mut comma).is_some_and(f64::is_nan));
        assert_eq!(number("300,5", &mut comma), Some(300.5));
        assert!(comma);
        for word in ["1,2,3", "1.234,5", "1,234.5", "300,", "x", "1,x"] {
            assert_eq!(number(word, &mut comma), None, "{word}");
        }
    }
}
