//! The server: it listens on an address and answers until its shutdown.

use crate::access::{Access, new_token};
use crate::content::Content;
use crate::error::ServeError;
use crate::routes::router;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Default port of the page.
pub const DEFAULT_PORT: u16 = 7180;

/// Options of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeOptions {
    /// Address to listen on.
    pub listen: IpAddr,
    /// Port; 0 means any free port.
    pub port: u16,
    /// Token that each request needs. If it is `None` and the address is not loopback, a new token is made.
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

/// A server that is bound to its address.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    local: SocketAddr,
    access: Access,
    content: Content,
}

impl Server {
    /// Binds the server to its address.
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

    /// Returns the address on which the server listens.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// Answers requests until `shutdown` completes.
    ///
    /// # Errors
    /// The operating system closes the address.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let routes = router(self.content, self.access);
        let serving = axum::serve(self.listener, routes);
        // Open sockets of readers never end by themselves, so a graceful shutdown would wait for ever.
        tokio::select! {
            ended = serving => Ok(ended?),
            () = shutdown => Ok(()),
        }
    }
}
