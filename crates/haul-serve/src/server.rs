//! The server: an address, and answers until its shutdown.

use crate::access::{Access, new_token};
use crate::content::Content;
use crate::error::ServeError;
use crate::routes::router;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Port of the page unless another one is asked for.
pub const DEFAULT_PORT: u16 = 7180;

/// Options of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeOptions {
    /// Address to listen on.
    pub listen: IpAddr,
    /// Port; 0 takes any free one.
    pub port: u16,
    /// Token that each request needs. Without one, an address other than loopback gets a new one.
    pub token: Option<String>,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self { listen: IpAddr::V4(Ipv4Addr::LOCALHOST), port: DEFAULT_PORT, token: None }
    }
}

impl ServeOptions {
    /// Returns the rule of access: the token that was given, a new one for an address that others can reach, or none on
    /// loopback.
    pub fn access(&self) -> Access {
        match &self.token {
            Some(token) => Access::Token(token.as_str().into()),
            None if self.listen.is_loopback() => Access::Loopback,
            None => Access::Token(new_token().into()),
        }
    }
}

/// A server that has its address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    local: SocketAddr,
    access: Access,
    content: Content,
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// The port is taken, or the address is not one of this machine.
    pub async fn bind(options: ServeOptions, content: Content) -> Result<Self, ServeError> {
        let address = SocketAddr::new(options.listen, options.port);
        let fault = |error: io::Error| match error.kind() {
            io::ErrorKind::AddrInUse => ServeError::PortTaken(address),
            _ => ServeError::Address { address, error },
        };
        let listener = TcpListener::bind(address).await.map_err(fault)?;
        let local = listener.local_addr()?;
        Ok(Self { listener, local, access: options.access(), content })
    }

    /// Returns the address for a browser, with the token if one is needed.
    pub fn address(&self) -> String {
        let query = match &self.access {
            Access::Loopback => String::new(),
            Access::Token(token) => format!("?token={token}"),
        };
        format!("http://{}/{query}", self.local)
    }

    /// Returns the address that it listens on.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Answers requests until `shutdown` is done.
    ///
    /// # Errors
    /// The operating system closes the address.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let routes = router(self.content, self.access);
        let serving = axum::serve(self.listener, routes);
        // Open sockets of readers never end by themselves, so that a graceful end would wait for them.
        tokio::select! {
            ended = serving => Ok(ended?),
            () = shutdown => Ok(()),
        }
    }
}
