//! The harness of the end-to-end tests: the built page, served by the emulator, in real browsers
//! that are driven through WebDriver.
//!
//! A test tells a story in a supervisor's words: actions with mouse or keys, and texts that appear.
//! Elements are found as assistive technology finds them, by role and accessible name, inside the
//! widget's shadow root.
//!
//! | file | holds |
//! |---|---|
//! | [`engine`] | the browser engines: what each needs, and how it differs |
//! | [`driver`] | the driver of a browser, which always ends with the tests |
//! | [`browser`] | a driven browser: scripts, keys, clicks, sizes, pictures |
//! | `pool` | idle browsers |
//! | `port` | ports that are used once |
//! | [`widget`] | page object of the widget |
//! | `audit` | checks by axe-core in each state |
//! | [`snapshot`] | the accessibility tree and the focus order, as files |
//! | [`console`] | page object of the emulator's console |
//! | [`gateway`] | a proxy before the emulator, which can also answer itself |
//! | [`desktop`] | the emulator and the page in a window, together |
//! | [`fixture`] | the set-up of each test, and the evidence of failed ones |
//! | [`runner`] | running the tests, like libtest |
//! | [`wait`] | waiting for conditions |

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
mod port;
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
