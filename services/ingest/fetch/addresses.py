"""Which addresses may be connected to: those of the public internet, and what the operator adds."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "::/96",  # IPv4-compatible, RFC 4291
            "::ffff:0:0/96",  # IPv4-mapped, RFC 4291
            "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
            "64:ff9b::/96",  # NAT64, RFC 6052
            "64:ff9b:1::/48",  # NAT64 of a site, RFC 8215
            "2001::/32",  # Teredo, RFC 4380
            "2002::/16",  # 6to4, RFC 3056
            "fec0::/10",  # site-local, RFC 3879
        ),
    )
)
"""Global by their number, but what they lead to is another address, which nobody checked."""


@dataclass(frozen=True)
class AddressPolicy:
    """Says yes or no to an address."""

    private: Sequence[Network] = ()
    """Networks of the operator's own that may be asked although they are not public."""

    def allows(self, text: str) -> bool:
        """True when a connection to the numeric address `text` is fine; False for what is no address."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self.private) or is_public(address)


def is_public(address: Address) -> bool:
    """True for a unicast address of the public internet."""
    if any(address in network for network in _REFUSED if network.version == address.version):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    # is_global leaves out private, link-local, shared (RFC 6598) and documentation networks.
    return address.is_global and not special


def parse_networks(text: str) -> tuple[Network, ...]:
    """Networks separated by commas, such as `192.168.1.0/24,fd00::/8`. Raises ValueError."""
    return tuple(ipaddress.ip_network(part) for part in (one.strip() for one in text.split(",")) if part)
