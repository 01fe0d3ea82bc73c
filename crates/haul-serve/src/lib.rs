//! The browser page: recordings and live runs over HTTP and WebSocket.
//!
//! [`Server::bind`] opens a port, and [`Server::serve`] answers requests until its shutdown. The page is built from
//! `web/` and is part of the program. A [`LiveRun`] steps a run on its own thread; readers get the newest frame when
//! they are ready for it, so that a slow reader never slows the run.
//!
//! ```no_run
//! use haul_serve::{Content, ServeOptions, Server};
//! # async fn example() -> Result<(), haul_serve::ServeError> {
//! let content = Content::recording("run.mcap".as_ref())?;
//! let server = Server::bind(ServeOptions::default(), content).await?;
//! println!("{}", server.address());
//! server.serve(std::future::pending()).await
//! # }
//! ```

mod access;
mod bundle;
mod content;
mod error;
pub mod live;
mod routes;
mod server;

pub use access::{Access, new_token};
pub use content::{Content, SharedRecording};
pub use error::ServeError;
pub use live::{Clock, LiveRun, MAX_SPEED, MIN_SPEED};
pub use server::{DEFAULT_PORT, ServeOptions, Server};
