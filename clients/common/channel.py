"""The channel to the gateway."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import grpc

DEFAULT_GATEWAY = "127.0.0.1:8080"
TLS_PORT = 443

CHANNEL_OPTIONS: list[tuple[str, str | int]] = [
    # A node behind a mobile router learns of a dead connection within 15 s instead of at its deadline.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    # A gateway that was restarted is found again at once; Backoff spreads the load, not the channel.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5_000),
]


@dataclass(frozen=True)
class Gateway:
    """Where the gateway listens. `target` is host:port."""

    target: str
    secure: bool


def parse_gateway(text: str) -> Gateway:
    """`host:port` or `http://host:port` is plaintext, `https://host[:port]` is TLS. Raises ValueError."""
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{text!r} is not a gateway address: host:port, or https://host")
    secure = parts.scheme == "https"
    port = parts.port or (TLS_PORT if secure else None)
    if port is None:
        raise ValueError(f"{text!r} names no port")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Gateway(f"{host}:{port}", secure)


def open_channel(gateway: str | Gateway, *, user_agent: str = "tsn-client") -> grpc.aio.Channel:
    """A channel that connects on first use and reconnects by itself; to be closed. Raises ValueError."""
    where = parse_gateway(gateway) if isinstance(gateway, str) else gateway
    options = [*CHANNEL_OPTIONS, ("grpc.primary_user_agent", user_agent)]
    if where.secure:
        return grpc.aio.secure_channel(where.target, grpc.ssl_channel_credentials(), options=options)
    return grpc.aio.insecure_channel(where.target, options=options)
