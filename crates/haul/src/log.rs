//! The log of a command on stderr: warnings by default, each cause once.
//!
//! A line has the level, the module, the message and its fields. The fields `truck` and `at` (simulated time) come first;
//! if an event does not have them itself, they come from the spans around it. There is no wall time in the log, so that
//! two equal runs have equal logs.

use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use std::collections::BTreeSet;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Environment variable with a filter of its own.
const VARIABLE: &str = "HAUL_LOG";

/// A log that has been started.
pub struct Log {
    causes: Arc<Causes>,
}

impl Log {
    /// Starts the log. `verbose` is the number of `-v` flags. If it is 0, the filter in `HAUL_LOG` applies, if there is
    /// one.
    ///
    /// # Errors
    ///
    /// A filter in `HAUL_LOG` that cannot be read.
    pub fn start(verbose: u8) -> Result<Self, Failure> {
        let own = std::env::var(VARIABLE).ok().filter(|text| verbose == 0 && !text.trim().is_empty());
        let each_cause_once = verbose == 0 && own.is_none();
        let filter = match (own, verbose) {
            (Some(text), _) => EnvFilter::try_new(&text).map_err(|error| {
                Fault::new(format!("{VARIABLE}: expected a filter, found {text:?} ({error})"))
                    .help("e.g. haul=info, or haul_sim=debug,haul_fleet=info")
            })?,
            (None, 0) => EnvFilter::new("error,haul=warn"),
            (None, 1) => EnvFilter::new("warn,haul=info"),
            (None, 2) => EnvFilter::new("warn,haul=debug"),
            (None, _) => EnvFilter::new("info,haul=trace"),
        };
        let causes = Arc::new(Causes { each_once: each_cause_once, told: Mutex::default() });
        tracing_subscriber::registry().with(filter).with(Lines { causes: Arc::clone(&causes) }).init();
        Ok(Log { causes })
    }

    /// Reports how many warnings were left out because their cause had already been logged.
    pub fn finish(&self) {
        let left_out = self.causes.told.lock().unwrap_or_else(PoisonError::into_inner).left_out;
        if left_out > 0 {
            out::aside(format!("note: {left_out} more warnings with the same causes; -v shows each"));
        }
    }
}

/// Causes of the warnings so far.
struct Causes {
    each_once: bool,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    causes: BTreeSet<String>,
    left_out: u64,
}

impl Causes {
    /// Returns true if a line is to be shown. If each cause is logged only once, later lines with the same cause are
    /// only counted.
    fn admit(&self, level: Level, target: &str, line: &Fields) -> bool {
        if !self.each_once || level != Level::WARN {
            return true;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = told.causes.insert(line.cause(target));
        told.left_out += u64::from(!is_new);
        is_new
    }
}

/// Message and fields of an event, or the fields of a span.
#[derive(Default)]
struct Fields {
    message: String,
    named: Vec<(&'static str, String)>,
}

impl Fields {
    /// Adds a field of a span, unless the event has one of that name.
    fn inherit(&mut self, name: &'static str, value: &str) {
        if !self.named.iter().any(|(known, _)| *known == name) {
            self.named.push((name, value.to_owned()));
        }
    }

    /// Returns the part of a line that is the same for two warnings of one cause: module, message, and the fields without
    /// time, numbers and ids. Names of trucks, vehicles and places count in full.
    fn cause(&self, target: &str) -> String {
        let mut cause = format!("{target} {}", self.message);
        for (name, value) in self.named.iter().filter(|(name, _)| *name != "at") {
            cause.push_str(name);
            if matches!(*name, "truck" | "vehicle" | "place") {
                cause.push_str(value);
            } else {
                let words = value.split(|c: char| !c.is_alphanumeric());
                cause.extend(words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())));
            }
        }
        cause
    }

    fn line(mut self, level: Level, target: &str) -> String {
        // The time and the truck are at the same position in every line.
        self.named.sort_by_key(|(name, _)| match *name {
            "at" => 0,
            "truck" => 1,
            _ => 2,
        });
        let mut line = format!("{level:>5} {target}: {}", self.message);
        for (name, value) in &self.named {
            // Writing into a String cannot fail.
            let _ = write!(line, " {name}={value}");
        }
        line
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.named.push((field.name(), format!("{value:?}")));
        }
    }
}

/// Writes a line for each event.
struct Lines {
    causes: Arc<Causes>,
}

impl<S> Layer<S> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        // From the innermost span outwards: the innermost value of a name counts.
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(own) = span.extensions().get::<Fields>() {
                own.named.iter().for_each(|(name, value)| fields.inherit(name, value));
            }
        }
        let (level, target) = (*event.metadata().level(), event.metadata().target());
        if self.causes.admit(level, target, &fields) {
            out::aside(fields.line(level, target));
        }
    }
}
