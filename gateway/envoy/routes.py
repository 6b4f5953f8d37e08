"""Which call goes to which cluster, how long it may last and whether it may be tried again."""

import re
from typing import Any

from gateway.contract import Method
from gateway.envoy.clusters import cluster_name
from gateway.envoy.settings import GatewaySettings

REFLECTING = "tsn.query.v1"
"""Package of the service that answers reflection for the whole mesh and health for the gateway."""
_CORS = "envoy.filters.http.cors"
_FOR_BROWSERS = ("grpc-status", "grpc-message", "grpc-status-details-bin")
_FROM_BROWSERS = (
    "content-type",
    "x-grpc-web",
    "x-user-agent",
    "grpc-timeout",
    "authorization",
    "traceparent",
    "tracestate",
    "x-request-id",
)
# A restarted service is back in about a second; only what is certain not to have happened, or may happen twice,
# is tried again.
_RETRY_READS = {
    "retry_on": "connect-failure,refused-stream,reset-before-request,unavailable",
    "num_retries": 4,
    "retry_back_off": {"base_interval": "0.1s", "max_interval": "1s"},
}
_RETRY_UNSENT = {
    "retry_on": "connect-failure,refused-stream,reset-before-request",
    "num_retries": 4,
    "retry_back_off": {"base_interval": "0.1s", "max_interval": "1s"},
}


def route_configuration(settings: GatewaySettings, methods: tuple[Method, ...]) -> dict[str, Any]:
    """All routes of the one virtual host. A path that is nobody's answers 404."""
    routes = [_method_route(method) for method in methods if method.service.rpartition(".")[0] in settings.upstreams]
    # A method that is newer than the descriptors still finds its service.
    routes += [_to_cluster({"prefix": f"/{package}."}, package) for package in settings.upstreams]
    if REFLECTING in settings.upstreams:
        reflection = _to_cluster({"prefix": "/grpc.reflection."}, REFLECTING)
        reflection["route"]["idle_timeout"] = "300s"
        routes += [reflection, _to_cluster({"prefix": "/grpc.health.v1."}, REFLECTING)]
    routes.append(_NOBODYS)
    return {
        "name": "gateway",
        "validate_clusters": False,
        "virtual_hosts": [
            {
                "name": "tsn",
                "domains": ["*"],
                "routes": routes,
                "typed_per_filter_config": {_CORS: _cors_policy(settings.allowed_origins)},
            }
        ],
    }


def _method_route(method: Method) -> dict[str, Any]:
    """A route of the method's own, so that its span has its name."""
    route = _to_cluster({"path": method.path}, method.service.rpartition(".")[0])
    route["name"] = method.path.removeprefix("/")
    route["decorator"] = {"operation": method.path.removeprefix("/"), "propagate": False}
    if method.is_read:
        route["route"]["retry_policy"] = _RETRY_READS
    elif not method.client_streaming:
        route["route"]["retry_policy"] = _RETRY_UNSENT
    if method.server_streaming:
        # A repeater may be silent all night; keepalive, not silence, tells that a listener is gone.
        route["route"]["idle_timeout"] = "0s"
    return route


def _to_cluster(match: dict[str, Any], package: str) -> dict[str, Any]:
    return {
        "match": match,
        "route": {
            "cluster": cluster_name(package),
            # No limit of the gateway's own: the caller's deadline (grpc-timeout) is the limit, streams have none.
            "timeout": "0s",
            "max_stream_duration": {"grpc_timeout_header_max": "0s"},
        },
    }


# A route to a cluster that does not exist, not a direct response: the CORS filter looks at a JSON call before it is
# transcoded, when this is its route, and passes over routes without a cluster.
_NOBODYS = {
    "match": {"prefix": "/"},
    "route": {"cluster": "nobody", "cluster_not_found_response_code": "NOT_FOUND"},
}


def _cors_policy(origins: tuple[str, ...]) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
        "allow_origin_string_match": [{"safe_regex": {"regex": origin_pattern(origin)}} for origin in origins],
        "allow_methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
        "allow_headers": ", ".join(_FROM_BROWSERS),
        "expose_headers": ", ".join(_FOR_BROWSERS),
        "max_age": "7200",
    }


def origin_pattern(origin: str) -> str:
    """An origin with `*` as a regular expression that matches the whole of it."""
    return ".*".join(re.escape(part) for part in origin.split("*"))
