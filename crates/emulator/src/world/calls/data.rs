//! What belongs to a call beside its parties: user data and tones. Source: *CallControl*.

use std::collections::BTreeMap;

use super::call::CallKey;
use super::operation::DataChange;
use crate::world::{Refusal, World};

/// How many pairs a call can have attached.
const PAIRS: usize = 100;
/// How many bytes all of them may have: every message about the call carries them.
const BYTES: usize = 16 * 1_024;
/// How many tones one request may send.
const TONES: usize = 64;

impl World {
    pub(super) fn change_user_data(
        &mut self,
        key: CallKey,
        change: DataChange,
    ) -> Result<(), Refusal> {
        let Some(mut data) = self.calls.get(&key).map(|call| call.user_data.clone()) else {
            return Ok(());
        };
        match change {
            DataChange::Attach(pairs) | DataChange::Update(pairs) => {
                data.extend(pairs);
                can_be_carried(&data)?;
            }
            DataChange::DeletePair(name) => {
                if data.remove(&name).is_none() {
                    return Err(Refusal::NoSuchPair(name));
                }
            }
            DataChange::DeleteAll => data.clear(),
        }
        self.alter(key, |call| call.user_data = data);
        Ok(())
    }

    /// Nobody hears tones here; what can't be dialled is refused all the same.
    pub(super) fn send_tones(&self, digits: &str) -> Result<(), Refusal> {
        let can_be_dialled = |byte: u8| byte.is_ascii_digit() || byte == b'*' || byte == b'#';
        if digits.is_empty() || digits.len() > TONES || !digits.bytes().all(can_be_dialled) {
            return Err(Refusal::OutOfRange {
                name: "digits",
                value: digits.to_owned(),
                allowed: "1 to 64 of 0-9, *, #",
            });
        }
        Ok(())
    }
}

/// Whether a call can have so much attached.
pub(super) fn can_be_carried(data: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let bytes: usize = data
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    let too_much = |limit, of| Err(Refusal::TooMuchData { limit, of });
    if data.len() > PAIRS {
        too_much(PAIRS, "pairs")
    } else if bytes > BYTES {
        too_much(BYTES, "bytes")
    } else {
        Ok(())
    }
}
