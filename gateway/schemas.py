"""JSON schemas of protobuf messages, as proto3's JSON mapping writes them."""

from collections.abc import Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from google.protobuf import descriptor_pb2

from gateway.contract import comments

Field = descriptor_pb2.FieldDescriptorProto
Schema = dict[str, Any]
Element = TypeVar("Element")

# JSON's numbers hold 53 bits, so 64-bit integers are written as strings.
_INT64: Schema = {"type": "string", "format": "int64"}
_UINT64: Schema = {"type": "string", "format": "uint64"}
_INT32: Schema = {"type": "integer", "format": "int32"}
_UINT32: Schema = {"type": "integer", "format": "int64", "minimum": 0}
_SCALARS: dict[int, Schema] = {
    Field.TYPE_BOOL: {"type": "boolean"},
    Field.TYPE_STRING: {"type": "string"},
    Field.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    Field.TYPE_FLOAT: {"type": "number", "format": "float"},
    Field.TYPE_DOUBLE: {"type": "number", "format": "double"},
    Field.TYPE_INT64: _INT64,
    Field.TYPE_SINT64: _INT64,
    Field.TYPE_SFIXED64: _INT64,
    Field.TYPE_UINT64: _UINT64,
    Field.TYPE_FIXED64: _UINT64,
    Field.TYPE_INT32: _INT32,
    Field.TYPE_SINT32: _INT32,
    Field.TYPE_SFIXED32: _INT32,
    Field.TYPE_UINT32: _UINT32,
    Field.TYPE_FIXED32: _UINT32,
}

WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {
        "type": "string",
        "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$",
        "description": 'Seconds with a trailing "s", e.g. "3.5s".',
    },
    "google.protobuf.FieldMask": {"type": "string"},
    "google.protobuf.Empty": {"type": "object"},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Any": {
        "type": "object",
        "properties": {"@type": {"type": "string", "description": "Type URL of the message."}},
        "required": ["@type"],
        "additionalProperties": True,
    },
}

_MESSAGE, _ENUM = 4, 5  # fields of FileDescriptorProto
_FIELD, _NESTED, _NESTED_ENUM = 2, 3, 4  # fields of DescriptorProto
_VALUE = 2  # field of EnumDescriptorProto


class _Found(NamedTuple, Generic[Element]):
    """An element with the comments of its file and its place there."""

    element: Element
    said: dict[tuple[int, ...], str]
    place: tuple[int, ...]


class Schemas:
    """All messages and enums of a descriptor set; `used` are those that were referred to, with what they need."""

    def __init__(self, files: descriptor_pb2.FileDescriptorSet) -> None:
        self._messages: dict[str, _Found[descriptor_pb2.DescriptorProto]] = {}
        self._enums: dict[str, _Found[descriptor_pb2.EnumDescriptorProto]] = {}
        self._used: dict[str, Schema] = {}
        for file in files.file:
            said = comments(file)
            for index, message in enumerate(file.message_type):
                self._add(file.package, message, said, (_MESSAGE, index))
            for index, enum in enumerate(file.enum_type):
                self._enums[f"{file.package}.{enum.name}"] = _Found(enum, said, (_ENUM, index))

    def _add(
        self,
        scope: str,
        message: descriptor_pb2.DescriptorProto,
        said: dict[tuple[int, ...], str],
        place: tuple[int, ...],
    ) -> None:
        name = f"{scope}.{message.name}"
        self._messages[name] = _Found(message, said, place)
        for index, nested in enumerate(message.nested_type):
            self._add(name, nested, said, (*place, _NESTED, index))
        for index, enum in enumerate(message.enum_type):
            self._enums[f"{name}.{enum.name}"] = _Found(enum, said, (*place, _NESTED_ENUM, index))

    @property
    def used(self) -> dict[str, Schema]:
        """Schemas by full name, sorted."""
        return dict(sorted(self._used.items()))

    def refer(self, name: str) -> Schema:
        """A reference to a message or enum, or the schema itself where it is a well-known type."""
        if name in WELL_KNOWN:
            return dict(WELL_KNOWN[name])
        if name not in self._used:
            self._used[name] = {}  # a message may contain itself
            self._used[name] = self._enum(name) if name in self._enums else self._message(name)
        return {"$ref": f"#/components/schemas/{name}"}

    def fields(self, name: str) -> Iterator[tuple[Field, Schema]]:
        """Each field of a message with its schema."""
        message, said, place = self._messages[name]
        for index, field in enumerate(message.field):
            yield (
                field,
                _described(self._field(field), self._note(message, field, said.get((*place, _FIELD, index), ""))),
            )

    def comment(self, name: str) -> str:
        """What the proto says about a message."""
        _, said, place = self._messages[name]
        return said.get(place, "")

    def is_message(self, field: Field) -> bool:
        """True for a field that holds a message which is an object in JSON."""
        return field.type == Field.TYPE_MESSAGE and type_name(field) not in WELL_KNOWN

    def _message(self, name: str) -> Schema:
        properties = {field.json_name: schema for field, schema in self.fields(name)}
        return _described({"type": "object", "properties": properties}, self.comment(name))

    def _enum(self, name: str) -> Schema:
        enum, said, place = self._enums[name]
        lines = [said.get(place, "")]
        for index, value in enumerate(enum.value):
            lines.append(f"- `{value.name}`: {said.get((*place, _VALUE, index), '')}")
        return _described({"type": "string", "enum": [value.name for value in enum.value]}, "\n".join(lines))

    def _field(self, field: Field) -> Schema:
        if (entry := self._messages.get(type_name(field))) and entry.element.options.map_entry:
            return {"type": "object", "additionalProperties": self._one(entry.element.field[1])}
        one = self._one(field)
        return {"type": "array", "items": one} if field.label == Field.LABEL_REPEATED else one

    def _one(self, field: Field) -> Schema:
        if field.type in (Field.TYPE_MESSAGE, Field.TYPE_ENUM):
            return self.refer(type_name(field))
        return dict(_SCALARS[field.type])

    @staticmethod
    def _note(message: descriptor_pb2.DescriptorProto, field: Field, said: str) -> str:
        if field.HasField("oneof_index") and not field.proto3_optional:
            return f"{said}\nAt most one of `{message.oneof_decl[field.oneof_index].name}` is set.".strip()
        return said


def type_name(field: Field) -> str:
    """Full name of a field's message or enum, without the leading dot."""
    return field.type_name.removeprefix(".")


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description} if description else schema
