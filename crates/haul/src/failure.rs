//! How a command ends when it does not end well, and what it says then.

use haul_core::fault::Shown;
use haul_core::{Fault, Faults};
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Why a command did not end with exit status 0.
#[derive(Debug)]
pub enum Failure {
    /// A check of a report failed; the report has said which.
    CheckFailed,
    /// Somebody stopped the run.
    Interrupted,
    /// The input cannot be used.
    BadInput(Vec<Fault>),
}

impl Failure {
    /// Bad input in one sentence.
    pub fn sentence(what: impl std::fmt::Display) -> Self {
        Failure::BadInput(vec![Fault::new(what.to_string())])
    }

    /// Says what is wrong on stderr and gives the exit status.
    pub fn report(self) -> ExitCode {
        match self {
            Failure::CheckFailed => ExitCode::from(1),
            Failure::Interrupted => ExitCode::from(130),
            Failure::BadInput(faults) => {
                let mut stderr = std::io::stderr().lock();
                let theme = if stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none() {
                    GraphicalTheme::unicode()
                } else {
                    GraphicalTheme::unicode_nocolor()
                };
                let handler = GraphicalReportHandler::new_themed(theme).with_width(100);
                for fault in &faults {
                    let mut text = String::new();
                    if fault.at.is_none() || handler.render_report(&mut text, &Shown::from(fault)).is_err() {
                        text = format!("error: {fault}\n");
                    }
                    // Nothing is left to tell anybody when stderr itself is gone.
                    let _ = stderr.write_all(text.as_bytes());
                }
                ExitCode::from(2)
            }
        }
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Failure::BadInput(faults.into_iter().collect())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Failure::BadInput(vec![fault])
    }
}
