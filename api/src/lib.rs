//! Child Friendly Cities API.
