//! Parses JSON text into a tree in which each value has its byte position.

use std::collections::BTreeSet;

/// Maximum nesting depth, in levels; messages of the family have five.
const DEPTH: usize = 32;

/// A value and the byte position at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// The digits as written, so that whole numbers lose no precision.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Value {
    /// Returns a short description of the value, for error messages.
    pub(super) fn called(&self) -> String {
        match self {
            Value::Null => "null".into(),
            Value::Bool(b) => b.to_string(),
            Value::Number(n) => n.clone(),
            Value::Text(t) => format!("{:?}", t.chars().take(40).collect::<String>()),
            Value::List(_) => "a list".into(),
            Value::Map(_) => "an object".into(),
        }
    }
}

/// Byte position at which parsing stops, and the reason.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stop {
    pub(super) at: usize,
    pub(super) what: String,
}

/// Parses text by the standard (RFC 8259). If that fails, parses it again and accepts the usual faults of senders.
pub(super) fn parse(text: &str) -> Result<Node, Stop> {
    Parser { text, at: 0, lenient: false }.document().or_else(|_| Parser { text, at: 0, lenient: true }.document())
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    lenient: bool,
}

impl Parser<'_> {
    fn document(mut self) -> Result<Node, Stop> {
        if self.peek() == Some('\u{feff}') {
            self.take();
        }
        let node = self.value(0)?;
        self.space();
        match self.peek() {
            None => Ok(node),
            Some(c) => Err(self.stop(format!("expected the end of the message, found {c:?}"))),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn stop(&self, what: impl Into<String>) -> Stop {
        Stop { at: self.at, what: what.into() }
    }

    fn space(&mut self) {
        while let Some(c) = self.peek() {
            let is_space = matches!(c, ' ' | '\t' | '\n' | '\r') || (self.lenient && c.is_whitespace());
            if !is_space {
                break;
            }
            self.take();
        }
    }

    fn found(&self) -> String {
        self.peek().map_or("the end".into(), |c| format!("{c:?}"))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Stop> {
        self.space();
        let at = self.at;
        if depth > DEPTH {
            return Err(self.stop(format!("nested deeper than {DEPTH} levels")));
        }
        let value = match self.peek() {
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some(c) if self.opens_text(c) => Value::Text(self.quoted()?),
            Some(c) if c == '-' || c.is_ascii_digit() => self.number()?,
            Some(c) if c.is_ascii_alphabetic() => self.word()?,
            _ => return Err(self.stop(format!("expected a value, found {}", self.found()))),
        };
        Ok(Node { at, value })
    }

    fn word(&mut self) -> Result<Value, Stop> {
        let rest = &self.text[self.at..];
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let value = match &rest[..len] {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other if self.lenient && other.eq_ignore_ascii_case("null") => Value::Null,
            other if self.lenient && other.eq_ignore_ascii_case("true") => Value::Bool(true),
            other if self.lenient && other.eq_ignore_ascii_case("false") => Value::Bool(false),
            other => return Err(self.stop(format!("expected a value, found {other:?}"))),
        };
        self.at += len;
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Stop> {
        let rest = &self.text[self.at..];
        let len = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let number = &rest[..len];
        if !number.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(self.stop(format!("expected a number, found {number:?}")));
        }
        self.at += len;
        Ok(Value::Number(number.to_owned()))
    }

    fn opens_text(&self, c: char) -> bool {
        c == '"' || (self.lenient && (is_curly(c) || is_single(c)))
    }

    /// Returns true if `c`, the next character, closes a text that `opening` began.
    fn closes_text(&self, opening: char, c: char) -> bool {
        if c == '"' {
            return !is_single(opening);
        }
        if !self.lenient {
            return false;
        }
        if c == opening || (is_curly(opening) && is_curly(c)) {
            return true;
        }
        // Another kind of quote closes a text only before a colon, a comma, a bracket or the end.
        let next = self.text[self.at + c.len_utf8()..].trim_start().chars().next();
        let may_pair = if is_single(opening) { is_single(c) } else { is_curly(c) };
        may_pair && matches!(next, None | Some(':' | ',' | '}' | ']'))
    }

    fn quoted(&mut self) -> Result<String, Stop> {
        let begin = self.at;
        let opening = self.take().unwrap_or('"');
        let mut text = String::new();
        loop {
            let Some(c) = self.peek() else {
                return Err(Stop { at: begin, what: "this text has no closing quote".into() });
            };
            if self.closes_text(opening, c) {
                self.take();
                return Ok(text);
            }
            match c {
                '\\' => text.push(self.escape()?),
                c if c < ' ' && !self.lenient => {
                    return Err(
                        self.stop("expected an escape for a control character in a text, found the bare character")
                    );
                }
                c => {
                    self.take();
                    text.push(c);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let begin = self.at;
        let wrong = |what: &str| Stop { at: begin, what: what.into() };
        self.take();
        let c = match self.take() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('u') => {
                let first = self.hex4().ok_or_else(|| wrong("expected four hexadecimal digits after \\u"))?;
                let code = if (0xD800..0xDC00).contains(&first) {
                    let low = if self.text[self.at..].starts_with("\\u") {
                        self.at += 2;
                        self.hex4().filter(|low| (0xDC00..0xE000).contains(low))
                    } else {
                        None
                    };
                    let low = low.ok_or_else(|| wrong("expected both halves of a surrogate pair, found one"))?;
                    0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    first
                };
                char::from_u32(code).ok_or_else(|| wrong("expected both halves of a surrogate pair, found one"))?
            }
            _ => return Err(wrong("expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u, found another")),
        };
        Ok(c)
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn list(&mut self, depth: usize) -> Result<Value, Stop> {
        self.take();
        let mut items = Vec::new();
        while self.another(']', items.is_empty())? {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::List(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, Stop> {
        self.take();
        let mut entries: Vec<(String, Node)> = Vec::new();
        // A received object may have any number of keys, and searching all entries for each key would be quadratic.
        let mut keys = BTreeSet::new();
        while self.another('}', entries.is_empty())? {
            let key_at = self.at;
            if !self.peek().is_some_and(|c| self.opens_text(c)) {
                return Err(self.stop(format!("expected a key in quotes, found {}", self.found())));
            }
            let key = self.quoted()?;
            if !keys.insert(key.clone()) {
                return Err(Stop { at: key_at, what: format!("the key {key:?} occurs twice") });
            }
            self.space();
            if self.peek() != Some(':') {
                return Err(self.stop(format!("expected a colon after {key:?}, found {}", self.found())));
            }
            self.take();
            entries.push((key, self.value(depth + 1)?));
        }
        Ok(Value::Map(entries))
    }

    /// Takes a comma and returns true if another item follows; takes `close` and returns false if none does.
    fn another(&mut self, close: char, first: bool) -> Result<bool, Stop> {
        self.space();
        let mut commas = 0;
        while self.peek() == Some(',') && (self.lenient || (commas == 0 && !first)) {
            self.take();
            commas += 1;
            self.space();
        }
        match self.peek() {
            None => Err(self.stop(format!("expected {close:?}, found the end"))),
            Some(c) if c == close && (commas == 0 || self.lenient) => {
                self.take();
                Ok(false)
            }
            Some(_) if first || commas > 0 || self.lenient => Ok(true),
            Some(c) => Err(self.stop(format!("expected a comma or {close:?}, found {c:?}"))),
        }
    }
}

fn is_curly(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '″')
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '‚')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_standard_allows_is_taken_as_the_standard_means_it() {
        let text = r#"{"a": "say ”, he", "b": [1, -2.5e3], "c": "\u00e9\ud83d\ude9b\n", "d": null}"#;
        let Value::Map(entries) = parse(text).unwrap().value else { panic!("an object") };
        assert_eq!(entries[0].1.value, Value::Text("say ”, he".into()));
        assert_eq!(entries[2].1.value, Value::Text("é🚛\n".into()));
        assert_eq!(&text[entries[1].1.at..entries[1].1.at + 2], "[1");
    }

    #[test]
    fn slips_of_the_published_examples_are_forgiven() {
        let strict = parse(r#"{"a": "x", "b": [1, 2], "c": {"d": 3}}"#).unwrap();
        let shape = |n: &Node| format!("{:?}", n.value).replace(|c: char| c.is_ascii_digit() || c == ' ', "");
        for text in [
            r#"{“a”: "x", "b": [1, 2], "c": {"d": 3}}"#,
            r#"{"a”: “x", "b": [1, 2,], "c": {"d": 3},}"#,
            "{'a': 'x'\n \"b\": [1 2] \"c\": {\"d\": 3}}",
            "\u{feff}{\"a\":\u{a0}\"x\",, \"b\": [1, 2], \"c\": {\"d\": 3}}",
        ] {
            assert_eq!(shape(&parse(text).unwrap()), shape(&strict), "{text}");
        }
    }

    #[test]
    fn a_hundred_thousand_keys_are_compared_without_a_scan_for_each() {
        let key = |n: u32| format!("{n:060}");
        let mut text = (0..100_000).map(|n| format!("\"{}\":{n},", key(n))).collect::<String>();
        text.insert(0, '{');
        let twice = format!("{text}\"{}\":0}}", key(99_999));
        text += "\"last\":0}";
        let began = std::time::Instant::now();
        let Ok(Node { value: Value::Map(entries), .. }) = parse(&text) else { panic!("not an object") };
        assert_eq!(entries.len(), 100_001);
        assert!(parse(&twice).unwrap_err().what.contains("occurs twice"));
        // A linear scan per key makes ten thousand million comparisons, minutes of work; the set takes a fraction of a
        // second.
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }

    #[test]
    fn a_stop_names_the_byte() {
        assert_eq!(
            parse("{\"a\": 1, \"a\": 2}").unwrap_err(),
            Stop { at: 9, what: "the key \"a\" occurs twice".into() }
        );
        assert_eq!(parse("{\"a\" 1}").unwrap_err().at, 5);
        assert_eq!(parse("[1e999]").unwrap_err().at, 1);
        assert!(parse(&"[".repeat(100_000)).unwrap_err().what.contains("deep"));
    }
}
