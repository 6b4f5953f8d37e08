"""Which addresses may be connected to."""

import pytest

from services.ingest.fetch.addresses import AddressPolicy, parse_networks


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert AddressPolicy().allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a9fe:a9fe",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_leads_elsewhere_than_the_public_internet_is_not(address: str) -> None:
    assert not AddressPolicy().allows(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "2130706433", "0x7f000001", "1.2.3.4.5", "[::1]"])
def test_what_is_no_address_is_not_allowed(text: str) -> None:
    assert not AddressPolicy().allows(text)


def test_networks_of_the_operator_may_be_added() -> None:
    policy = AddressPolicy(parse_networks("192.168.7.0/24, fd00::/8,"))
    assert policy.allows("192.168.7.9")
    assert policy.allows("fd00::1")
    assert policy.allows("8.8.8.8")
    assert not policy.allows("192.168.8.9")
    assert not policy.allows("::ffff:192.168.7.9")


@pytest.mark.parametrize("text", ["here", "192.168.7.1/24", "10.0.0.0/33"])
def test_networks_that_are_none_are_told(text: str) -> None:
    with pytest.raises(ValueError, match=text.split("/")[0]):
        parse_networks(text)
