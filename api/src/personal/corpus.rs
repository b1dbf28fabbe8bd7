//! The search for contacts, tried on texts as people write them: how many of the contacts are found,
//! and how much of what is found is one.

use super::{Country, Sighted};

/// Texts with a telephone number or an address in it.
const CONTACTS: &str = include_str!("corpus/contacts.txt");
/// Texts with neither, many of which look like it.
const PLAIN: &str = include_str!("corpus/plain.txt");

fn is_found(text: &str) -> bool {
    let text = Sighted::new(text);
    text.has_email() || text.has_phone(Country::of("FI"))
}

#[test]
fn contacts_are_found_and_nothing_else() {
    assert_eq!(CONTACTS.lines().count(), 200);
    assert_eq!(PLAIN.lines().count(), 200);
    let missed: Vec<_> = CONTACTS.lines().filter(|text| !is_found(text)).collect();
    let mistaken: Vec<_> = PLAIN.lines().filter(|text| is_found(text)).collect();
    let found = 200 - missed.len();
    let recall_holds = found * 100 >= 200 * 98;
    let precision_holds = found * 100 >= (found + mistaken.len()) * 98;
    assert!(
        recall_holds && precision_holds,
        "missed: {missed:#?}\nmistaken: {mistaken:#?}"
    );
}
