//! The harness of the end-to-end tests: the built page, served by the emulator, in real browsers
//! that are driven over WebDriver.
//!
//! A test tells a story in a supervisor's words: what is done with a mouse or keys, what is then to
//! be read where. Things are found as assistive technology finds them, by role and accessible
//! name, inside the widget's shadow root.
//!
//! | file | holds |
//! |---|---|
//! | [`engine`] | the browser engines: what each needs, and in what it differs |
//! | [`driver`] | the driver of a browser, which ends with the tests, come what may |
//! | [`browser`] | a browser, driven: scripts, keys, clicks, sizes, pictures |
//! | `pool` | browsers that wait for the next test |
//! | [`widget`] | what a supervisor does and reads in the widget |
//! | `audit` | what axe-core says of each state |
//! | [`snapshot`] | the accessibility tree and the order of the focus, as files |
//! | [`console`] | what a person does and reads in the emulator's console |
//! | [`gateway`] | a proxy before the emulator, which can answer in its place |
//! | [`desktop`] | the emulator and the page in a window, together |
//! | [`fixture`] | what each test gets, and what is kept of one that fails |
//! | [`runner`] | running the tests, by libtest's rules |
//! | [`wait`] | waiting for something to become so |

mod audit;
pub mod browser;
pub mod console;
pub mod desktop;
pub mod driver;
pub mod engine;
pub mod environment;
pub mod fixture;
pub mod gateway;
mod pool;
pub mod runner;
pub mod snapshot;
pub mod wait;
pub mod widget;

pub use self::browser::Browser;
pub use self::console::Console;
pub use self::desktop::Desktop;
pub use self::engine::Engine;
pub use self::fixture::Fixture;
pub use self::gateway::Gateway;
pub use self::runner::{Row, Scenario, main};
pub use self::wait::until;
pub use self::widget::Widget;
pub use fantoccini::key::Key;
