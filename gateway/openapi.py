"""The API over HTTP and JSON as OpenAPI 3.1, made from the descriptors.

`python -m gateway.openapi` writes gen/openapi.json; with `--check` it only compares and exits 1 when that is stale.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway import contract
from gateway.contract import HttpRule, Method
from gateway.schemas import Field, Schema, Schemas

TARGET = contract.DESCRIPTORS.with_name("openapi.json")
_VARIABLE = re.compile(r"\{(?P<field>[a-z0-9_.]+)(?:=(?P<pattern>[^}]+))?\}")
_RAW = "google.api.HttpBody"
_STATUS = "google.rpc.Status"
_INTRODUCTION = """\
What is said on amateur-radio repeaters, live, searchable and cited.

The same API speaks gRPC and gRPC-web on the same port; this is its JSON form (proto3 JSON mapping). Errors are
`google.rpc.Status` with a `google.rpc.ErrorInfo` whose `reason` is stable. Streams answer one JSON object a line.

Only over gRPC:
"""


def document(descriptors: Path = contract.DESCRIPTORS) -> dict[str, Any]:
    """The OpenAPI document. Raises DescriptorsMissing."""
    files = contract.load(descriptors)
    methods = contract.methods(files)
    schemas = Schemas(files)
    paths: dict[str, dict[str, Any]] = {}
    for method in methods:
        for index, rule in enumerate(method.http):
            path, parameters = _path(rule.path, method.request, schemas)
            operation = _operation(method, rule, parameters, schemas)
            if index:
                operation["operationId"] += f"_{index}"
            paths.setdefault(path, {})[rule.verb] = operation
    schemas.refer(_STATUS)
    schemas.refer("google.rpc.ErrorInfo")
    only_grpc = "\n".join(f"- `{method.service}/{method.name}`" for method in methods if not method.http)
    return {
        "openapi": "3.1.0",
        "info": {"title": "The Spoken Network", "version": "v1", "description": _INTRODUCTION + only_grpc},
        "servers": [{"url": "http://127.0.0.1:8080", "description": "The private local stack."}],
        "tags": [{"name": name} for name in dict.fromkeys(method.service for method in methods if method.http)],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas.used},
    }


def render(descriptors: Path = contract.DESCRIPTORS) -> str:
    """The document as the text of the file."""
    return json.dumps(document(descriptors), indent=1, ensure_ascii=False) + "\n"


def _operation(method: Method, rule: HttpRule, parameters: list[Schema], schemas: Schemas) -> dict[str, Any]:
    summary = method.comment.partition(".")[0].replace("\n", " ").strip()
    bound = {variable["field"] for variable in _VARIABLE.finditer(rule.path)}
    operation: dict[str, Any] = {
        "operationId": f"{method.service.rpartition('.')[2]}_{method.name}",
        "tags": [method.service],
        "summary": summary,
        "description": method.comment,
        "parameters": parameters + _query_parameters(method, rule, bound, schemas),
        "responses": {
            "200": _answer(method, schemas),
            "default": {
                "description": "The call failed.",
                "content": {"application/json": {"schema": schemas.refer(_STATUS)}},
            },
        },
    }
    if rule.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _body(method, rule, bound, schemas)}},
        }
    return operation


def _path(template: str, request: str, schemas: Schemas) -> tuple[str, list[Schema]]:
    """`/v1/{name=nodes/*}` -> `/v1/nodes/{node}` with its path parameters."""
    parameters: list[Schema] = []
    said = {field.name: schema.get("description", "") for field, schema in schemas.fields(request)}

    def opened(variable: re.Match[str]) -> str:
        field, pattern = variable["field"], variable["pattern"]
        if pattern is None:
            parameters.append(_path_parameter(field, said.get(field, "")))
            return f"{{{field}}}"
        parts = pattern.split("/")
        for index, part in enumerate(parts):
            if part == "*":
                name = parts[index - 1].removesuffix("s")
                parameters.append(_path_parameter(name, f"Part of `{field}`: {said.get(field, '')}"))
                parts[index] = f"{{{name}}}"
        return "/".join(parts)

    return _VARIABLE.sub(opened, template), parameters


def _path_parameter(name: str, description: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": description}


def _query_parameters(method: Method, rule: HttpRule, bound: set[str], schemas: Schemas) -> list[Schema]:
    """The request's fields that are neither in the path nor in the body."""
    if rule.body == "*":
        return []
    return list(_flat(method.request, {*bound, rule.body}, "", schemas))


def _flat(message: str, without: set[str], prefix: str, schemas: Schemas) -> Iterator[Schema]:
    for field, schema in schemas.fields(message):
        if field.name in without:
            continue
        if schemas.is_message(field):
            if field.label != Field.LABEL_REPEATED:  # has no form in a query
                inner = field.type_name.removeprefix(".")
                yield from _flat(inner, set(), f"{prefix}{field.json_name}.", schemas)
            continue
        description = schema.pop("description", "")
        yield {
            "name": prefix + field.json_name,
            "in": "query",
            "required": False,
            "schema": schema,
            "description": description,
        }


def _body(method: Method, rule: HttpRule, bound: set[str], schemas: Schemas) -> Schema:
    fields = {field.name: (field.json_name, schema) for field, schema in schemas.fields(method.request)}
    if rule.body != "*":
        return fields[rule.body][1]
    if not bound:
        return schemas.refer(method.request)
    return {
        "type": "object",
        "properties": {name: schema for key, (name, schema) in fields.items() if key not in bound},
    }


def _answer(method: Method, schemas: Schemas) -> Schema:
    if method.response == _RAW:
        content = {"*/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}}
        return {"description": "The content itself, with its own content type.", "content": content}
    schema = schemas.refer(method.response)
    said = schemas.comment(method.response)
    if method.server_streaming:
        said = f"{said} A stream: one such object a line, as they happen.".strip()
        return {"description": said, "content": {"application/json": {"schema": schema, "x-stream": "lines"}}}
    return {"description": said, "content": {"application/json": {"schema": schema}}}


def main() -> None:
    """Write gen/openapi.json, or with --check tell whether it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = render()
    if not parser.parse_args().check:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != text:
        raise SystemExit(f"{TARGET} is stale; run `make generate`")


if __name__ == "__main__":
    main()
