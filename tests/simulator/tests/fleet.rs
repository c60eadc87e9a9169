//! What a restart of the server costs it.

use simulator::fleet::{self, Kind, Setting};

#[test]
fn after_a_restart_the_fleet_comes_back_spread_out() {
    let setting = Setting::of(500);
    for seed in 0..5 {
        let ours = fleet::run(Kind::Machine, setting, seed);
        let model = fleet::run(Kind::Cometd9, setting, seed);
        assert!(
            ours.peak_handshakes < model.peak_handshakes,
            "ours {ours:?}, the model {model:?}"
        );
        // Nobody waits longer than the longest back-off and what the server needs.
        let recovered = ours.recovered.unwrap();
        assert!(recovered.as_secs() <= 45, "{ours:?}");
    }
}
