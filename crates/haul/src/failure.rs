//! Failure of a command: its exit status and its message.

use haul_core::fault::Shown;
use haul_core::{Fault, Faults};
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Reason for an exit status other than 0.
#[derive(Debug)]
pub enum Failure {
    /// A check of a report failed; the report names it.
    CheckFailed,
    /// The run was interrupted.
    Interrupted,
    /// The input cannot be used.
    BadInput(Vec<Fault>),
}

impl Failure {
    /// Makes a failure for bad input from one sentence.
    pub fn sentence(what: impl std::fmt::Display) -> Self {
        Failure::BadInput(vec![Fault::new(what.to_string())])
    }

    /// Prints the faults to stderr and returns the exit status.
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
                    // If stderr itself is closed, there is nowhere to print.
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
