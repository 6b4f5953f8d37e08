"""Which URLs may be fetched."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from yarl import URL

from mesh.errors import TsnError
from services.ingest.domain.fetch_errors import AddressNotAllowed, UrlInvalid, UrlNotAllowed
from services.ingest.fetch.addresses import AddressPolicy, parse_networks
from services.ingest.fetch.targets import UrlPolicy, parse_rules

RULES = "archive.example.org, *.example.net, lan.example:8080, 192.0.2.7, 127.0.0.1, [2606:2800::1]:8443"
POLICY = UrlPolicy(parse_rules(RULES), AddressPolicy())
ANY = UrlPolicy(parse_rules("*"), AddressPolicy())


@pytest.mark.parametrize(
    "url",
    [
        "https://archive.example.org/a.wav",
        "http://archive.example.org:80/a.wav?x=1",
        "https://ARCHIVE.example.org./a.wav",
        "https://a.b.example.net/",
        "http://lan.example:8080/a",
        "https://lan.example:8080/a",
        "https://[2606:2800::1]:8443/a.wav",
    ],
)
def test_hosts_on_the_list_may_be_asked(url: str) -> None:
    POLICY.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://example.net/",
        "https://evilexample.net/",
        "https://archive.example.org.evil.test/",
        "https://archive.example.org:8080/",
        "https://archive.example.org:22/",
        "https://archive.example.org:80/",
        "http://archive.example.org:443/",
        "http://lan.example/",
        "http://localhost/",
        "https://[2606:2800::1]/",
        "http://8.8.8.8/",
    ],
)
def test_other_hosts_and_ports_may_not(url: str) -> None:
    with pytest.raises(UrlNotAllowed):
        POLICY.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "archive.example.org/a.wav",
        "//archive.example.org/a.wav",
        "ftp://archive.example.org/a.wav",
        "file:///etc/passwd",
        "gopher://archive.example.org/",
        "http:///a.wav",
        "https://user@archive.example.org/",
        "https://user:word@archive.example.org/",
        "https://archive.example.org\\@evil.test/",
        "https://archive.example.org/a b.wav",
        "https://archive.example.org/\r\nHost: evil.test",
        "https://archive.example.org/\u202e",
        "https://[::1/",
        "https://archive.example.org:99999/",
        "https://archive.example.org/" + "a" * 3000,
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(UrlInvalid):
        POLICY.check(url)


@pytest.mark.parametrize("url", ["http://192.0.2.7/", "http://127.0.0.1/"])
def test_a_listed_address_has_to_be_public_too(url: str) -> None:
    with pytest.raises(AddressNotAllowed):
        POLICY.check(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "127.1", "0x7f.1", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "8.8.8.8"]
)
def test_every_name_does_not_mean_every_number(host: str) -> None:
    with pytest.raises((UrlNotAllowed, UrlInvalid)):
        ANY.check(f"http://{host}/latest/meta-data")


def test_nothing_is_allowed_where_nothing_is_listed() -> None:
    with pytest.raises(UrlNotAllowed):
        UrlPolicy(parse_rules(""), AddressPolicy()).check("https://archive.example.org/")


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        ("/b.wav", "https://archive.example.org/b.wav"),
        ("b.wav", "https://archive.example.org/a/b.wav"),
        ("//a.example.net/b.wav", "https://a.example.net/b.wav"),
        ("http://archive.example.org/b.wav", "http://archive.example.org/b.wav"),
    ],
)
def test_redirects_to_listed_hosts_are_followed(location: str, leads_to: str) -> None:
    assert str(POLICY.follow(URL("https://archive.example.org/a/a.wav"), location)) == leads_to


@pytest.mark.parametrize(
    "location",
    [
        "",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/",
        "//evil.test/",
        "file:///etc/passwd",
        "https://user@archive.example.org/",
        "https://archive.example.org:22/",
        "http://[::1",
        "\\\\evil.test\\a",
    ],
)
def test_redirects_elsewhere_are_not(location: str) -> None:
    with pytest.raises(TsnError) as refused:
        POLICY.follow(URL("https://archive.example.org/a.wav"), location)
    assert not refused.value.transient


@given(some.text(max_size=60))
def test_whatever_is_written_is_a_listed_host_or_a_typed_refusal(text: str) -> None:
    for url in (text, f"http://{text}", f"http://archive.example.org{text}", f"http://x@{text}.example.net"):
        try:
            found = POLICY.check(url)
        except TsnError:
            continue
        host = (found.host or "").rstrip(".").lower()
        assert host in {"archive.example.org", "lan.example", "2606:2800::1"} or host.endswith(".example.net")


@pytest.mark.parametrize(
    "text", ["http://a.example", "a.example/path", "a b", "*x.example", "a.*.example", "a:0", "a:70000"]
)
def test_a_list_that_cannot_be_read_is_told_at_start(text: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        parse_rules(text)


def test_private_networks_can_be_allowed() -> None:
    policy = UrlPolicy(parse_rules("127.0.0.1:8000"), AddressPolicy(parse_networks("127.0.0.0/8")))
    policy.check("http://127.0.0.1:8000/a.wav")
