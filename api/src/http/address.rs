//! From where a request comes: the other end of the connection, or, behind proxies that are
//! trusted by configuration, what they say. What anybody else says is not believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::http::header::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Proxies in front of this server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses (`127.0.0.1`) and prefixes (`10.0.0.0/8`).
    pub(crate) fn read(texts: &[String]) -> Result<Self, String> {
        let read = |(at, text): (usize, &String)| {
            let address = text.parse::<IpAddr>().map(IpNet::from);
            let network = address.or_else(|_| text.parse::<IpNet>());
            network.map_err(|_| {
                format!(
                    "trusted_proxies: number {} is neither an address nor a prefix such as 10.0.0.0/8.",
                    at + 1
                )
            })
        };
        texts
            .iter()
            .enumerate()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address that a request is counted for. Each proxy appends the address it was called
    /// from, so the last one that is no trusted proxy is the nearest that nobody could make up.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = peer.to_canonical();
        let said: Vec<_> = headers.get_all(X_FORWARDED_FOR).collect();
        let mut hops = said
            .iter()
            .rev()
            .flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
        while self.trust(nearest) {
            match hops.next().and_then(|hop| read(hop.trim())) {
                Some(hop) => nearest = hop.to_canonical(),
                None => break,
            }
        }
        household(nearest)
    }
}

/// Some proxies add the port.
fn read(hop: &str) -> Option<IpAddr> {
    let with_port = |_| hop.parse::<SocketAddr>().map(|hop| hop.ip());
    hop.parse().or_else(with_port).ok()
}

/// One customer holds a whole /64 of IPv6.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(trusted: &[&str], peer: &str, said: &[&'static str]) -> String {
        let trusted: Vec<_> = trusted.iter().map(|text| (*text).to_owned()).collect();
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_static(value));
        }
        let proxies = Proxies::read(&trusted).unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        assert_eq!(client(&[], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        let other = client(&["10.0.0.0/8"], "192.0.2.1", &["198.51.100.7"]);
        assert_eq!(other, "192.0.2.1");
    }

    #[test]
    fn behind_trusted_proxies_the_nearest_foreign_address_counts() {
        let trusted = ["10.0.0.0/8", "127.0.0.1"];
        let of = |said: &[&'static str]| client(&trusted, "127.0.0.1", said);
        assert_eq!(of(&["198.51.100.7"]), "198.51.100.7");
        assert_eq!(of(&["6.6.6.6, 198.51.100.7, 10.1.1.1"]), "198.51.100.7");
        assert_eq!(of(&["6.6.6.6", "198.51.100.7", "10.1.1.1"]), "198.51.100.7");
        assert_eq!(of(&["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(of(&[]), "127.0.0.1");
        assert_eq!(of(&["198.51.100.7, nonsense"]), "127.0.0.1");
        assert_eq!(of(&["10.2.2.2, 10.1.1.1"]), "10.2.2.2");
    }

    #[test]
    fn one_network_of_ipv6_is_one_caller_and_mapped_addresses_are_their_own() {
        assert_eq!(client(&[], "2001:db8:1:2:aaaa::1", &[]), "2001:db8:1:2::");
        assert_eq!(client(&[], "::ffff:192.0.2.1", &[]), "192.0.2.1");
    }

    #[test]
    fn what_is_no_address_is_named() {
        let texts = ["10.0.0.0/8", "10.0.0.0/99"].map(str::to_owned);
        let wrong = Proxies::read(&texts).unwrap_err();
        assert!(wrong.contains("number 2 is neither"), "{wrong}");
    }
}
