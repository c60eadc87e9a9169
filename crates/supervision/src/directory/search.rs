//! Finds people by typed text, regardless of case, accents, composed or decomposed letters, punctuation, and
//! the format of telephone numbers. A typed word also matches several words: `vanderberg` finds `van der Berg`.
//!
//! Names, numbers and the typed text are compared [`folded`]. Letters are folded by a table of the Latin
//! letters and a few rules; complete Unicode data would be larger than the widget.

use tolerant_json::text::{
    before, contains, position, replace, rsplit_once, split, trim_end_of, trim_start,
};

use super::lower::lower;
use crate::operation;

/// The minimum number of digits that are compared by their end: `+44 20 7946 0000` is `020 7946 0000`. Shorter
/// numbers are extensions, which must be equal.
pub(super) const LEAST_OF_NUMBER: usize = 7;
/// The minimum number of digits that identify a telephone, with or without the country code.
const LEAST_OF_NATIONAL: usize = 9;

/// A typed text, prepared for comparison with many entries.
#[derive(Debug)]
pub(super) struct Query {
    words: Vec<Word>,
    /// All its digits without leading zeros, if it could be a complete telephone number.
    number: Option<String>,
    /// The number of a displayed entry. Some of it may have been deleted.
    number_shown: Option<String>,
}

/// The spellings of a word, each once: as typed; with `ae` for `ä`; with `a` for `ae`. They begin with the same letter.
pub(super) type Word = Vec<String>;

impl Query {
    pub(super) fn new(text: &str) -> Self {
        let text = number_in(text).unwrap_or_else(|| text.to_owned());
        // A name and a number, as an entry is displayed.
        let shown = rsplit_once(&text, "·");
        let shown = shown.filter(|(_, number)| number.contains(|c| is_digit(as_ascii(c))));
        let number_shown = shown.map(|(_, number)| squeezed(number));
        let text = plain(shown.map_or(&text, |(name, _)| name));
        let plain = folded(&text, Umlauts::Plain);
        let spelt_out = folded(&text, Umlauts::SpeltOut);
        let mut words: Vec<Word> = Vec::new();
        for (word, spelt_out) in split(&plain, " ").zip(split(&spelt_out, " ")) {
            if !word.is_empty() {
                let mut forms = vec![word.to_owned()];
                for form in [spelt_out.to_owned(), contracted(word)] {
                    if !forms.contains(&form) {
                        forms.push(form);
                    }
                }
                words.push(forms);
            }
        }
        let is_number = number_shown.is_none() && words.iter().all(is_number);
        let number = digits(&text);
        Self {
            number: (is_number && number.len() >= LEAST_OF_NUMBER).then_some(number),
            words,
            number_shown,
        }
    }

    /// Whether every word occurs in the entry's name or number; adjacent words that are numbers must occur
    /// in that order.
    pub(super) fn finds(&self, key: &str, number: &str) -> bool {
        if let Some(shown) = &self.number_shown {
            return self.occurs_in(key) && is_left_of(shown, &squeezed(number));
        }
        let is_in = |number: &String| contains(key, number);
        self.occurs_in(key)
            || self.number.as_ref().is_some_and(is_in)
            || self.is_number(key, number)
    }

    /// A word that is in whatever is found; none if there is no such word.
    pub(super) fn first_word(&self) -> Option<&Word> {
        self.words.first().filter(|_| self.number.is_none())
    }

    /// Whether it is this telephone number, complete at least but for the country code.
    pub(super) fn is_national(&self, key: &str, number: &str) -> bool {
        let length = |number: &String| number.len() >= LEAST_OF_NATIONAL;
        self.number.as_ref().is_some_and(length)
            && length(&digits(&plain(number)))
            && self.is_number(key, number)
    }

    /// Whether it may be this telephone number. If one of the two lacks the country code, it is the end of
    /// the other.
    pub(super) fn is_number(&self, key: &str, number: &str) -> bool {
        let Some(own) = &self.number else {
            return false;
        };
        let last = key.bytes().rev().find(u8::is_ascii_digit);
        if last.is_none_or(|last| !own.ends_with(char::from(last))) {
            return false;
        }
        let other = digits(&plain(number));
        own.len().min(other.len()) >= LEAST_OF_NUMBER
            && (own.ends_with(&other) || other.ends_with(own.as_str()))
    }

    fn occurs_in(&self, key: &str) -> bool {
        let mut behind_number = key;
        for word in &self.words {
            if is_number(word) {
                let Some(at) = position(behind_number, &word[0]) else {
                    return false;
                };
                behind_number = &behind_number[at + word[0].len()..];
            } else if place(word, key.as_bytes(), 0).is_some() {
                behind_number = key;
            } else {
                return false;
            }
        }
        true
    }
}

/// Where a word is from there on in a text, or several words of it written together. Compares bytes, without the
/// setup of `str::find`: most of ten thousand texts are short and differ at once.
pub(super) fn place(word: &Word, text: &[u8], from: usize) -> Option<usize> {
    let is_at = |form: &String, at: usize| {
        let rest = &text[at..];
        let begins = || at == 0 || text[at - 1] <= b' ';
        let is_across = || {
            let mut letters = rest.iter().filter(|byte| **byte != b' ');
            form.bytes().all(|byte| letters.next() == Some(&byte))
        };
        rest.starts_with(form.as_bytes()) || begins() && is_across()
    };
    let first = *word[0].as_bytes().first()?;
    let mut at = next(first, text, from)?;
    while !word.iter().any(|form| is_at(form, at)) {
        at = next(first, text, at + 1)?;
    }
    Some(at)
}

/// Where a byte is from there on. Compares eight at once.
fn next(byte: u8, text: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    while let Some(eight) = text.get(at..)?.first_chunk() {
        // Zero where it is that byte.
        let others = u64::from_le_bytes(*eight) ^ (ONES * u64::from(byte));
        // The highest bit of the first zero is set, and those before it are not.
        let zeros = others.wrapping_sub(ONES) & !others & (ONES << 7);
        if zeros != 0 {
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    (at..text.len()).find(|at| text[*at] == byte)
}

/// Whether deleting some of a text can leave this.
fn is_left_of(left: &str, text: &str) -> bool {
    let mut text = text.chars();
    left.chars().all(|c| text.any(|of_text| of_text == c))
}

/// The telephone number in a text, without a prefix such as `tel:`, `ext.` or `x`. It has a digit, and only
/// characters with which numbers are written.
pub(super) fn number_in(text: &str) -> Option<String> {
    let is_seen = |c: &char| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let mut seen = String::new();
    for c in text.chars().filter(is_seen) {
        seen.push(as_ascii(c));
    }
    let text = seen.trim();
    let without = |prefix: &&str| {
        let is_there = text.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
        let number = text[prefix.len()..].trim_start_matches(['.', ':', ' ']);
        // Something may follow the number in a URI.
        let number = before(before(number, "@"), "?");
        is_there.then(|| before(number, ";phone-context"))
    };
    let prefixes = ["tel", "callto", "sips", "sip", "extension", "ext", "x"];
    let number = prefixes.iter().find_map(without).unwrap_or(text);
    (number.contains(is_digit) && number.chars().all(is_of_number)).then(|| number.to_owned())
}

/// A telephone number, normalised for comparison as a whole.
pub(super) fn whole_number(text: &str) -> String {
    let text = number_in(text).unwrap_or_else(|| text.to_owned());
    let mut number = operation::digits(&plain(&text).to_ascii_lowercase());
    // The prefix that stands for the plus of an international number.
    if number.len() > LEAST_OF_NUMBER + 2 && number.starts_with("00") {
        number.drain(..2);
    }
    number
}

/// The key by which an entry is searched and sorted: name and number, folded.
pub(super) fn key(name: &str, number: &str) -> String {
    let mut key = folded(name, Umlauts::Plain);
    key.push(' ');
    let mut spaces = 0;
    for c in folded(&plain(number), Umlauts::Plain).chars() {
        if c == ' ' {
            spaces += 1;
            continue;
        }
        let is_within = key.ends_with(is_digit) && is_digit(c);
        if spaces > 0 && !is_within {
            key.push(' ');
        }
        spaces = 0;
        key.push(c);
    }
    key
}

/// A text, normalised for comparison as a whole: folded, and without spaces.
pub(super) fn squeezed(text: &str) -> String {
    replace(&folded(&plain(text), Umlauts::Plain), " ", "")
}

/// How `ä`, `ö`, `ü` and the like are folded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Umlauts {
    /// As `a`, `o`, `u`.
    Plain,
    /// As `ae`, `oe`, `ue`.
    SpeltOut,
}

/// A text, normalised for comparison: lower case, letters without accents, no punctuation, a space between
/// words.
fn folded(text: &str, umlauts: Umlauts) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        for code in letters(lower(as_ascii(c))) {
            match char::from_u32(code) {
                None | Some('\0') => {}
                Some(c) => fold_onto(&mut folded, c, umlauts),
            }
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn fold_onto(folded: &mut String, c: char, umlauts: Umlauts) {
    let added = match c {
        'ä' | 'ö' | 'ü' | 'ø' | '\u{308}' if umlauts == Umlauts::SpeltOut => "e",
        'å' if umlauts == Umlauts::SpeltOut => "a",
        _ => "",
    };
    match fold(c) {
        Folded::One('\0') => {}
        Folded::One(' ') if folded.is_empty() || folded.ends_with(' ') => {}
        Folded::One(c) => folded.push(c),
        Folded::More(text) => folded.push_str(text),
    }
    folded.push_str(added);
}

/// A Korean syllable as its letters, zero where it has no more, and a Japanese one without its mark, in full width
/// and as Hiragana: as in decomposed text, and as an input method shows it at first.
fn letters(c: char) -> [u32; 3] {
    const HALF_WIDTH: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
    const FIRST: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
    let code = u32::from(c);
    let one = match code {
        0x3131..=0x314e => {
            let first = FIRST.chars().position(|first| first == c);
            first.map_or(code, |first| 0x1100 + first as u32)
        }
        0xac00..=0xd7a3 => {
            let at = code - 0xac00;
            let end = if at % 28 == 0 { 0 } else { 0x11a7 + at % 28 };
            return [0x1100 + at / 588, 0x1161 + at % 588 / 28, end];
        }
        0x304b..=0x3062 | 0x30ab..=0x30c2 if code % 2 == 0 => code - 1,
        0x3065 | 0x3067 | 0x3069 | 0x30c5 | 0x30c7 | 0x30c9 => code - 1,
        0x3070..=0x307d => code - (code - 0x306f) % 3,
        0x30d0..=0x30dd => code - (code - 0x30cf) % 3,
        0x3094 | 0x30f4 => code - 0x4e,
        0xff66..=0xff9d => {
            // Each takes three bytes.
            let full = HALF_WIDTH[3 * (code - 0xff66) as usize..].chars().next();
            full.map_or(code, u32::from)
        }
        _ => code,
    };
    let is_katakana = matches!(one, 0x30a1..=0x30f6);
    [if is_katakana { one - 0x60 } else { one }, 0, 0]
}

/// With `a` for `ae`, as typed by somebody who takes that for `ä`.
fn contracted(word: &str) -> String {
    let mut contracted = String::with_capacity(word.len());
    let mut before = ' ';
    for c in word.chars() {
        if !matches!((before, c), ('a' | 'o' | 'u', 'e') | ('a', 'a')) {
            contracted.push(c);
        }
        before = c;
    }
    contracted
}

/// The result of folding a letter.
enum Folded {
    /// A zero if the letter is ignored, a space if it separates words.
    One(char),
    More(&'static str),
}

/// The base letters of the Latin letters from U+00E0, and from U+1E00. A dot: the letter itself.
const LATIN: &[u8] = b"\
    aaaaaa.ceeeeiiiidnooooo.ouuuuy.y.a.a.a.c.c.c.c.d.d.e.e.e.e.e.g.g\
    .g.g.h.h.i.i.i.i.i...j.kk.l.l.l.l.l.n.n.nn.n.o.o.o...r.r.r.s.s.s\
    .s.t.t.t.u.u.u.u.u.u.w.y..z.z.zsb..b....c...d.....f......kl...n.\
    .o...p.....t.t..u...y.z.......................a.i.o.u.u.u.u.ue.a\
    .a...g.g.k.o.o..j....g...n.a...o.a.a.e.e.i.i.o.o.r.r.u.u.s.t...h\
    .....z.a.e.o.o.o.o.y........c..........e.j...r.y";
const MORE_LATIN: &[u8] = b"\
    .a.b.b.b.c.d.d.d.d.d.e.e.e.e.e.f.g.h.h.h.h.h.i.i.k.k.k.l.l.l.l.m\
    .m.m.n.n.n.n.o.o.o.o.p.p.r.r.r.r.s.s.s.s.s.t.t.t.t.u.u.u.u.u.v.v\
    .w.w.w.w.w.x.x.y.z.z.zhtwy.s.....a.a.a.a.a.a.a.a.a.a.a.a.e.e.e.e\
    .e.e.e.e.i.i.o.o.o.o.o.o.o.o.o.o.o.o.u.u.u.u.u.u.u.y.y.y.y......";

/// Ligatures, each before its letters.
const LIGATURES: &str = "ßss æae ǽae œoe þth ĳij ﬀff ﬁfi ﬂfl ﬃffi ﬄffl ﬅst ﬆst";

/// Ranges of other characters: the first, the last, and the folded form of all of them; the first range that fits
/// counts. Ignored are apostrophes and letters that look like one, marks that combine with the letter before them,
/// and formatting characters.
const RANGES: &str = "\
    \0& ''\0(_ ``\0{© ªªª«¬ \u{ad}\u{ad}\0®³ ´´\0µµµ¶¹ ººº»¿ ×× ÷÷ əəe\u{2b0}\u{36f}\0\
    άάαέέεήήηίίιόόουυυύύυώώωϊϊιϋϋυΐΐιΰΰυςςσ\u{483}\u{487}\0ёёеййиїїіўўу\
    \u{591}\u{5bd}\0\u{5be}\u{5be} \u{5bf}\u{5c7}\0،، \u{610}\u{61a}\0أأاإإاآآاٱٱاىىيةةهؤؤوئئي\u{640}\u{640}\0\
    \u{64b}\u{65f}\0\u{670}\u{670}\0\u{6d6}\u{6ed}\0\u{1ab0}\u{1aff}\0\u{1dc0}\u{1dff}\0\
    \u{200b}\u{200f}\0‘’\0\u{202a}\u{202e}\0′′\0\u{2060}\u{206f}\0\u{2000}\u{205f} \u{20d0}\u{20ff}\0\
    \u{3000}\u{303f} \u{3099}\u{309a}\0\u{fe00}\u{fe0f}\0\u{fe20}\u{fe2f}\0\u{feff}\u{feff}\0\u{ff9e}\u{ff9f}\0";

fn fold(c: char) -> Folded {
    // Most letters, and those of China and Japan.
    if matches!(c, 'a'..='z' | '0'..='9' | '\u{3400}'..='\u{9fff}') {
        return Folded::One(c);
    }
    for (table, first) in [(LATIN, 'à'), (MORE_LATIN, '\u{1e00}')] {
        let at = (c as usize).checked_sub(first as usize);
        if let Some(plain @ b'a'..) = at.and_then(|at| table.get(at)) {
            return Folded::One(char::from(*plain));
        }
    }
    for ligature in split(LIGATURES, " ") {
        if let Some(letters) = ligature.strip_prefix(c) {
            return Folded::More(letters);
        }
    }
    let mut ranges = RANGES.chars();
    while let (Some(first), Some(last), Some(plain)) = (ranges.next(), ranges.next(), ranges.next())
    {
        if (first..=last).contains(&c) {
            return Folded::One(plain);
        }
    }
    Folded::One(c)
}

/// Digits of other scripts, and full-width letters, as ASCII.
fn as_ascii(c: char) -> char {
    let (first, ascii) = match c {
        '٠'..='٩' => ('٠', '0'),
        '۰'..='۹' => ('۰', '0'),
        '०'..='९' => ('०', '0'),
        '！'..='～' => ('！', '!'),
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => return ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => return '-',
        _ => return c,
    };
    let code = u32::from(ascii) + u32::from(c) - u32::from(first);
    char::from_u32(code).unwrap_or(c)
}

/// `+44 (0)20` is `+44 20`; and `ext. 12`, `;ext=12` or `#12` at the end of a number is `x12`.
fn plain(text: &str) -> String {
    let text = replace(text, "(0)", " ");
    with_extension(&text).unwrap_or(text)
}

fn with_extension(text: &str) -> Option<String> {
    let text = text.trim_end();
    let before = trim_end_of(text, is_digit);
    let extension = &text[before.len()..];
    let before = trim_end_of(before, is_between);
    let mark = |mark: &&str| {
        let (number, end) = before.split_at_checked(before.len().checked_sub(mark.len())?)?;
        end.eq_ignore_ascii_case(mark).then_some(number)
    };
    let number = ["extension", "ext", "x", "#"].iter().find_map(mark)?;
    let is_complete = digits(number).len() >= LEAST_OF_NUMBER;
    let number = trim_end_of(number, is_between);
    (is_complete && !extension.is_empty()).then(|| [number, " x", extension].concat())
}

/// What may stand between a number, the sign of an extension, and that.
fn is_between(c: char) -> bool {
    matches!(c, ' ' | '.' | ':' | '=' | ';' | ',')
}

/// Whether numbers are written with it.
fn is_of_number(c: char) -> bool {
    matches!(
        c,
        '0'..='9' | '+' | '-' | '(' | ')' | '.' | '*' | '#' | '/' | ' '
    )
}

/// The digits of a telephone number, without leading zeros.
fn digits(text: &str) -> String {
    trim_start(&digits_in(text), "0").to_owned()
}

/// All digits of a text.
pub(super) fn digits_in(text: &str) -> String {
    let mut digits = String::new();
    for c in text.chars().map(as_ascii) {
        if is_digit(c) {
            digits.push(c);
        }
    }
    digits
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_number(word: &Word) -> bool {
    word[0].bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(folded(text, Umlauts::Plain), expect, "{text:?}");
    }

    #[test]
    fn text_is_folded_without_case_accents_and_punctuation() {
        check("José Müller", "jose muller");
        check("Jose\u{301} Mu\u{308}ller", "jose muller");
        check("İSMAİL ısı ISI", "ismail isi isi");
        check("STRASSE Straße STRAẞE", "strasse strasse strasse");
        check("Łukasz Żółć, Đorđe Ørsted", "lukasz zolc dorde orsted");
        check("Nguyễn Thị Ngọc", "nguyen thi ngoc");
        check("O'Brien O’Brien OʼBrien", "obrien obrien obrien");
        check("  Jean-Luc   Smith–Jones ", "jean luc smith jones");
        check("Γιώργος ΓΙΩΡΓΟΣ", "γιωργοσ γιωργοσ");
        check("Алёна Андрей", "алена андреи");
        check("أحمد مُحَمَّد", "احمد محمد");
        check("Ａｎａ ６００１ ٥٥٥", "ana 6001 555");
        check("\u{2068}Bo Abbott\u{2069} · 6001", "bo abbott 6001");
        check(
            "first.last@harbour-bank.example",
            "first last harbour bank example",
        );
        check("王小明", "王小明");
    }
}
