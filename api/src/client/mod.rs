//! Machine clients: programs that call the API in their own name, with tokens of an hour.

mod assertion;
mod command_line;
mod oauth;
mod registry;
mod rules;

pub(crate) use self::{
    command_line::{add_from_command_line, revoke_from_command_line, rotate_from_command_line},
    oauth::{answer, well_known},
    rules::CLIENT,
};
