//! The interoperability tests. Each starts a server or a client of others for itself.

mod acknowledged;
mod emulator;
mod stories;
