"""The OpenAPI file says all that the protos say about HTTP."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway import contract, openapi


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Operations by `verb path`."""
    return {
        f"{verb} {path}": operation for path, verbs in document["paths"].items() for verb, operation in verbs.items()
    }


def references(node: object) -> Iterator[str]:
    """Every $ref below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_http_annotation_is_an_operation(document: dict[str, Any]) -> None:
    found = {operation["operationId"]: where for where, operation in operations(document).items()}
    annotated = [method for method in contract.methods(contract.load()) if method.http]
    assert len(annotated) > 20
    assert len(found) == sum(len(method.http) for method in annotated)
    for method in annotated:
        where = found[f"{method.service.rpartition('.')[2]}_{method.name}"]
        assert where.startswith(f"{method.http[0].verb} /v1/")
        assert where.rpartition(":")[2] == method.http[0].path.rpartition(":")[2] or ":" not in where


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_every_path_parameter_is_declared_once(document: dict[str, Any]) -> None:
    for where, operation in operations(document).items():
        declared = [item["name"] for item in operation["parameters"] if item["in"] == "path"]
        assert sorted(declared) == sorted(re.findall(r"\{(\w+)\}", where)), where


def test_every_operation_and_field_is_described(document: dict[str, Any]) -> None:
    assert all(operation["description"] for operation in operations(document).values())
    for name, schema in document["components"]["schemas"].items():
        if name.startswith("tsn."):
            assert schema["description"], name
            for field, inside in schema.get("properties", {}).items():
                assert "$ref" in inside or inside.get("description"), f"{name}.{field}"


def test_types_are_those_of_protos_json(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["tsn.ingest.v1.Recording"]["properties"]
    assert (fields["capturedAt"]["type"], fields["capturedAt"]["format"]) == ("string", "date-time")
    assert fields["duration"]["pattern"].endswith("s$")
    assert (fields["sizeBytes"]["type"], fields["sizeBytes"]["format"]) == ("string", "int64")
    assert fields["sampleRateHz"]["type"] == "integer"
    assert fields["warnings"]["type"] == "array"
    lane = document["components"]["schemas"]["tsn.ingest.v1.Lane"]
    assert "LANE_BATCH" in lane["enum"]
    assert "- `LANE_BATCH`: Backlog" in lane["description"]


def test_streams_and_files_are_told_apart(document: dict[str, Any]) -> None:
    found = operations(document)
    feed = found["get /v1/feed:watch"]["responses"]["200"]["content"]["application/json"]
    assert feed["x-stream"] == "lines"
    audio = found["get /v1/nodes/{node}/recordings/{recording}:audio"]["responses"]["200"]["content"]
    assert list(audio) == ["*/*"]


def test_a_body_is_the_field_that_the_annotation_names(document: dict[str, Any]) -> None:
    body = operations(document)["post /v1/corrections"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["$ref"] == "#/components/schemas/tsn.extract.v1.Correction"


def test_a_body_has_nothing_that_is_in_the_path(document: dict[str, Any]) -> None:
    operation = operations(document)["post /v1/jobs/{job}:cancel"]
    assert operation["requestBody"]["content"]["application/json"]["schema"]["properties"] == {}


def test_errors_have_their_shape_everywhere(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        schema = operation["responses"]["default"]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/google.rpc.Status"}


def test_calls_without_http_are_named_as_such(document: dict[str, Any]) -> None:
    assert "`tsn.ingest.v1.IngestService/UploadRecording`" in document["info"]["description"]
