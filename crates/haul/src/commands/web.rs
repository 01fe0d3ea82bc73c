//! `haul web`: the browser page on a recording, a folder of recordings, or a live run.

use crate::cli::web::WebArgs;
use crate::commands::{prepare, run};
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_scenario::Report;
use haul_serve::live::Order;
use haul_serve::{Content, LiveRun, ServeError, ServeOptions, Server};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tokio::sync::mpsc;

/// First bytes of an MCAP file.
const MCAP_MAGIC: &[u8] = b"\x89MCAP0\r\n";

/// Serves the page until Ctrl-C. Prints the report of a live run at the end.
pub fn web(args: &WebArgs) -> Result<(), Failure> {
    let content = content(args)?;
    let live = match &content {
        Content::Live(live) => Some(Arc::clone(live)),
        _ => None,
    };
    let served = serve(args, content);
    let report = live.and_then(|live| live.end());
    served?;
    match report {
        Some(report) => finish(&report, args.json),
        None => Ok(()),
    }
}

/// Prints the report. A live run that is closed before its end is not a failure.
fn finish(report: &Report, as_json: bool) -> Result<(), Failure> {
    run::print(report, as_json);
    match run::verdict(report) {
        Err(Failure::Interrupted) => Ok(()),
        verdict => verdict,
    }
}

fn content(args: &WebArgs) -> Result<Content, Failure> {
    let Some(path) = &args.content else { return Ok(Content::Page) };
    if path.is_dir() {
        return Ok(Content::folder(path)?);
    }
    if is_recording(path)? {
        let content = Content::recording(path)?;
        if let Content::Recordings(recordings) = &content {
            for cut in recordings.iter().filter_map(|r| r.cut.as_ref()) {
                out::aside(format!("note: the file is cut at {cut}; the page plays what is there"));
            }
        }
        return Ok(content);
    }
    let ready = prepare(path, &args.overrides)?;
    for note in ready.notes() {
        out::aside(format!("note: {note}"));
    }
    let live = LiveRun::start(ready, args.clock)?;
    if args.paused {
        live.order(Order::Pause);
    }
    Ok(Content::Live(Arc::new(live)))
}

/// Returns true if a file is a recording, not a scenario: by its first bytes, or by its name if it is too short.
fn is_recording(path: &Path) -> Result<bool, Failure> {
    use std::io::Read;
    let fault = |error| Fault::new(format!("cannot be read: {error}")).in_file(path.display());
    let mut first = Vec::new();
    let file = std::fs::File::open(path).map_err(fault)?;
    file.take(MCAP_MAGIC.len() as u64).read_to_end(&mut first).map_err(fault)?;
    Ok(first == MCAP_MAGIC || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("mcap")))
}

fn serve(args: &WebArgs, content: Content) -> Result<(), Failure> {
    let options = ServeOptions { listen: args.listen, port: args.port, token: args.token.clone() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::sentence(format!("the server cannot start: {error}")))?;
    let (stop, mut stopped) = mpsc::channel::<()>(1);
    // A second Ctrl-C finds the channel full and can be ignored.
    let _ = ctrlc::set_handler(move || {
        let _ = stop.try_send(());
    });
    runtime.block_on(async {
        let server = Server::bind(options, content).await?;
        let address = server.address();
        out::line(format!("{address}  (Ctrl-C ends it)"));
        if args.open && !open(&address) {
            out::aside("note: no browser could be started; open the address yourself");
        }
        let shutdown = async move {
            let _ = stopped.recv().await;
        };
        server.serve(shutdown).await
    })?;
    Ok(())
}

/// Opens an address in the browser of the desktop.
fn open(address: &str) -> bool {
    let (program, first): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let mut command = Command::new(program);
    command.args(first).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        Failure::sentence(error)
    }
}
