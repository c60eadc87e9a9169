//! The interoperability tests. Each starts a server or a client of others for itself.

mod acknowledged;
mod both;
mod cometd;
mod emulator;
mod faye;
