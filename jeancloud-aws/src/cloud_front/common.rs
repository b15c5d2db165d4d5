//! What CloudFront's types share: counted lists, empty texts.

use aws_smithy_types::error::operation::BuildError;
use jeancloud_model::{Bounded, Input, Text, Value};

/// A request part of which everything required is set.
pub(super) fn built<T>(part: std::result::Result<T, BuildError>) -> T {
    part.unwrap_or_else(|error| panic!("broken invariant: a required part is not set: {error}"))
}

/// How many there are: CloudFront wants every list counted.
pub(super) fn quantity<T>(list: &[T]) -> i32 {
    i32::try_from(list.len()).unwrap_or(i32::MAX)
}

/// A text that CloudFront gives; an empty one means that there is none.
pub(super) fn text(text: Option<&str>) -> Option<Text> {
    filled(text).map(Text::known)
}

/// A value that CloudFront gives as text; an empty one means that there is none.
pub(super) fn value<T: Value + From<String>>(text: Option<&str>) -> Option<Input<T>> {
    filled(text).map(|text| Input::Known(T::from(text.to_owned())))
}

/// A text that is not empty.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// Texts as CloudFront takes them.
pub(super) fn sdk_texts(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.value().to_owned()).collect()
}

/// A text as CloudFront takes it: without one, an empty one.
pub(super) fn sdk_text(text: &Option<Text>) -> String {
    text.as_ref()
        .map_or_else(String::new, |text| text.value().to_owned())
}

/// A number as CloudFront takes it.
pub(super) fn sdk_bounded<const MIN: u32, const MAX: u32>(
    number: &Option<Input<Bounded<MIN, MAX>>>,
) -> Option<i32> {
    number.as_ref().map(|number| number.value().to_i32())
}

/// A number that CloudFront gives.
pub(super) fn bounded<const MIN: u32, const MAX: u32>(
    number: Option<i32>,
) -> Option<Input<Bounded<MIN, MAX>>> {
    let number = u32::try_from(number?).ok()?;
    Some(Input::Known(Bounded::new(number)))
}
