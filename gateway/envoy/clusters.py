"""Where calls go: one cluster a service, one for traces."""

import ipaddress
from typing import Any

# Both ends find a vanished peer within 40 s although a silent stream may stay open for ever.
KEEPALIVE = {"interval": "30s", "timeout": "10s"}
BUFFER_BYTES = 1024 * 1024
"""Bytes held for a slow reader before the writer is slowed down."""
_MAX_STREAMS = 10_000  # live feeds count as requests: Envoy's default of 1024 would be a limit on listeners
_HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


def cluster_name(package: str) -> str:
    """`tsn.ingest.v1` -> `ingest`."""
    return package.split(".")[1]


def service_cluster(package: str, *addresses: tuple[str, int]) -> dict[str, Any]:
    """The service of a proto package, asked for its health each second so that a restarted one is used at once.

    With no healthy endpoint left Envoy still tries them (panic threshold): better a refused connection, which is
    retried, than a wait for the next health check.
    """
    cluster = _cluster(cluster_name(package), *addresses)
    cluster["health_checks"] = [
        {
            "grpc_health_check": {},
            "interval": "1s",
            "unhealthy_interval": "1s",
            "no_traffic_interval": "1s",
            "timeout": "1s",
            "unhealthy_threshold": 2,
            "healthy_threshold": 1,
        }
    ]
    cluster["circuit_breakers"] = {
        "thresholds": [{"max_requests": _MAX_STREAMS, "max_pending_requests": _MAX_STREAMS, "max_retries": 50}]
    }
    return cluster


def otlp_cluster(address: tuple[str, int]) -> dict[str, Any]:
    """The trace collector."""
    return _cluster("otlp", address)


def _cluster(name: str, *addresses: tuple[str, int]) -> dict[str, Any]:
    return {
        "name": name,
        "type": "STATIC" if all(_is_ip(host) for host, _ in addresses) else "STRICT_DNS",
        "connect_timeout": "1s",
        "per_connection_buffer_limit_bytes": BUFFER_BYTES,
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [
                {"lb_endpoints": [{"endpoint": {"address": _socket(host, port)}} for host, port in addresses]}
            ],
        },
        "typed_extension_protocol_options": {
            _HTTP_OPTIONS: {
                "@type": f"type.googleapis.com/{_HTTP_OPTIONS}",
                "explicit_http_config": {
                    "http2_protocol_options": {
                        "connection_keepalive": KEEPALIVE,
                        "initial_stream_window_size": BUFFER_BYTES,
                        "initial_connection_window_size": 4 * BUFFER_BYTES,
                    }
                },
            }
        },
    }


def _socket(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
