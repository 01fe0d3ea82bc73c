//! Delimited text: tables whose cells are separated by commas, semicolons, tabs, pipes or blanks.
//!
//! Each cell keeps its position in the text, so that a fault can give line and column. The delimiter is recognised from
//! the content ([`Table::new`]). Numbers may have a decimal comma and thousands separators ([`NumberForms`]).
//!
//! ```
//! use haul_core::delimited::{Delimiter, Line, NumberForms, Table};
//! use haul_core::fault::SourceText;
//!
//! let table = Table::new(&SourceText::new("road.csv", "name;length\nramp;1.250,5\n"));
//! assert_eq!(table.delimiter(), Delimiter::Semicolon);
//! let Some(Line::Record(record)) = table.lines().nth(1) else { panic!() };
//! let cell = table.cell(&record.cells[1]);
//! let mut forms = NumberForms::default();
//! forms.add(&cell, &record.cells[1]);
//! assert_eq!(forms.style().unwrap().number(&cell), Some(1250.5));
//! ```

mod delimiter;
mod lines;
mod number;

pub use delimiter::Delimiter;
pub use lines::{Line, Lines, Record, Table};
pub use number::{NumberFault, NumberForms, NumberStyle};
