//! Binary data in messages: `data` is `{data, last, meta}` with the bytes as Z85 text, and `ext`
//! says `{"binary":{}}`.
//!
//! Sources: the CometD reference, *Binary Extension*; ZeroMQ RFC 32 for Z85. CometD ends a text
//! whose length is no multiple of four bytes with a shorter group, of one character more than it
//! has bytes.

use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::body::Json;
use crate::client::Incoming;

/// Binary data, or a piece of it.
#[derive(Clone, Debug)]
pub struct Binary {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether this is the last piece.
    pub last: bool,
    /// What the application says of it.
    pub meta: Option<Box<RawValue>>,
}

/// The message holds no binary data, or the text is not Z85.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotBinary;

#[derive(Serialize, Deserialize)]
struct Data<'a> {
    data: std::borrow::Cow<'a, str>,
    #[serde(default)]
    last: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    meta: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Ext<'a> {
    #[serde(borrow, default)]
    binary: Option<&'a RawValue>,
}

impl Binary {
    /// The `data` of a message.
    pub fn data(&self) -> Box<RawValue> {
        let data = Data {
            data: encode(&self.bytes).into(),
            last: self.last,
            meta: self.meta.clone(),
        };
        // Texts, a truth and JSON that was read before: it always has a JSON form.
        serde_json::value::to_raw_value(&data).unwrap_or_default()
    }

    /// The `ext` of a message, for [`Client::publish_with_ext`](crate::Client::publish_with_ext) and
    /// [`Client::call_with_ext`](crate::Client::call_with_ext).
    pub fn ext() -> Box<RawValue> {
        // A constant that is JSON.
        RawValue::from_string(r#"{"binary":{}}"#.to_owned()).unwrap_or_default()
    }

    /// The binary data in a message.
    ///
    /// # Errors
    /// The message says of itself that it holds none, or what it holds is not Z85.
    pub fn read(message: &Incoming) -> Result<Self, NotBinary> {
        let ext = message.ext.as_ref().ok_or(NotBinary)?;
        let ext: Ext<'_> = serde_json::from_str(ext.get()).map_err(|_| NotBinary)?;
        ext.binary.ok_or(NotBinary)?;
        Self::from_data(&message.data)
    }

    /// The binary data in the answer to a call, of which the caller knows that it is binary.
    ///
    /// # Errors
    /// It is not, or not Z85.
    pub fn from_data(data: &Json) -> Result<Self, NotBinary> {
        let data: Data<'_> = serde_json::from_str(data.get()).map_err(|_| NotBinary)?;
        Ok(Self {
            bytes: decode(&data.data).ok_or(NotBinary)?,
            last: data.last,
            meta: data.meta,
        })
    }
}

impl fmt::Display for NotBinary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the message holds no binary data that can be read")
    }
}

impl core::error::Error for NotBinary {}

/// A group's four bytes are five digits of this base.
const BASE: u32 = 85;
const DIGITS: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(4) * 5);
    for group in bytes.chunks(4) {
        let mut four = [0; 4];
        four[..group.len()].copy_from_slice(group);
        let value = u32::from_be_bytes(four);
        let digits = (0..5).rev().map(|place| value / BASE.pow(place) % BASE);
        for digit in digits.take(group.len() + 1) {
            text.push(char::from(DIGITS[digit as usize]));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 5 * 4 + 4);
    for group in text.as_bytes().chunks(5) {
        // The highest digit fills up, so that cutting off does not round down.
        let mut five = [DIGITS[DIGITS.len() - 1]; 5];
        five[..group.len()].copy_from_slice(group);
        let value = five.iter().try_fold(0_u32, |value, character| {
            let digit = DIGITS.iter().position(|digit| digit == character)?;
            value
                .checked_mul(BASE)?
                .checked_add(u32::try_from(digit).ok()?)
        });
        // A group of one character holds no byte.
        let length = group.len().checked_sub(1).filter(|length| *length > 0)?;
        bytes.extend_from_slice(&value?.to_be_bytes()[..length]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_is_written_and_read() {
        let bytes = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B];
        assert_eq!(encode(&bytes), "HelloWorld");
        assert_eq!(decode("HelloWorld").unwrap(), bytes);
    }

    #[test]
    fn any_number_of_bytes_comes_back() {
        for length in 0..40_u8 {
            for fill in [0, 1, 127, 254, 255] {
                let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37) ^ fill).collect();
                assert_eq!(decode(&encode(&bytes)), Some(bytes));
            }
            let same = vec![255; length.into()];
            assert_eq!(decode(&encode(&same)), Some(same));
        }
    }

    #[test]
    fn what_is_not_z85_is_refused() {
        for text in ["a", "abcdef", "ab\"cd", "ab cd", "#####", "äöüab"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
