//! PURE: the public keys of an issuer as its JSON Web Key Set gives them (RFC 7517), or why the
//! whole set is refused. A set that cannot be right is not used in part.

use std::collections::{HashMap, HashSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// The shortest modulus of an RSA key, in bits.
const RSA_MIN: usize = 2_048;
/// More than any issuer has.
const KEYS_MAX: usize = 100;

/// Why a set of keys is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not a JSON object with a list of keys.
    Unreadable,
    /// More keys than anybody needs.
    TooMany,
    /// A secret was published: a symmetric key or a private half.
    Secret,
    /// An RSA key that can be broken.
    Weak,
    /// Two keys of one name.
    Ambiguous,
    /// A key that says it is for signing and cannot be read.
    Broken,
    /// Nothing that verifies a signature.
    Empty,
}

/// A key, with the algorithms that it is for.
pub(super) struct Key {
    pub(super) verifying: DecodingKey,
    pub(super) algorithms: Vec<Algorithm>,
}

/// The keys that verify signatures, by their names.
pub(super) type Keys = HashMap<String, Key>;

/// Reads a set. Keys of other kinds and for other purposes are passed over, as RFC 7517 asks:
/// common issuers publish a key for encryption beside those for signatures.
pub(super) fn read(bytes: &[u8]) -> Result<Keys, Fault> {
    let set: Value = serde_json::from_slice(bytes).map_err(|_| Fault::Unreadable)?;
    let listed = set["keys"].as_array().ok_or(Fault::Unreadable)?;
    if listed.len() > KEYS_MAX {
        return Err(Fault::TooMany);
    }
    let (mut names, mut keys) = (HashSet::new(), Keys::new());
    for jwk in listed {
        if !jwk.is_object() {
            return Err(Fault::Unreadable);
        }
        let is_symmetric = text(jwk, "kty").is_some_and(|kty| kty.eq_ignore_ascii_case("oct"));
        if is_symmetric || jwk.get("d").is_some() || jwk.get("k").is_some() {
            return Err(Fault::Secret);
        }
        let Some(name) = text(jwk, "kid") else {
            continue;
        };
        if !names.insert(name) {
            return Err(Fault::Ambiguous);
        }
        if is_for_signatures(jwk)
            && let Some(key) = key(jwk)?
        {
            keys.insert(name.to_owned(), key);
        }
    }
    if keys.is_empty() {
        return Err(Fault::Empty);
    }
    Ok(keys)
}

fn text<'j>(jwk: &'j Value, name: &str) -> Option<&'j str> {
    jwk.get(name)?.as_str()
}

fn is_for_signatures(jwk: &Value) -> bool {
    let is_meant = jwk.get("use").is_none_or(|purpose| purpose == "sig");
    let verifies = |list: &Value| {
        let list = list.as_array();
        list.is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    };
    is_meant && jwk.get("key_ops").is_none_or(verifies)
}

/// The key, unless it is of a kind that is not known here.
fn key(jwk: &Value) -> Result<Option<Key>, Fault> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let part = |name| text(jwk, name).ok_or(Fault::Broken);
    let broken = |_| Fault::Broken;
    let curve = text(jwk, "crv");
    let (verifying, possible) = match (text(jwk, "kty"), curve) {
        (Some("RSA"), _) => {
            let (n, e) = (part("n")?, part("e")?);
            if bits(n).ok_or(Fault::Broken)? < RSA_MIN {
                return Err(Fault::Weak);
            }
            let key = DecodingKey::from_rsa_components(n, e).map_err(broken)?;
            (key, vec![RS256, RS384, RS512, PS256, PS384, PS512])
        }
        (Some("EC"), Some("P-256" | "P-384")) => {
            let key = DecodingKey::from_ec_components(part("x")?, part("y")?).map_err(broken)?;
            let is_256 = curve == Some("P-256");
            (key, vec![if is_256 { ES256 } else { ES384 }])
        }
        (Some("OKP"), Some("Ed25519")) => {
            let key = DecodingKey::from_ed_components(part("x")?).map_err(broken)?;
            (key, vec![EdDSA])
        }
        _ => return Ok(None),
    };
    let algorithms: Vec<_> = match jwk.get("alg") {
        None => possible,
        // A key that names its algorithm is for no other.
        Some(named) => possible
            .into_iter()
            .filter(|algorithm| named.as_str() == Some(&format!("{algorithm:?}")))
            .collect(),
    };
    let key = Key {
        verifying,
        algorithms,
    };
    Ok((!key.algorithms.is_empty()).then_some(key))
}

/// How many bits a number has.
fn bits(number: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(number).ok()?;
    let mut significant = bytes.iter().skip_while(|byte| **byte == 0);
    let first = significant.next()?;
    Some(significant.count() * 8 + 8 - first.leading_zeros() as usize)
}
