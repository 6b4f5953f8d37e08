"""What ingest refuses, one class each."""

from datetime import datetime

from mesh.errors import InvalidInput, Kind, NotFound, TsnError, Unavailable


class NameInvalid(InvalidInput):
    """A resource name of another shape; it would become part of keys and paths."""

    reason = "NAME_INVALID"

    def __init__(self, name: str, *, shape: str, field: str) -> None:
        super().__init__(f"{field}: {name[:80]!r} is not of the form {shape}", field=field)


class ChannelInvalid(InvalidInput):
    """Empty, long or unprintable channel."""

    reason = "CHANNEL_INVALID"

    def __init__(self) -> None:
        super().__init__("channel: give 1 to 64 printable characters", field="channel")


class DisplayNameInvalid(InvalidInput):
    """Long or unprintable display name."""

    reason = "DISPLAY_NAME_INVALID"

    def __init__(self) -> None:
        super().__init__("display_name: give at most 200 printable characters", field="node.display_name")


class TimeZoneUnknown(InvalidInput):
    """Not a zone of the IANA database."""

    reason = "TIME_ZONE_UNKNOWN"

    def __init__(self, time_zone: str) -> None:
        super().__init__(
            f"time_zone: {time_zone[:64]!r} is no IANA zone such as America/Los_Angeles", field="node.time_zone"
        )


class CapturedAtMissing(InvalidInput):
    """Without the time a recording cannot be placed; the time of arrival is no substitute."""

    reason = "CAPTURED_AT_MISSING"

    def __init__(self) -> None:
        super().__init__("captured_at: give the start of the audio in UTC, 1970-01-02 or later", field="captured_at")


class CapturedAtInFuture(InvalidInput):
    """A clock that is wrong, or local time sent as UTC."""

    reason = "CAPTURED_AT_IN_FUTURE"

    def __init__(self, captured_at: datetime, now: datetime, *, like_local_time: bool) -> None:
        lead_seconds = round((captured_at - now).total_seconds())
        message = f"captured_at is {lead_seconds} s ahead of the server's clock; check the clock of the node"
        if like_local_time:
            message += ". It looks like local time sent as UTC: convert it first"
        facts = {
            "captured_at": captured_at.isoformat(),
            "server_time": now.isoformat(),
            "lead_seconds": lead_seconds,
            "looks_like_local_time": str(like_local_time).lower(),
        }
        super().__init__(message, field="captured_at", facts=facts)


class Sha256Invalid(InvalidInput):
    """Not a SHA-256."""

    reason = "SHA256_INVALID"

    def __init__(self) -> None:
        super().__init__("sha256: give the SHA-256 of the file as 64 hexadecimal digits", field="sha256")


class RequestIdInvalid(InvalidInput):
    """A request_id that cannot be part of a key."""

    reason = "REQUEST_ID_INVALID"

    def __init__(self) -> None:
        super().__init__("request_id: give 1 to 64 of letters, digits, - and _", field="request_id")


class SourceNameUnsafe(InvalidInput):
    """A file name with directory parts: only ever an accident or an attack."""

    reason = "SOURCE_NAME_UNSAFE"

    def __init__(self) -> None:
        super().__init__(
            "source_file_name: give the base name alone, at most 255 characters, without / or \\ or control characters",
            field="source_file_name",
        )


class SequenceInvalid(InvalidInput):
    """Negative, or past any count: it would make gaps that nobody has."""

    reason = "SEQUENCE_INVALID"

    def __init__(self, sequence: int, limit: int) -> None:
        super().__init__(f"sequence is {sequence}; count from 1 to at most {limit}", field="sequence")


class SpoolIdInvalid(InvalidInput):
    """A number means nothing without knowing who counts."""

    reason = "SPOOL_ID_INVALID"

    def __init__(self) -> None:
        super().__init__("spool_id: with a sequence give 1 to 64 of letters, digits, - and _", field="spool_id")


class OffsetInvalid(InvalidInput):
    """Outside the file."""

    reason = "OFFSET_INVALID"

    def __init__(self, offset: int, size_bytes: int) -> None:
        super().__init__(f"offset is {offset}; the file has {size_bytes} bytes", field="offset")


class OffsetMismatch(TsnError):
    """A resume that would leave a gap or write twice."""

    kind = Kind.OUT_OF_RANGE
    reason = "OFFSET_MISMATCH"

    def __init__(self, offset: int, expected: int) -> None:
        super().__init__(
            f"offset is {offset}, but {expected} bytes are kept; resume there or begin at 0",
            field="offset",
            facts={"offset": offset, "expected_offset": expected},
        )


class AudioEmpty(InvalidInput):
    """A file without a single sample."""

    reason = "AUDIO_EMPTY"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"the file has {size_bytes} bytes and no audio", facts={"size_bytes": size_bytes})


class AudioTooLarge(InvalidInput):
    """Over the limit of this server."""

    reason = "AUDIO_TOO_LARGE"

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"the file has {size_bytes} bytes; the limit is {limit_bytes}",
            field="size_bytes",
            facts={"size_bytes": size_bytes, "limit_bytes": limit_bytes},
        )


class AudioUnreadable(InvalidInput):
    """Not audio, or so broken that nothing can be decoded."""

    reason = "AUDIO_UNREADABLE"

    def __init__(self, problem: str) -> None:
        super().__init__(f"the file cannot be read as audio: {problem}", facts={"problem": problem})


class SizeInvalid(InvalidInput):
    """A negative size."""

    reason = "SIZE_INVALID"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"size_bytes is {size_bytes}", field="size_bytes")


class SizeMismatch(InvalidInput):
    """More or fewer bytes than promised."""

    reason = "SIZE_MISMATCH"

    def __init__(self, *, stated_bytes: int, received_bytes: int) -> None:
        super().__init__(
            f"size_bytes says {stated_bytes}, but {received_bytes} came",
            field="size_bytes",
            facts={"stated_bytes": stated_bytes, "received_bytes": received_bytes},
        )


class Sha256Mismatch(InvalidInput):
    """Other bytes than promised: damaged under way, or changed while being sent."""

    reason = "SHA256_MISMATCH"

    def __init__(self, *, stated: str, measured: str) -> None:
        super().__init__(
            "the bytes that came have another SHA-256 than stated",
            field="sha256",
            facts={"stated": stated, "measured": measured},
        )


class ChunkBeforeMetadata(InvalidInput):
    """The server cannot know what the bytes are."""

    reason = "CHUNK_BEFORE_METADATA"

    def __init__(self) -> None:
        super().__init__("the first message of an upload must be metadata", field="metadata")


class MetadataMissing(InvalidInput):
    """The stream ended before it began."""

    reason = "METADATA_MISSING"

    def __init__(self) -> None:
        super().__init__("the stream ended without metadata", field="metadata")


class MetadataTwice(InvalidInput):
    """One stream carries one recording."""

    reason = "METADATA_TWICE"

    def __init__(self) -> None:
        super().__init__("metadata came a second time; open a stream for each recording", field="metadata")


class PayloadMissing(InvalidInput):
    """A message without content: a newer client speaks of something that this version does not know."""

    reason = "PAYLOAD_MISSING"

    def __init__(self) -> None:
        super().__init__("a message held neither metadata nor chunk", field="payload")


class ChunkTooLarge(InvalidInput):
    """Big chunks hold up everybody else on the connection."""

    reason = "CHUNK_TOO_LARGE"

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"a chunk has {size_bytes} bytes; the limit is {limit_bytes}",
            field="chunk",
            facts={"size_bytes": size_bytes, "limit_bytes": limit_bytes},
        )


class NodeUnknown(NotFound):
    """Production takes recordings of registered nodes only."""

    reason = "NODE_UNKNOWN"

    def __init__(self, node: str) -> None:
        super().__init__(
            f"node {node} is not registered; an operator does that with: tsn nodes add {node}", facts={"node": node}
        )


class NodeExists(TsnError):
    """The id is taken."""

    kind = Kind.EXISTS
    reason = "NODE_EXISTS"

    def __init__(self, node: str) -> None:
        super().__init__(f"node {node} is registered already", facts={"node": node})


class RequestIdReused(TsnError):
    """The request_id stands for another file."""

    kind = Kind.EXISTS
    reason = "REQUEST_ID_REUSED"

    def __init__(self, request_id: str, stored_sha256: str) -> None:
        super().__init__(
            f"request_id {request_id} was used for another file; choose one for each file",
            field="request_id",
            facts={"request_id": request_id, "stored_sha256": stored_sha256},
        )


class UploadUnknown(NotFound):
    """Nothing is kept under this request_id."""

    reason = "UPLOAD_UNKNOWN"

    def __init__(self, request_id: str) -> None:
        super().__init__(f"nothing is kept of upload {request_id}; begin at 0", facts={"request_id": request_id})


class RecordingUnknown(NotFound):
    """No such recording."""

    reason = "RECORDING_UNKNOWN"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}", facts={"recording": name})


class JobUnknown(NotFound):
    """No such job."""

    reason = "JOB_UNKNOWN"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}", facts={"job": name})


class ScratchUnavailable(Unavailable):
    """The disk that holds uploads under way is full or broken."""

    reason = "SCRATCH_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__("the server has no room for uploads at the moment", retry_after_seconds=10.0)


class AlreadyStored(Exception):
    """The recording was stored by somebody else between the look-up and the commit."""
