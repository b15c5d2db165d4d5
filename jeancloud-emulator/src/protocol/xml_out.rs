//! XML in answers.

use std::fmt::Write;

use serde_json::Value;

use super::scalar;
use crate::model::{Kind, Location, Member, Model, Namespace, Structure, TimestampFormat};

/// Writes the members of a structure that stand in the body, without an element around them.
pub fn members(model: &Model, structure: &Structure, value: &Value, out: &mut String) {
    let elements = structure.members.iter();
    let elements = elements.filter(|it| it.location == Location::Body && !it.xml_attribute);
    for member in elements {
        if let Some(value) = value.get(&member.name).filter(|value| !value.is_null()) {
            self::member(model, member, member.wire(), value, out);
        }
    }
}

/// Writes an element for a member.
pub fn member(model: &Model, member: &Member, tag: &str, value: &Value, out: &mut String) {
    let shape = member.shape;
    match (&model.shape(shape).kind, value) {
        (Kind::Structure(structure), _) => {
            out.push('<');
            out.push_str(tag);
            namespace(member.namespace.as_ref(), out);
            attributes(model, structure, value, out);
            out.push('>');
            members(model, structure, value, out);
            close(tag, out);
        }
        (
            Kind::List {
                member: item,
                flattened,
            },
            Value::Array(list),
        ) => {
            if *flattened || member.flattened {
                for value in list {
                    self::member(model, item, tag, value, out);
                }
                return;
            }
            open(tag, out);
            for value in list {
                self::member(
                    model,
                    item,
                    item.wire.as_deref().unwrap_or("member"),
                    value,
                    out,
                );
            }
            close(tag, out);
        }
        (
            Kind::Map {
                key,
                value: item,
                flattened,
            },
            Value::Object(object),
        ) => {
            let flat = *flattened || member.flattened;
            let entry = if flat { tag } else { "entry" };
            if !flat {
                open(tag, out);
            }
            for (name, value) in object {
                open(entry, out);
                text_element(key.wire.as_deref().unwrap_or("key"), name, out);
                self::member(
                    model,
                    item,
                    item.wire.as_deref().unwrap_or("value"),
                    value,
                    out,
                );
                close(entry, out);
            }
            if !flat {
                close(tag, out);
            }
        }
        _ => {
            let format = member.timestamp;
            let text = scalar::write(model, shape, format, TimestampFormat::Iso8601, value);
            text_element(tag, &text, out);
        }
    }
}

/// Writes `<tag>text</tag>`.
pub fn text_element(tag: &str, text: &str, out: &mut String) {
    open(tag, out);
    escaped(text, out);
    close(tag, out);
}

/// Writes the beginning of an element.
pub fn open(tag: &str, out: &mut String) {
    out.push('<');
    out.push_str(tag);
    out.push('>');
}

/// Writes the end of an element.
pub fn close(tag: &str, out: &mut String) {
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

fn namespace(namespace: Option<&Namespace>, out: &mut String) {
    let Some(Namespace { prefix, uri }) = namespace else {
        return;
    };
    let written = match prefix {
        Some(prefix) => write!(out, " xmlns:{prefix}=\"{uri}\""),
        None => write!(out, " xmlns=\"{uri}\""),
    };
    written.expect("a String takes everything");
}

fn attributes(model: &Model, structure: &Structure, value: &Value, out: &mut String) {
    let members = structure.members.iter();
    for member in members.filter(|member| member.xml_attribute) {
        let Some(value) = value.get(&member.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let text = scalar::write(model, member.shape, None, TimestampFormat::Iso8601, value);
        // The only attribute of AWS's models. Some of them declare its prefix at the shape.
        if member.wire().starts_with("xsi:") && !out.ends_with("XMLSchema-instance\"") {
            out.push_str(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
        }
        out.push(' ');
        out.push_str(member.wire());
        out.push_str("=\"");
        escaped(&text, out);
        out.push('"');
    }
}

/// Characters that XML can't hold are replaced.
fn escaped(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' | '\t' => out.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
}
