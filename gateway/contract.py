"""What the gateway knows of the API: services, methods and their HTTP forms, read from the descriptor set."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from google.api import annotations_pb2, http_pb2
from google.protobuf import descriptor_pb2

DESCRIPTORS = Path(__file__).resolve().parent.parent / "gen" / "tsn.binpb"
_VERBS = ("get", "put", "post", "delete", "patch")
_LINT_REMARK = re.compile(r"^\s*buf:lint:.*$", re.MULTILINE)
_SERVICE_FIELD = 6  # FileDescriptorProto.service
_METHOD_FIELD = 2  # ServiceDescriptorProto.method


class DescriptorsMissing(Exception):
    """The descriptor set was not generated."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is missing: run `make generate`")


@dataclass(frozen=True)
class HttpRule:
    """One HTTP form of a method. `body`: name of the request's field that is the body, `*` for all, empty for none."""

    verb: str
    path: str
    body: str


@dataclass(frozen=True)
class Method:
    """One RPC. `request` and `response` are full message names without a leading dot."""

    service: str
    name: str
    request: str
    response: str
    client_streaming: bool
    server_streaming: bool
    http: tuple[HttpRule, ...]
    comment: str

    @property
    def path(self) -> str:
        """Path of the call in gRPC."""
        return f"/{self.service}/{self.name}"

    @property
    def is_read(self) -> bool:
        """True when calling it twice is as good as once and the answer is one message."""
        unary = not (self.client_streaming or self.server_streaming)
        return unary and bool(self.http) and all(rule.verb == "get" for rule in self.http)


def load(path: Path = DESCRIPTORS) -> descriptor_pb2.FileDescriptorSet:
    """The descriptor set. Raises DescriptorsMissing."""
    if not path.is_file():
        raise DescriptorsMissing(path)
    return descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes())


def methods(files: descriptor_pb2.FileDescriptorSet) -> tuple[Method, ...]:
    """All RPCs, in the order of their files."""
    return tuple(method for file in files.file for method in _methods_of(file))


def services(files: descriptor_pb2.FileDescriptorSet) -> tuple[str, ...]:
    """Full names of all services."""
    return tuple(f"{file.package}.{service.name}" for file in files.file for service in file.service)


def comments(file: descriptor_pb2.FileDescriptorProto) -> dict[tuple[int, ...], str]:
    """The comment before each element of a file, by the element's path in the descriptor."""
    return {
        tuple(location.path): _LINT_REMARK.sub("", location.leading_comments).strip()
        for location in file.source_code_info.location
        if location.leading_comments
    }


def _methods_of(file: descriptor_pb2.FileDescriptorProto) -> Iterator[Method]:
    said = comments(file)
    for service_index, service in enumerate(file.service):
        for method_index, method in enumerate(service.method):
            place = (_SERVICE_FIELD, service_index, _METHOD_FIELD, method_index)
            yield Method(
                service=f"{file.package}.{service.name}",
                name=method.name,
                request=method.input_type.removeprefix("."),
                response=method.output_type.removeprefix("."),
                client_streaming=method.client_streaming,
                server_streaming=method.server_streaming,
                http=tuple(_rules(method.options.Extensions[annotations_pb2.http])),
                comment=said.get(place, ""),
            )


def _rules(rule: http_pb2.HttpRule) -> Iterator[HttpRule]:
    if (verb := rule.WhichOneof("pattern")) in _VERBS:
        yield HttpRule(verb=verb, path=getattr(rule, verb), body=rule.body)
    for more in rule.additional_bindings:
        yield from _rules(more)
