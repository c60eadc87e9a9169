//! What is measured: a client at a setting, and its memory.

/// A row of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Messages in a response.
    pub(crate) size: usize,
    /// Whether the subscriber reads their data, or only counts them.
    pub(crate) read: bool,
    /// Responses in a sample.
    pub(crate) responses: usize,
    /// Responses before that, so that the browser has compiled and optimised the code.
    pub(crate) warm_up: usize,
}

/// One client at one setting.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) setting: Setting,
    /// Microseconds of main thread for a message.
    pub(crate) main_thread: f64,
    /// Messages in a second, from the first response sent until the last message was dealt with.
    pub(crate) rate: f64,
    /// Milliseconds from each response to the next connect.
    pub(crate) gaps: Vec<f64>,
}

/// The memory of one client's page in bytes: the JavaScript heap in use, and the WebAssembly
/// memory, if there is one.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    /// When the page had just connected, without garbage.
    pub(crate) before: u64,
    /// After 100,000 messages, as the garbage collector had left it by itself.
    pub(crate) as_it_is: u64,
    /// The same without garbage.
    pub(crate) after: u64,
}
