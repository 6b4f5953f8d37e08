"""The one port: HTTP/1.1 and HTTP/2 in, filters, routes."""

from typing import Any

from gateway.contract import Method
from gateway.envoy.clusters import BUFFER_BYTES, KEEPALIVE
from gateway.envoy.routes import route_configuration
from gateway.envoy.settings import GatewaySettings

_TYPE = "type.googleapis.com/"
_HTTP = "envoy.extensions.filters.http"
MAX_JSON_REQUEST_BYTES = 1024 * 1024
MAX_JSON_RESPONSE_BYTES = 32 * 1024 * 1024
"""A message of 8 MiB, the mesh's limit, is larger as JSON."""

_ACCESS_LOG_FIELDS = {
    "time": "%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%",
    "method": "%REQ(:METHOD)%",
    "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
    "call": "%ROUTE_NAME%",
    "protocol": "%PROTOCOL%",
    "status": "%RESPONSE_CODE%",
    # As the service sent it: Envoy's own GRPC_STATUS guesses from the HTTP status where JSON callers got an error.
    "grpc_status": '%COALESCE({"operators":[{"command":"TRAILER","param":"GRPC-STATUS"},'
    '{"command":"RESP","param":"GRPC-STATUS"}]})%',
    "details": "%RESPONSE_CODE_DETAILS%",
    "flags": "%RESPONSE_FLAGS%",
    "duration_ms": "%DURATION%",
    "bytes_received": "%BYTES_RECEIVED%",
    "bytes_sent": "%BYTES_SENT%",
    "cluster": "%UPSTREAM_CLUSTER%",
    "client": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "user_agent": "%REQ(USER-AGENT)%",
    "trace_id": "%TRACE_ID%",
}


def listener(settings: GatewaySettings, methods: tuple[Method, ...]) -> dict[str, Any]:
    """The listener with everything behind it."""
    return {
        "name": "edge",
        "address": {
            "socket_address": {"address": settings.listen_host, "port_value": settings.listen_port},
        },
        "per_connection_buffer_limit_bytes": BUFFER_BYTES,
        # JSON feeds run over HTTP/1.1, which has no keepalive of its own.
        "tcp_keepalive": {"keepalive_time": 60, "keepalive_interval": 15, "keepalive_probes": 4},
        "filter_chains": [
            {
                "filters": [
                    {
                        "name": "envoy.filters.network.http_connection_manager",
                        "typed_config": _connection_manager(settings, methods),
                    }
                ]
            }
        ],
    }


def _connection_manager(settings: GatewaySettings, methods: tuple[Method, ...]) -> dict[str, Any]:
    manager: dict[str, Any] = {
        "@type": f"{_TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "codec_type": "AUTO",
        "use_remote_address": True,
        "normalize_path": True,
        "stream_idle_timeout": "300s",
        "request_headers_timeout": "10s",
        "max_request_headers_kb": 32,
        "common_http_protocol_options": {"idle_timeout": "3600s", "headers_with_underscores_action": "REJECT_REQUEST"},
        "http2_protocol_options": {
            "connection_keepalive": KEEPALIVE,
            "max_concurrent_streams": 1000,
            "initial_stream_window_size": BUFFER_BYTES,
            "initial_connection_window_size": 4 * BUFFER_BYTES,
        },
        "access_log": [_access_log(settings.access_log)],
        "local_reply_config": _local_replies(),
        "route_config": route_configuration(settings, methods),
        "http_filters": _filters(settings, methods),
    }
    if settings.otlp is not None:
        manager["tracing"] = _TRACING
    return manager


def _filters(settings: GatewaySettings, methods: tuple[Method, ...]) -> list[dict[str, Any]]:
    return [
        _filter(
            "health_check",
            "health_check.v3.HealthCheck",
            pass_through_mode=False,
            headers=[{"name": ":path", "string_match": {"exact": "/healthz"}}],
        ),
        _filter("cors", "cors.v3.Cors"),
        # The Connect protocol, which buf curl and Connect's browser clients speak unless told otherwise.
        _filter("connect_grpc_bridge", "connect_grpc_bridge.v3.FilterConfig"),
        _filter("grpc_web", "grpc_web.v3.GrpcWeb"),
        _filter(
            "grpc_json_transcoder", "grpc_json_transcoder.v3.GrpcJsonTranscoder", **_transcoding(settings, methods)
        ),
        _filter("router", "router.v3.Router"),
    ]


def _transcoding(settings: GatewaySettings, methods: tuple[Method, ...]) -> dict[str, Any]:
    return {
        "proto_descriptor": str(settings.descriptors),
        "services": sorted({method.service for method in methods}),
        "convert_grpc_status": True,
        # Browsers and most HTTP libraries write a space in a query as +.
        "query_param_unescape_plus": True,
        "case_insensitive_enum_parsing": True,
        # `hits: []` and `page: 0` are easier to read by a program than their absence.
        "print_options": {"always_print_primitive_fields": True, "stream_newline_delimited": True},
        "request_validation_options": {
            "reject_unknown_query_parameters": True,
            "reject_binding_body_field_collisions": True,
        },
        "max_request_body_size": MAX_JSON_REQUEST_BYTES,
        "max_response_body_size": MAX_JSON_RESPONSE_BYTES,
    }


def _filter(name: str, message: str, **config: Any) -> dict[str, Any]:
    return {"name": f"envoy.filters.http.{name}", "typed_config": {"@type": f"{_TYPE}{_HTTP}.{message}", **config}}


def _access_log(path: str) -> dict[str, Any]:
    return {
        "name": "envoy.access_loggers.file",
        "typed_config": {
            "@type": f"{_TYPE}envoy.extensions.access_loggers.file.v3.FileAccessLog",
            "path": path,
            "log_format": {"json_format": _ACCESS_LOG_FIELDS},
        },
    }


# What Envoy itself answers to HTTP callers has the form of every other error (google.rpc.Status); gRPC callers get
# their status from Envoy anyway. HTTP status: (google.rpc.Code, message).
_ENVOYS_WORDS = "%LOCAL_REPLY_BODY%"
_LOCAL_STATUS = {
    400: (3, _ENVOYS_WORDS),
    404: (5, "no such path"),
    408: (4, "the request took too long"),
    413: (8, "the request is too large"),
    415: (3, _ENVOYS_WORDS),
    431: (8, "the request's headers are too large"),
    500: (13, _ENVOYS_WORDS),
    503: (14, _ENVOYS_WORDS),
    504: (4, _ENVOYS_WORDS),
}


def _local_replies() -> dict[str, Any]:
    return {
        "mappers": [
            {
                "filter": {"and_filter": {"filters": [_NOT_GRPC, _status_is(status)]}},
                "body_format_override": {"json_format": {"code": code, "message": message}},
            }
            for status, (code, message) in _LOCAL_STATUS.items()
        ]
    }


# JSON calls have become gRPC by the time they fail, but keep where they came in.
_NOT_GRPC = {
    "or_filter": {
        "filters": [
            {"header_filter": {"header": {"name": "x-envoy-original-path", "present_match": True}}},
            {
                "header_filter": {
                    "header": {
                        "name": "content-type",
                        "string_match": {"prefix": "application/grpc"},
                        "invert_match": True,
                        "treat_missing_header_as_empty": True,
                    }
                }
            },
        ]
    }
}


def _status_is(status: int) -> dict[str, Any]:
    value = {"default_value": status, "runtime_key": f"local_reply.{status}"}
    return {"status_code_filter": {"comparison": {"op": "EQ", "value": value}}}


_TRACING = {
    "random_sampling": {"value": 100},
    "provider": {
        "name": "envoy.tracers.opentelemetry",
        "typed_config": {
            "@type": f"{_TYPE}envoy.config.trace.v3.OpenTelemetryConfig",
            "service_name": "gateway",
            "grpc_service": {"envoy_grpc": {"cluster_name": "otlp"}, "timeout": "5s"},
        },
    },
}
