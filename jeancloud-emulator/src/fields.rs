//! [`Fields`]: reading trees of values by the model's names.

use serde_json::Value;

/// Short ways to a member. The model's constraints are checked before an operation sees its input,
/// so what is required is there and of its kind.
pub(crate) trait Fields {
    /// A text, "" if it isn't there.
    fn text(&self, name: &str) -> &str;
    /// A text that may be missing.
    fn some_text(&self, name: &str) -> Option<&str>;
    /// Whether a flag is there and set.
    fn flag(&self, name: &str) -> bool;
    /// A whole number that may be missing.
    fn int(&self, name: &str) -> Option<i64>;
    /// A list, empty if it isn't there.
    fn items(&self, name: &str) -> &[Value];
    /// The texts in a list.
    fn texts(&self, name: &str) -> impl Iterator<Item = &str>;
    /// A member that may be missing.
    fn at(&self, name: &str) -> Option<&Value>;
    /// Takes over members that another value has.
    fn take_over(&mut self, from: &Value, names: &[&str]);
    /// Removes a member.
    fn clear(&mut self, name: &str);
}

impl Fields for Value {
    fn text(&self, name: &str) -> &str {
        self.some_text(name).unwrap_or_default()
    }

    fn some_text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    fn int(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    fn items(&self, name: &str) -> &[Value] {
        let list = self.get(name).and_then(Value::as_array);
        list.map(Vec::as_slice).unwrap_or_default()
    }

    fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.items(name).iter().filter_map(Value::as_str)
    }

    fn at(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_null())
    }

    fn take_over(&mut self, from: &Value, names: &[&str]) {
        for name in names {
            if let Some(value) = from.at(name) {
                self[*name] = value.clone();
            }
        }
    }

    fn clear(&mut self, name: &str) {
        if let Value::Object(object) = self {
            object.remove(name);
        }
    }
}
