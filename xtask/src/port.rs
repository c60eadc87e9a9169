//! Reports early that a port is taken.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result, bail};

/// Makes sure that a server can listen on a port of this machine.
///
/// # Errors
/// It is taken, in which case `advice` says what to do, or it cannot be used for another reason.
pub(crate) fn ensure_free(port: u16, advice: &str) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken by another program; {advice}")
        }
        Err(error) => Err(error).with_context(|| format!("port {port} cannot be used")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_reported_with_advice() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = ensure_free(port, "choose another one").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("port {port} is taken by another program; choose another one")
        );
    }

    #[test]
    fn a_free_port_is_accepted() {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .unwrap()
            .port();
        ensure_free(port, "").unwrap();
    }
}
