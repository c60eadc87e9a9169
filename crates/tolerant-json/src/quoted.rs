//! Writes strings: the client sends only its own names and a few texts.

/// A text as a JSON string.
///
/// ```
/// assert_eq!(tolerant_json::quoted("a\n\"b\\"), r#""a\u000a\"b\\""#);
/// ```
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\0'..=' ' if character != ' ' => {
                json.push_str(if character < '\u{10}' {
                    "\\u000"
                } else {
                    "\\u001"
                });
                json.extend(char::from_digit(u32::from(character) & 15, 16));
            }
            _ => json.push(character),
        }
    }
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
