//! Scenario files, checks, runs, recordings, reports
