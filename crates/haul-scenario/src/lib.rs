//! Scenario files, checks, runs, recordings, reports.

pub mod file;
mod read;
pub mod report;
mod schema;

pub use read::Scenario;
pub use report::Report;
pub use schema::json_schema;
