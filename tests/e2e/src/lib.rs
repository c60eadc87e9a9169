//! The harness of the end-to-end tests: the built page, served by the emulator, in a real browser
//! that is driven over WebDriver.
//!
//! A test tells a story in a supervisor's words: what is done with a mouse or keys, what is then to
//! be read where. Things are found as assistive technology finds them, by role and accessible
//! name, inside the widget's shadow root.
//!
//! | file | holds |
//! |---|---|
//! | [`environment`] | which page, browser and driver |
//! | [`driver`] | the one chromedriver of a run, which ends with it, come what may |
//! | [`browser`] | a browser window: scripts, keys, sizes, pictures |
//! | [`widget`] | what a supervisor does and reads in the widget |
//! | [`console`] | what a person does and reads in the emulator's console |
//! | [`desk`] | the emulator and the page in a window, together |
//! | [`stage`] | what each test gets, and what is kept of one that fails |
//! | [`runner`] | running the tests, by libtest's rules |
//! | [`wait`] | waiting for something to become so |

pub mod browser;
pub mod console;
pub mod desk;
pub mod driver;
pub mod environment;
pub mod runner;
pub mod stage;
pub mod wait;
pub mod widget;

pub use self::browser::Browser;
pub use self::console::Console;
pub use self::desk::Desk;
pub use self::runner::{Scenario, main};
pub use self::stage::Stage;
pub use self::wait::until;
pub use self::widget::Widget;
pub use fantoccini::key::Key;
