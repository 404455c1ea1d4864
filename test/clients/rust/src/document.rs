//! JSON values and the SDK's documents, one to the other.

use aws_smithy_types::{Document, Number};
use serde_json::Value;

pub fn from_json(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(value) => Document::Bool(*value),
        Value::Number(value) => Document::Number(match (value.as_u64(), value.as_i64()) {
            (Some(value), _) => Number::PosInt(value),
            (_, Some(value)) => Number::NegInt(value),
            _ => Number::Float(value.as_f64().unwrap_or(f64::NAN)),
        }),
        Value::String(value) => Document::String(value.clone()),
        Value::Array(values) => Document::Array(values.iter().map(from_json).collect()),
        Value::Object(members) => {
            let members = members.iter();
            Document::Object(
                members.map(|(name, value)| (name.clone(), from_json(value))).collect(),
            )
        }
    }
}

pub fn to_json(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(value) => Value::from(*value),
        Document::Number(Number::PosInt(value)) => Value::from(*value),
        Document::Number(Number::NegInt(value)) => Value::from(*value),
        Document::Number(Number::Float(value)) => Value::from(*value),
        Document::String(value) => Value::from(value.clone()),
        Document::Array(values) => values.iter().map(to_json).collect(),
        Document::Object(members) => {
            let members = members.iter();
            members.map(|(name, value)| (name.clone(), to_json(value))).collect()
        }
    }
}
