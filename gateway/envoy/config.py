"""Envoy's configuration: gRPC, gRPC-web and JSON on one port, traced and logged.

`bootstrap(settings)` returns the whole configuration as plain dictionaries; `write(settings, path)` puts it into a
file that Envoy reads (JSON is YAML). The parts are in the modules beside this one.
"""

import json
from pathlib import Path
from typing import Any

from gateway import contract
from gateway.envoy.clusters import otlp_cluster, service_cluster
from gateway.envoy.listener import listener
from gateway.envoy.settings import GatewaySettings

MAX_CONNECTIONS = 10_000
"""Connections of clients at the same time; the next one is refused, what is open goes on."""


def bootstrap(settings: GatewaySettings) -> dict[str, Any]:
    """The configuration as dictionaries. Raises DescriptorsMissing."""
    methods = contract.methods(contract.load(settings.descriptors))
    clusters = [
        service_cluster(package, address, *settings.replicas.get(package, ()))
        for package, address in settings.upstreams.items()
    ]
    if settings.otlp is not None:
        clusters.append(otlp_cluster(settings.otlp))
    return {
        "node": {"id": "gateway", "cluster": "gateway"},
        "admin": {"address": _address(settings.admin_host, settings.admin_port)},
        "static_resources": {"listeners": [listener(settings, methods)], "clusters": clusters},
        "layered_runtime": {"layers": [{"name": "static", "static_layer": _RUNTIME}]},
        "overload_manager": {
            "resource_monitors": [
                {
                    "name": "envoy.resource_monitors.global_downstream_max_connections",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.resource_monitors."
                        "downstream_connections.v3.DownstreamConnectionsConfig",
                        "max_active_downstream_connections": MAX_CONNECTIONS,
                    },
                }
            ]
        },
    }


def write(settings: GatewaySettings, path: Path) -> None:
    """Write the configuration to a file. Raises DescriptorsMissing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bootstrap(settings), indent=2) + "\n")


# Spans leave at once rather than in Envoy's batches of up to five seconds: a trace is looked at while it is fresh.
_RUNTIME = {"tracing.opentelemetry.flush_interval_ms": 500}


def _address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}
