"""The gateway's configuration, part by part; that Envoy takes it is tested with a real one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway import contract
from gateway.contract import DescriptorsMissing
from gateway.envoy.config import bootstrap, write
from gateway.envoy.routes import origin_pattern
from gateway.envoy.settings import LOCAL_ORIGINS, GatewaySettings

PACKAGES = ("ingest", "transcribe", "extract", "analyze", "query")
UPSTREAMS = {f"tsn.{name}.v1": ("127.0.0.1", 20_000 + index) for index, name in enumerate(PACKAGES)}


def manager(settings: GatewaySettings) -> dict[str, Any]:
    (edge,) = bootstrap(settings)["static_resources"]["listeners"]
    found: dict[str, Any] = edge["filter_chains"][0]["filters"][0]["typed_config"]
    return found


def routes(settings: GatewaySettings) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = manager(settings)["route_config"]["virtual_hosts"][0]["routes"]
    return found


def routed(path: str) -> dict[str, Any]:
    """The route that Envoy takes for a path: the first that matches."""
    for route in routes(GatewaySettings(upstreams=UPSTREAMS)):
        match = route["match"]
        if match.get("path") == path or ("prefix" in match and path.startswith(match["prefix"])):
            return route
    raise AssertionError(path)


@pytest.mark.parametrize("method", contract.methods(contract.load()), ids=lambda method: method.path)
def test_every_method_goes_to_its_service_under_its_own_name(method: contract.Method) -> None:
    route = routed(method.path)
    assert route["route"]["cluster"] == method.service.split(".")[1]
    assert route["decorator"]["operation"] == method.path.removeprefix("/")


@pytest.mark.parametrize("method", contract.methods(contract.load()), ids=lambda method: method.path)
def test_no_method_is_cut_off_and_only_reads_are_tried_again_blindly(method: contract.Method) -> None:
    route = routed(method.path)["route"]
    assert route["timeout"] == "0s"
    assert ("idle_timeout" in route) == method.server_streaming
    tried_again_on = route.get("retry_policy", {}).get("retry_on", "")
    assert ("unavailable" in tried_again_on) == method.is_read


def test_a_method_newer_than_the_descriptors_finds_its_service() -> None:
    assert routed("/tsn.query.v1.QueryService/Newer")["route"]["cluster"] == "query"
    assert routed("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")["route"]["cluster"] == "query"


def test_a_path_that_is_nobodys_is_not_found() -> None:
    assert routed("/v1/nothing")["route"]["cluster_not_found_response_code"] == "NOT_FOUND"


def test_all_services_are_transcoded() -> None:
    filters = {
        item["name"]: item["typed_config"] for item in manager(GatewaySettings(upstreams=UPSTREAMS))["http_filters"]
    }
    transcoder = filters["envoy.filters.http.grpc_json_transcoder"]
    assert set(transcoder["services"]) == {
        service for service in contract.services(contract.load()) if service.startswith("tsn.")
    }
    assert len(transcoder["services"]) >= 9


def test_there_is_no_tracing_without_a_collector() -> None:
    plain = bootstrap(GatewaySettings(upstreams=UPSTREAMS))
    assert "tracing" not in manager(GatewaySettings(upstreams=UPSTREAMS))
    assert "otlp" not in {cluster["name"] for cluster in plain["static_resources"]["clusters"]}


def test_spans_go_to_the_collector() -> None:
    settings = GatewaySettings(upstreams=UPSTREAMS, otlp=("jaeger", 4317))
    assert manager(settings)["tracing"]["provider"]["typed_config"]["service_name"] == "gateway"
    otlp = bootstrap(settings)["static_resources"]["clusters"][-1]
    assert (otlp["name"], otlp["type"]) == ("otlp", "STRICT_DNS")


def test_names_are_resolved_and_addresses_are_not() -> None:
    settings = GatewaySettings(upstreams={"tsn.query.v1": ("query", 1), "tsn.ingest.v1": ("10.0.0.1", 2)})
    types = {cluster["name"]: cluster["type"] for cluster in bootstrap(settings)["static_resources"]["clusters"]}
    assert types == {"query": "STRICT_DNS", "ingest": "STATIC"}


def test_replicas_share_a_cluster() -> None:
    settings = GatewaySettings(
        upstreams={"tsn.query.v1": ("10.0.0.1", 1)}, replicas={"tsn.query.v1": (("10.0.0.2", 2),)}
    )
    (cluster,) = bootstrap(settings)["static_resources"]["clusters"]
    endpoints = [item["endpoint"]["address"] for item in cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]]
    assert [item["socket_address"]["port_value"] for item in endpoints] == [1, 2]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:5173", True),
        ("http://127.0.0.1:8080", True),
        ("https://localhost.evil.example", False),
        ("http://localhost.evil.example:80", False),
    ],
)
def test_a_star_in_an_origin_stands_for_any_characters(origin: str, allowed: bool) -> None:
    assert any(re.fullmatch(origin_pattern(pattern), origin) for pattern in LOCAL_ORIGINS) == allowed


def test_the_file_is_what_envoy_reads(tmp_path: Path) -> None:
    settings = GatewaySettings(upstreams=UPSTREAMS)
    write(settings, tmp_path / "gateway" / "envoy.json")
    assert json.loads((tmp_path / "gateway" / "envoy.json").read_text()) == bootstrap(settings)


def test_missing_descriptors_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DescriptorsMissing, match="make generate"):
        bootstrap(GatewaySettings(upstreams=UPSTREAMS, descriptors=tmp_path / "none.binpb"))
