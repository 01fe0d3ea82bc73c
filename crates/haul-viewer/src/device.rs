//! Checks that this computer can draw and show a window, with advice if it cannot.

use std::fmt;

/// A missing part of the computer, in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The missing part.
    pub what: String,
    /// Advice on how to add it.
    pub help: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.help)
    }
}

/// Graphics backends in use.
pub fn backends() -> wgpu::Backends {
    if cfg!(target_os = "linux") { wgpu::Backends::VULKAN } else { wgpu::Backends::PRIMARY }
}

/// Looks for a device to draw with. Returns whether it draws in software.
///
/// # Errors
/// There is no device.
pub fn probe_device() -> Result<bool, Missing> {
    let mut wanted = wgpu::InstanceDescriptor::new_without_display_handle();
    wanted.backends = backends();
    let instance = wgpu::Instance::new(wanted);
    let adapters = bevy::tasks::block_on(instance.enumerate_adapters(backends()));
    match adapters.iter().map(|a| a.get_info().device_type).min_by_key(|kind| *kind == wgpu::DeviceType::Cpu) {
        Some(kind) => Ok(kind == wgpu::DeviceType::Cpu),
        None => Err(Missing {
            what: "there is no Vulkan device".into(),
            help: "install a graphics driver, or Mesa's software Vulkan (Debian and Ubuntu: mesa-vulkan-drivers)"
                .into(),
        }),
    }
}

/// Looks for a display to open a window on.
///
/// # Errors
/// There is no display, or it does not answer.
pub fn probe_window() -> Result<(), Missing> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    if set("WAYLAND_DISPLAY").is_some() || set("WAYLAND_SOCKET").is_some() {
        return Ok(());
    }
    let help = "run it in a desktop session, or under a virtual display (Debian and Ubuntu: xvfb, with `xvfb-run -a`)";
    let Some(display) = set("DISPLAY") else {
        return Err(Missing { what: "there is no display".into(), help: help.into() });
    };
    if x11_answers(&display) {
        Ok(())
    } else {
        Err(Missing { what: format!("the display {display} does not answer"), help: help.into() })
    }
}

/// Returns true if a server listens at the address of an X11 display.
#[cfg(unix)]
fn x11_answers(display: &str) -> bool {
    use std::net::ToSocketAddrs;
    use std::os::unix::net::UnixStream;
    let Some((host, rest)) = display.rsplit_once(':') else { return false };
    let Ok(number) = rest.split('.').next().unwrap_or("").parse::<u16>() else { return false };
    if host.is_empty() || host == "unix" {
        let path = format!("/tmp/.X11-unix/X{number}");
        return UnixStream::connect(&path).is_ok() || abstract_socket_answers(&path);
    }
    let wait = std::time::Duration::from_secs(2);
    (host, 6_000_u16.saturating_add(number))
        .to_socket_addrs()
        .is_ok_and(|mut all| all.any(|a| std::net::TcpStream::connect_timeout(&a, wait).is_ok()))
}

#[cfg(not(unix))]
fn x11_answers(_display: &str) -> bool {
    true
}

#[cfg(target_os = "linux")]
fn abstract_socket_answers(path: &str) -> bool {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};
    SocketAddr::from_abstract_name(path.as_bytes()).is_ok_and(|a| UnixStream::connect_addr(&a).is_ok())
}

#[cfg(all(unix, not(target_os = "linux")))]
fn abstract_socket_answers(_path: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn a_display_without_a_server_does_not_answer() {
        assert!(!super::x11_answers(":917"));
        assert!(!super::x11_answers("nonsense"));
        assert!(!super::x11_answers("127.0.0.1:59000.0"));
    }
}
