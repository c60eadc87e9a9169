//! What is measured: a turn at a setting, and memory.

use serde::Serialize;

/// A row of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Setting {
    /// Messages in a response.
    pub(crate) size: usize,
    /// Whether the subscriber reads their data, or only counts them.
    pub(crate) read: bool,
    /// Responses in a sample.
    pub(crate) responses: usize,
    /// Responses before that, for the compilers of the browser to have seen everything.
    pub(crate) warm_up: usize,
}

/// One contestant's turn at one setting.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sample {
    #[serde(flatten)]
    pub(crate) setting: Setting,
    /// Microseconds of main thread for a message.
    pub(crate) main_thread: f64,
    /// Messages in a second, from the first response sent until the last message was dealt with.
    pub(crate) rate: f64,
    /// Milliseconds from each response to the next connect.
    pub(crate) gaps: Vec<f64>,
}

/// The memory of one contestant's page in bytes: the JavaScript heap in use, and the WebAssembly
/// memory, if there is one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Memory {
    /// When the page had just connected, without garbage.
    pub(crate) before: u64,
    /// After 100,000 messages, as the garbage collector had left it by itself.
    pub(crate) as_it_is: u64,
    /// The same without garbage.
    pub(crate) after: u64,
    /// What of it is the WebAssembly memory.
    pub(crate) wasm: u64,
}
