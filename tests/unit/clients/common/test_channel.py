"""Addresses of the gateway."""

import pytest

from clients.common.channel import Gateway, parse_gateway


@pytest.mark.parametrize(
    ("text", "gateway"),
    [
        ("127.0.0.1:8080", Gateway("127.0.0.1:8080", False)),
        ("http://tsn.example:80/", Gateway("tsn.example:80", False)),
        ("https://tsn.example", Gateway("tsn.example:443", True)),
        ("https://tsn.example:8443", Gateway("tsn.example:8443", True)),
        ("[::1]:8080", Gateway("[::1]:8080", False)),
    ],
)
def test_an_address_tells_target_and_encryption(text: str, gateway: Gateway) -> None:
    assert parse_gateway(text) == gateway


@pytest.mark.parametrize("text", ["", "host", "ftp://host:1", "host:port", "host:99999", "http://host:1/path", ":1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_gateway(text)
