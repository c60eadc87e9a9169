//! Writes strings: the client sends only its own names and a few texts.

/// A text as a JSON string.
///
/// ```
/// assert_eq!(tolerant_json::quoted("a\n\"b\\"), r#""a\u000a\"b\\""#);
/// ```
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    let mut rest = text;
    let is_special = |byte| matches!(byte, b'"' | b'\\' | ..b' ');
    while let Some(at) = rest.bytes().position(is_special) {
        let byte = rest.as_bytes()[at];
        json.push_str(&rest[..at]);
        json.push_str(match byte {
            b'"' | b'\\' => "\\",
            ..0x10 => "\\u000",
            _ => "\\u001",
        });
        let digit = b"0123456789abcdef"[usize::from(byte & 15)];
        json.push(char::from(if byte < b' ' { digit } else { byte }));
        rest = &rest[at + 1..];
    }
    json.push_str(rest);
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_json_reads_back_every_text() {
        let all = ('\0'..='\u{200}').chain("\u{2028}😀".chars());
        let text: String = all.collect();
        let json = quoted(&text);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
