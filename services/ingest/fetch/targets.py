"""Which URLs may be fetched. They are read by the same parser that the connection is made by: no two readings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from yarl import URL

from services.ingest.domain.fetch_errors import AddressNotAllowed, UrlInvalid, UrlNotAllowed
from services.ingest.fetch.addresses import AddressPolicy

URL_LIMIT = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}
_PRINTABLE = re.compile(r"[!-\[\]-~]+")
"""Visible ASCII without the backslash, which browsers take for a slash."""
_HOST = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\*|[0-9a-f:.]*:[0-9a-f:.]*")
_NUMERIC = re.compile(r"[0-9.]+|0x[0-9a-f.x]*|.*:.*")


@dataclass(frozen=True)
class HostRule:
    """A host that may be asked."""

    host: str
    """`archive.example.org`; `*.example.net`: every name below it; `*`: every name; or an address."""
    port: int | None
    """None: 80 for http, 443 for https."""

    def allows(self, host: str, port: int, default_port: int) -> bool:
        """True when the host may be asked at that port."""
        if port != (self.port or default_port):
            return False
        if self.host == "*":
            # A number is not a name: it has to be listed itself.
            return not _NUMERIC.fullmatch(host)
        if self.host.startswith("*."):
            return host.endswith(self.host[1:])
        return host == self.host


@dataclass(frozen=True)
class UrlPolicy:
    """What the operator allows. Without rules nothing is."""

    rules: Sequence[HostRule]
    addresses: AddressPolicy

    def check(self, text: str) -> URL:
        """The URL to ask. Raises UrlInvalid, UrlNotAllowed, AddressNotAllowed."""
        return self.check_parsed(_parsed(text))

    def check_parsed(self, url: URL) -> URL:
        """`url` itself, for one that a redirect gave. Raises UrlInvalid, UrlNotAllowed, AddressNotAllowed."""
        host, port = (url.raw_host or "").rstrip("."), url.port
        if url.scheme not in DEFAULT_PORTS or not host or port is None:
            raise UrlInvalid("give an http or https URL with a host")
        if "@" in url.raw_authority:
            raise UrlInvalid("user name and password are not taken")
        if not any(rule.allows(host.lower(), port, DEFAULT_PORTS[url.scheme]) for rule in self.rules):
            raise UrlNotAllowed(host, port)
        if _NUMERIC.fullmatch(host) and not self.addresses.allows(host):
            raise AddressNotAllowed(host, host)
        return url

    def follow(self, url: URL, location: str) -> URL:
        """Where a redirect of `url` leads. Raises UrlInvalid, UrlNotAllowed, AddressNotAllowed."""
        if not _PRINTABLE.fullmatch(location) or len(location) > URL_LIMIT:
            raise UrlInvalid("it redirects to something that is no URL")
        try:
            return self.check_parsed(url.join(URL(location)))
        except ValueError as error:
            raise UrlInvalid("it redirects to something that is no URL") from error


def _parsed(text: str) -> URL:
    if len(text) > URL_LIMIT or not _PRINTABLE.fullmatch(text):
        raise UrlInvalid(f"give at most {URL_LIMIT} printable ASCII characters without blanks and backslashes")
    try:
        return URL(text)
    except ValueError as error:
        raise UrlInvalid("cannot be read") from error


def parse_rules(text: str) -> tuple[HostRule, ...]:
    """Hosts separated by commas, such as `archive.example.org,*.example.net,[fd00::1]:8080`. Raises ValueError."""
    return tuple(_rule(part) for part in (one.strip().lower() for one in text.split(",")) if part)


def _rule(text: str) -> HostRule:
    found = re.fullmatch(r"(\[(?P<six>[^]]+)\]|(?P<name>[^:\[\]]+))(:(?P<port>\d{1,5}))?", text)
    host = (found["six"] or found["name"]) if found else ""
    if found is None or not _HOST.fullmatch(host) or int(found["port"] or 1) not in range(1, 65536):
        raise ValueError(f"{text!r} is not a host such as archive.example.org, *.example.net or lan.example:8080")
    return HostRule(host=host, port=int(found["port"]) if found["port"] else None)
