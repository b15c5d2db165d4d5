//! [`keep`]: what was put in comes out again.

use serde_json::{Map, Value};

use super::{Kind, Model, ShapeId};

/// Those parts of `value` that `shape` has too, by name and kind, all the way down.
pub(crate) fn keep(model: &Model, shape: ShapeId, value: &Value) -> Option<Value> {
    match (&model.shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Object(object)) => {
            let members = structure.members.iter();
            let kept = members.filter_map(|member| {
                let kept = keep(model, member.shape, object.get(&member.name)?)?;
                Some((member.name.clone(), kept))
            });
            Some(Value::Object(kept.collect::<Map<_, _>>()))
        }
        (Kind::List { member, .. }, Value::Array(list)) => {
            let kept = list.iter().map(|item| keep(model, member.shape, item));
            kept.collect::<Option<Vec<_>>>().map(Value::Array)
        }
        (Kind::Map { value: member, .. }, Value::Object(object)) => {
            let kept = object
                .iter()
                .map(|(key, value)| Some((key.clone(), keep(model, member.shape, value)?)));
            kept.collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        (Kind::Integer | Kind::Float | Kind::Timestamp(_), Value::Number(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::String { .. } | Kind::Blob, Value::String(_)) => Some(value.clone()),
        _ => None,
    }
}
