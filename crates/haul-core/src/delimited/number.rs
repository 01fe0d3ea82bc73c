//! Styles of numbers: decimal point or comma, and thousands separators. All numbers of a table have one style.

use std::ops::Range;

/// The style of the numbers of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberStyle {
    /// True if the decimal separator is a comma, false if it is a point.
    pub has_decimal_comma: bool,
    /// True if thousands are separated by a point, or by a comma where the decimal separator is a point.
    pub separates_thousands: bool,
}

/// Reason why the numbers of a table have no single style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFault {
    /// The fault in one sentence.
    pub what: String,
    /// Byte range of the cell at fault.
    pub at: Range<usize>,
    /// True if the numbers can be read in more than one style.
    pub is_ambiguous: bool,
}

/// A number that is evidence for a style, with its byte range.
type Witness = Option<(String, Range<usize>)>;

/// Evidence for the style of the numbers in a table, collected from all cells with numbers.
#[derive(Debug, Clone, Default)]
pub struct NumberForms {
    /// First number in which the mark (point, comma) is the decimal separator.
    decimal: [Witness; 2],
    /// First number in which the mark (point, comma) separates thousands.
    thousands: [Witness; 2],
    /// First number in which the mark (point, comma) can be either, for example `300,500`.
    either: [Witness; 2],
    /// True if a number has four or more digits without a separator.
    plain: bool,
}

const POINT: usize = 0;
const COMMA: usize = 1;
/// Number of digits in a group of thousands.
const GROUP: usize = 3;

impl NumberForms {
    /// Adds a cell to the evidence. A cell that is not a number in any style adds nothing.
    pub fn add(&mut self, cell: &str, at: &Range<usize>) {
        let plain = cell.strip_prefix(['+', '-', '\u{2212}']).unwrap_or(cell);
        if plain.bytes().all(|b| b.is_ascii_digit()) {
            self.plain |= plain.len() > GROUP;
            return;
        }
        let (mantissa, has_exponent) = match plain.split_once(['e', 'E']) {
            Some((mantissa, _)) => (mantissa, true),
            None => (plain, false),
        };
        if !mantissa.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',' || is_group_blank(c)) {
            return;
        }
        let count = |c: char| mantissa.matches(c).count();
        let witness = || Some((cell.to_owned(), at.clone()));
        let note = |place: &mut Witness| {
            if place.is_none() {
                *place = witness();
            }
        };
        match (count('.'), count(',')) {
            (0, 0) => {}
            (points, commas) if points > 0 && commas > 0 => {
                let comma_is_last = mantissa.rfind(',') > mantissa.rfind('.');
                let (last, other) = if comma_is_last { (COMMA, POINT) } else { (POINT, COMMA) };
                note(&mut self.decimal[last]);
                note(&mut self.thousands[other]);
            }
            (points, commas) => {
                let (mark, c) = if points > 0 { (POINT, '.') } else { (COMMA, ',') };
                if points + commas > 1 {
                    note(&mut self.thousands[mark]);
                } else if !has_exponent && is_group(mantissa, c) {
                    note(&mut self.either[mark]);
                } else {
                    note(&mut self.decimal[mark]);
                }
            }
        }
    }

    /// Returns the style of all numbers.
    ///
    /// # Errors
    ///
    /// Returns a fault if two numbers contradict each other, or if a comma may be either a decimal comma or a thousands
    /// separator.
    pub fn style(&self) -> Result<NumberStyle, NumberFault> {
        let conflict = |a: &Witness, b: &Witness| {
            let (Some(a), Some(b)) = (a, b) else { return None };
            // The fault is at the later of the two numbers.
            let ((a, _), (b, at)) = if a.1.start <= b.1.start { (a, b) } else { (b, a) };
            let what = format!("expected numbers of one form, found `{a}` and `{b}`");
            Some(NumberFault { what, at: at.clone(), is_ambiguous: false })
        };
        for mark in [POINT, COMMA] {
            let other = 1 - mark;
            let contradictions = [
                (&self.decimal[mark], &self.thousands[mark]),
                (&self.decimal[mark], &self.decimal[other]),
                (&self.thousands[mark], &self.thousands[other]),
            ];
            if let Some(fault) = contradictions.into_iter().find_map(|(a, b)| conflict(a, b)) {
                return Err(fault);
            }
        }
        let is_comma = |decimal: bool, thousands: bool| {
            Ok(NumberStyle { has_decimal_comma: decimal, separates_thousands: thousands })
        };
        let groups = self.thousands.iter().any(Option::is_some);
        if self.decimal[COMMA].is_some() || self.thousands[POINT].is_some() {
            // A point before three digits is accepted only if other numbers show that points separate thousands.
            if !groups && let Some(fault) = conflict(&self.decimal[COMMA], &self.either[POINT]) {
                return Err(fault);
            }
            return is_comma(true, groups);
        }
        if groups {
            return is_comma(false, true);
        }
        let Some((number, at)) = &self.either[COMMA] else { return is_comma(false, false) };
        if self.decimal[POINT].is_some() {
            return is_comma(false, true);
        }
        if self.plain && self.either[POINT].is_none() {
            return is_comma(true, false);
        }
        let value = number.replace(',', ".");
        let what = format!(
            "expected a number of one meaning, found `{number}`, which is {value} or {}",
            number.replace(',', "")
        );
        Err(NumberFault { what, at: at.clone(), is_ambiguous: true })
    }
}

impl NumberStyle {
    /// Numbers with a decimal comma and without thousands separators.
    pub const COMMA: NumberStyle = NumberStyle { has_decimal_comma: true, separates_thousands: false };

    /// Numbers with a decimal point and without thousands separators.
    pub const POINT: NumberStyle = NumberStyle { has_decimal_comma: false, separates_thousands: false };

    /// Reads a number. Also accepts the Unicode minus sign, and blanks or apostrophes between thousands. Returns `None`
    /// for any other text.
    pub fn number(self, cell: &str) -> Option<f64> {
        // Most numbers need no change.
        if !self.has_decimal_comma
            && !self.separates_thousands
            && let Ok(value) = cell.parse()
        {
            return Some(value);
        }
        let (mark, group) = if self.has_decimal_comma { (',', '.') } else { ('.', ',') };
        let cell = cell.replace('\u{2212}', "-");
        let split = cell.find(['e', 'E']).unwrap_or(cell.len());
        let (mantissa, exponent) = cell.split_at(split);
        let (whole, fraction) = match mantissa.split_once(mark) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let separates = |c: char| is_group_blank(c) || (self.separates_thousands && c == group);
        let digits = whole.trim_start_matches(['+', '-']);
        let mut groups = digits.split(separates);
        let first = groups.next().unwrap_or("");
        let is_grouped = digits.contains(separates);
        let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if is_grouped && !((1..=GROUP).contains(&first.len()) && groups.all(|g| g.len() == GROUP && all_digits(g))) {
            return None;
        }
        if fraction.is_some_and(|f| !all_digits(f)) {
            return None;
        }
        let mut plain: String = whole.chars().filter(|c| !separates(*c)).collect();
        if let Some(fraction) = fraction {
            plain.push('.');
            plain.push_str(fraction);
        }
        plain.push_str(exponent);
        plain.parse().ok()
    }

    /// Returns a sentence for the report if the style is not a decimal point without thousands separators.
    pub fn note(self) -> Option<&'static str> {
        match (self.has_decimal_comma, self.separates_thousands) {
            (false, false) => None,
            (false, true) => Some("commas in numbers separate thousands"),
            (true, false) => Some("commas in numbers are decimal commas"),
            (true, true) => Some("commas in numbers are decimal commas, and points separate thousands"),
        }
    }
}

/// Returns true for a blank or apostrophe that may separate thousands.
fn is_group_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}')
}

/// Returns true if the only separator of a number may separate thousands: one to three digits before it, the first of
/// them not 0, and exactly three digits after it.
fn is_group(mantissa: &str, mark: char) -> bool {
    let Some((whole, rest)) = mantissa.split_once(mark) else { return false };
    (1..=GROUP).contains(&whole.len()) && !whole.starts_with('0') && rest.len() == GROUP
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(cells: &[&str]) -> NumberForms {
        let mut forms = NumberForms::default();
        cells.iter().for_each(|cell| forms.add(cell, &(0..1)));
        forms
    }

    fn read(cells: &[&str]) -> Vec<Option<f64>> {
        let style = forms(cells).style().unwrap();
        cells.iter().map(|cell| style.number(cell)).collect()
    }

    #[test]
    fn numbers_of_many_lands_are_read() {
        let all = |values: &[f64]| values.iter().map(|v| Some(*v)).collect::<Vec<_>>();
        assert_eq!(read(&["1.5", "-2", "1e3", "\u{2212}5"]), all(&[1.5, -2.0, 1000.0, -5.0]));
        assert_eq!(read(&["0,000", "10,000", "300,500"]), all(&[0.0, 10.0, 300.5]));
        assert_eq!(read(&["512345,125", "300,500"]), all(&[512_345.125, 300.5]));
        assert_eq!(read(&["1.234,56", "300,500", "1.200"]), all(&[1234.56, 300.5, 1200.0]));
        assert_eq!(read(&["1,234.56", "4,412,345", "12"]), all(&[1234.56, 4_412_345.0, 12.0]));
        assert_eq!(read(&["1,234", "0.5"]), all(&[1234.0, 0.5]));
        assert_eq!(read(&["5\u{a0}412\u{a0}345,67", "1'234,5"]), all(&[5_412_345.67, 1234.5]));
        assert_eq!(read(&["4412345", "300,500"]), all(&[4_412_345.0, 300.5]));
        assert_eq!(read(&["1,5E+05", "2,5"]), all(&[150_000.0, 2.5]));
        assert_eq!(read(&["4.412.345", "300"]), all(&[4_412_345.0, 300.0]));
    }

    #[test]
    fn numbers_of_two_meanings_are_faults() {
        let of = |cells: &[&str]| forms(cells).style().unwrap_err();
        assert!(of(&["300,500", "12"]).is_ambiguous);
        assert!(of(&["300,500", "300.500"]).is_ambiguous);
        for cells in [["1,5", "2.5"], ["1,5", "300.500"], ["4,412,345", "2,5"], ["1.234,5", "1,234.5"]] {
            assert!(!of(&cells).is_ambiguous, "{cells:?}");
        }
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        let style = NumberStyle { has_decimal_comma: true, separates_thousands: true };
        for cell in ["", "1.23,5", "12.3456", "1,2,3", "zwei", "1,5 m", "-", "1..234", ",", "1.234.5"] {
            assert_eq!(style.number(cell), None, "{cell}");
        }
        assert_eq!(NumberStyle::POINT.number("1,5"), None);
    }
}
