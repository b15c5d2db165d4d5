//! [`Text`]: a string in which outputs may stand, and the [`text!`](crate::text!) macro.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::{Output, Reference, Value, reference};

/// Text with holes that outputs fill.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Part {
    Known(String),
    Output(Reference),
}

impl Text {
    /// Text without holes.
    pub fn known(text: impl Into<String>) -> Self {
        Self(vec![Part::Known(text.into())])
    }

    /// Nothing but another resource's output.
    pub fn output(reference: Reference) -> Self {
        Self(vec![Part::Output(reference)])
    }

    /// The text, where nothing in it is known later.
    pub fn as_known(&self) -> Option<&str> {
        match &self.0[..] {
            [] => Some(""),
            [Part::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// The outputs that stand in it.
    pub fn references(&self) -> impl Iterator<Item = Reference> + '_ {
        self.0.iter().filter_map(|part| match part {
            Part::Known(_) => None,
            Part::Output(reference) => Some(*reference),
        })
    }

    /// The text of a resolved property.
    ///
    /// # Panics
    /// Where an output stands in it. The engine hands resources to handlers with every output put
    /// in, so there it can't be.
    #[track_caller]
    pub fn value(&self) -> &str {
        self.as_known().unwrap_or_else(|| {
            panic!("broken invariant: {self:?} is unknown in a resolved resource")
        })
    }

    /// The text with its outputs written as `${address.Output}`: for messages.
    pub fn pattern(&self) -> String {
        let part = |part: &Part| match part {
            Part::Known(text) => text.clone(),
            Part::Output(r) => format!("${{{}.{}}}", r.address, r.output),
        };
        self.0.iter().map(part).collect()
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0[..] {
            [] => serializer.serialize_str(""),
            [one] => one.serialize(serializer),
            many => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(reference::TEXT, many)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::known)
    }
}

/// What a text property takes: strings, outputs, and `text!`s of both.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be part of a text",
    label = "a text takes strings and outputs; of a number, `text!(\"{{number}}\")`",
    note = "of a handle, say which output is meant: `bucket.arn()`, `database.endpoint_address()`"
)]
pub trait IntoText {
    /// The text.
    fn into_text(self) -> Text;
}

impl IntoText for Text {
    fn into_text(self) -> Text {
        self
    }
}

impl IntoText for &Text {
    fn into_text(self) -> Text {
        self.clone()
    }
}

impl IntoText for &str {
    fn into_text(self) -> Text {
        Text::known(self)
    }
}

impl IntoText for String {
    fn into_text(self) -> Text {
        Text::known(self)
    }
}

impl IntoText for &String {
    fn into_text(self) -> Text {
        Text::known(self.as_str())
    }
}

impl<T: Value> IntoText for Output<T> {
    fn into_text(self) -> Text {
        Text(vec![Part::Output(self.reference)])
    }
}

/// What an optional text property takes: what a required one takes, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be part of a text",
    label = "a text takes strings and outputs, or an `Option` of those"
)]
pub trait IntoOptionalText {
    /// The text, if there is one.
    fn into_optional_text(self) -> Option<Text>;
}

#[diagnostic::do_not_recommend]
impl<V: IntoText> IntoOptionalText for V {
    fn into_optional_text(self) -> Option<Text> {
        Some(self.into_text())
    }
}

#[diagnostic::do_not_recommend]
impl<V: IntoText> IntoOptionalText for Option<V> {
    fn into_optional_text(self) -> Option<Text> {
        self.map(IntoText::into_text)
    }
}

/// What a list of texts takes: any list of what a text takes.
#[diagnostic::on_unimplemented(
    message = "this property takes a list of texts, and `{Self}` is none",
    label = "expected a list, as `[\"a\", \"b\"]`"
)]
pub trait IntoTexts {
    /// The texts.
    fn into_texts(self) -> Vec<Text>;
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator> IntoTexts for I
where
    I::Item: IntoText,
{
    fn into_texts(self) -> Vec<Text> {
        self.into_iter().map(IntoText::into_text).collect()
    }
}

/// A text with outputs in it: `text!("{}:{tag}", repository.repository_uri())`.
///
/// The format string is checked as `format!`'s is. Inline captures (`{tag}`) take anything that is
/// `Display`; an output goes into a `{}` hole.
#[macro_export]
macro_rules! text {
    ($format:literal $(, $hole:expr)* $(,)?) => {
        $crate::text::build(::std::format_args!($format $(, $crate::text::hole(&$hole))*))
    };
}

// How `text!` works: `format_args!` writes an output as MARK address MARK output MARK stack MARK, `build`
// splits there. MARK is a private-use character that AWS accepts in no name.
const MARK: char = '\u{10FFFE}';

/// What fills a hole of `text!`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be part of a text",
    label = "a text takes strings, numbers and outputs",
    note = "of a handle, say which output is meant: `bucket.arn()`, `database.endpoint_address()`"
)]
pub trait Hole {
    fn hole(&self) -> Piece;
}

#[doc(hidden)]
pub enum Piece {
    Known(String),
    Output(Reference),
    Text(Text),
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let output = |f: &mut fmt::Formatter<'_>, r: &Reference| {
            write!(
                f,
                "{MARK}{}{MARK}{}{MARK}{}{MARK}",
                r.address, r.output, r.stack
            )
        };
        match self {
            Self::Known(text) => f.pad(text),
            Self::Output(reference) => output(f, reference),
            Self::Text(text) => text.0.iter().try_for_each(|part| match part {
                Part::Known(text) => f.write_str(text),
                Part::Output(reference) => output(f, reference),
            }),
        }
    }
}

impl<T> Hole for Output<T> {
    fn hole(&self) -> Piece {
        Piece::Output(self.reference)
    }
}

impl Hole for Text {
    fn hole(&self) -> Piece {
        Piece::Text(self.clone())
    }
}

macro_rules! displayed {
    ($($type:ty),*) => {$(
        impl Hole for $type {
            fn hole(&self) -> Piece {
                Piece::Known(self.to_string())
            }
        }
    )*};
}
displayed!(
    str,
    String,
    char,
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    i32,
    i64,
    crate::Cidr,
    crate::Port,
    crate::Region,
    crate::Address
);

impl<H: Hole + ?Sized> Hole for &H {
    fn hole(&self) -> Piece {
        (**self).hole()
    }
}

#[doc(hidden)]
pub fn hole<H: Hole + ?Sized>(hole: &H) -> Piece {
    hole.hole()
}

#[doc(hidden)]
pub fn build(arguments: fmt::Arguments<'_>) -> Text {
    let written = arguments.to_string();
    let mut pieces = written.split(MARK);
    let mut parts = Vec::new();
    while let Some(known) = pieces.next() {
        if !known.is_empty() {
            parts.push(Part::Known(known.to_owned()));
        }
        if let (Some(address), Some(output), Some(stack)) =
            (pieces.next(), pieces.next(), pieces.next())
        {
            parts.push(Part::Output(Reference {
                address: crate::Address::new(address),
                output: crate::Address::new(output).as_str(),
                stack: stack.parse().unwrap_or(0),
            }));
        }
    }
    Text(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Arn, Handle, ec2::Vpc};

    #[test]
    fn text_keeps_its_outputs_apart() {
        let arn: Output<Arn> = Handle::<Vpc>::declared(Address::new("x/y")).output("Arn");
        let tag = "v1";
        let text = text!("a {} b {tag} {}", arn, 7u16);
        assert_eq!(text.pattern(), "a ${x/y.Arn} b v1 7");
        assert_eq!(
            serde_json::to_value(&text).unwrap(),
            serde_json::json!({"$text": ["a ", {"$output": ["x/y", "Arn"]}, " b v1 7"]})
        );
        assert_eq!(text!("{}!", text).pattern(), "a ${x/y.Arn} b v1 7!");
        assert_eq!(text!("plain").as_known(), Some("plain"));
    }
}
