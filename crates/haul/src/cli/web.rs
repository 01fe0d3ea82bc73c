//! Options of `haul web`.

use super::ScenarioArgs;
use clap::Args;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

/// Options of the browser page.
#[derive(Debug, Args)]
pub struct WebArgs {
    /// Recording to play, folder of recordings, or scenario to run live; without one, the page opens files of yours
    #[arg(value_name = "RECORDING | FOLDER | SCENARIO")]
    pub content: Option<PathBuf>,
    #[command(flatten)]
    pub overrides: ScenarioArgs,
    /// Port of the page; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = haul_serve::DEFAULT_PORT)]
    pub port: u16,
    /// Address to listen on. One that others can reach needs a token; it is made and printed unless --token gives one
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub listen: IpAddr,
    /// Token that each request needs: 8 letters or more, of A-Z a-z 0-9 - _
    #[arg(long, value_name = "TOKEN", value_parser = token)]
    pub token: Option<String>,
    /// Speed of the clock at the start of a live run, in multiples of real time
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = clock)]
    pub clock: f64,
    /// Start the live run paused
    #[arg(long)]
    pub paused: bool,
    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,
    /// Print the report of a live run as JSON
    #[arg(long)]
    pub json: bool,
}

fn token(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.len() >= 8 && text.chars().all(is_plain) {
        return Ok(text.into());
    }
    Err("expected 8 letters or more, of A-Z a-z 0-9 - _".into())
}

fn clock(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(v) if (haul_serve::MIN_SPEED..=haul_serve::MAX_SPEED).contains(&v) => Ok(v),
        _ => Err(format!("expected a number from {} to {}", haul_serve::MIN_SPEED, haul_serve::MAX_SPEED)),
    }
}
