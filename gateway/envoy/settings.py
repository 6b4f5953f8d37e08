"""What differs from one gateway to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.contract import DESCRIPTORS

LOCAL_ORIGINS = ("http://localhost:*", "http://127.0.0.1:*")
"""Web pages served from this machine, on any port."""


@dataclass(frozen=True)
class GatewaySettings:
    """Addresses are (host, port); a host may be a name or an IP address."""

    upstreams: Mapping[str, tuple[str, int]]
    """Proto package, e.g. `tsn.ingest.v1`, to the address of the service that serves it."""
    replicas: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """Further addresses of a package, where several processes serve it."""
    listen_host: str = "127.0.0.1"
    listen_port: int = 8080
    admin_host: str = "127.0.0.1"
    admin_port: int = 9901
    otlp: tuple[str, int] | None = None
    """OTLP/gRPC collector; None: no tracing."""
    descriptors: Path = field(default=DESCRIPTORS)
    """Descriptor set that JSON is transcoded by."""
    allowed_origins: tuple[str, ...] = LOCAL_ORIGINS
    """Origins of web pages that may call, `*` for any characters."""
    access_log: str = "/dev/stdout"
    """File of the JSON access log."""
