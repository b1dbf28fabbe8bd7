//! Sets of keys that are refused as a whole, and keys that are passed over (A6).

use super::*;
use crate::issuer::key_set::Fault;

fn read(keys: &Value) -> Result<Vec<String>, Fault> {
    let set = json!({ "keys": keys }).to_string();
    let mut names: Vec<_> = key_set::read(set.as_bytes())?.into_keys().collect();
    names.sort();
    Ok(names)
}

fn good() -> Value {
    public(&Workshop::open().ed, Algorithm::EdDSA, "ed")
}

#[test]
fn a6_a_set_that_cannot_be_right_is_refused_as_a_whole() {
    let weak = with(
        public(&Workshop::open().rsa, Algorithm::RS256, "weak"),
        &json!({ "n": URL_SAFE_NO_PAD.encode([0xff; 255]) }),
    );
    let padded = with(
        weak.clone(),
        &json!({ "n": URL_SAFE_NO_PAD.encode([&[0; 9][..], &[0xff; 255]].concat()) }),
    );
    let symmetric = json!({ "kty": "oct", "kid": "s", "k": "c2VjcmV0" });
    let private = with(good(), &json!({ "d": "AAAA", "kid": "p" }));
    let broken = with(good(), &json!({ "x": null, "kid": "b" }));
    for (name, keys, fault) in [
        ("no keys", json!([]), Fault::Empty),
        ("a symmetric key", json!([good(), symmetric]), Fault::Secret),
        ("a private key", json!([good(), private]), Fault::Secret),
        (
            "an RSA key of 2040 bits",
            json!([good(), weak]),
            Fault::Weak,
        ),
        (
            "the same with zeros before it",
            json!([good(), padded]),
            Fault::Weak,
        ),
        (
            "two keys of one name",
            json!([good(), good()]),
            Fault::Ambiguous,
        ),
        (
            "a key without its number",
            json!([good(), broken]),
            Fault::Broken,
        ),
        (
            "a key that is a text",
            json!([good(), "x"]),
            Fault::Unreadable,
        ),
        (
            "keys that are no list",
            json!({ "a": good() }),
            Fault::Unreadable,
        ),
        ("101 keys", json!(vec![good(); 101]), Fault::TooMany),
    ] {
        assert_eq!(read(&keys), Err(fault), "{name}");
    }
    for garbage in ["", "[]", "<html>", "{\"keys\":", "\u{0}"] {
        let fault = key_set::read(garbage.as_bytes()).err();
        assert_eq!(fault, Some(Fault::Unreadable), "{garbage}");
    }
}

#[test]
fn a6_keys_for_something_else_are_passed_over_and_never_used() {
    for (name, change) in [
        ("for encryption", json!({ "use": "enc" })),
        ("for other operations", json!({ "key_ops": ["encrypt"] })),
        ("without a name", json!({ "kid": null })),
        ("of an unknown kind", json!({ "kty": "NEW" })),
        ("of an unknown curve", json!({ "crv": "X25519" })),
        ("for an unknown algorithm", json!({ "alg": "RSA-OAEP" })),
        (
            "for an algorithm of another kind",
            json!({ "alg": "RS256" }),
        ),
    ] {
        let other = with(with(good(), &json!({ "kid": "other" })), &change);
        assert_eq!(
            read(&json!([good(), other])),
            Ok(vec!["ed".to_owned()]),
            "{name}"
        );
        assert_eq!(read(&json!([other])), Err(Fault::Empty), "{name}, alone");
    }
    assert_eq!(
        read(&Workshop::open().set()["keys"]),
        Ok(vec!["ec".into(), "ed".into(), "rsa".into()])
    );
}
