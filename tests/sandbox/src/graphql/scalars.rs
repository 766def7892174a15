//! The gateway's own scalars. `JSON` comes with the GraphQL crate.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// ISO 8601 instant, e.g. 2024-01-15T10:35:00Z
pub(super) struct Date(pub(super) String);

#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => {
                Ok(Self(text.clone()))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl From<crate::state::Moment> for Date {
    fn from(moment: crate::state::Moment) -> Self {
        Self(crate::state::date(moment))
    }
}
