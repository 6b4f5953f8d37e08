"""The state of one upload: what came, against what was promised."""

import hashlib
import re

from services.ingest.domain.errors import (
    NodeUnknown,
    OffsetMismatch,
    RequestIdReused,
    Sha256Mismatch,
    SizeMismatch,
)
from services.ingest.domain.model import Known, PartialUpload, Recording, UploadMetadata

AUDIO, PARTS = "recordings", "uploads"
"""Folders of the blob store."""
_AUDIO_KEY = re.compile(rf"{AUDIO}/[0-9a-f]{{2}}/([0-9a-f]{{2}}/)?(?P<sha256>[0-9a-f]{{64}})(/[0-9a-f-]{{36}})?")
_PART_KEY = re.compile(rf"{PARTS}/(?P<node>[\w-]{{1,64}})/(?P<request_id>[\w-]{{1,64}})/\d+-[0-9a-f-]{{36}}", re.ASCII)


class IncomingUpload:
    """Counts and hashes bytes as they come."""

    def __init__(self, metadata: UploadMetadata) -> None:
        self.metadata = metadata
        self.received_bytes = 0
        self._digest = hashlib.sha256()

    def take(self, chunk: bytes) -> None:
        """Count the next bytes of the file. Raises SizeMismatch as soon as there are more than promised."""
        if self.received_bytes + len(chunk) > self.metadata.size_bytes:
            raise SizeMismatch(stated_bytes=self.metadata.size_bytes, received_bytes=self.received_bytes + len(chunk))
        self.received_bytes += len(chunk)
        self._digest.update(chunk)

    @property
    def complete(self) -> bool:
        """True when as many bytes came as were promised."""
        return self.received_bytes == self.metadata.size_bytes

    def verify(self) -> None:
        """Raise SizeMismatch or Sha256Mismatch unless the file is the one that was promised."""
        if not self.complete:
            raise SizeMismatch(stated_bytes=self.metadata.size_bytes, received_bytes=self.received_bytes)
        measured = self._digest.hexdigest()
        if measured != self.metadata.sha256:
            raise Sha256Mismatch(stated=self.metadata.sha256, measured=measured)


def stored_before(metadata: UploadMetadata, known: Known) -> Recording | None:
    """The recording that this upload would only repeat. Raises RequestIdReused."""
    same = known.same_request
    if same is not None:
        if (same.sha256, same.size_bytes) != (metadata.sha256, metadata.size_bytes):
            raise RequestIdReused(metadata.request_id, same.sha256)
        return same
    return known.same_bytes


def check_node(metadata: UploadMetadata, known: Known, *, auto_register: bool) -> None:
    """Raise NodeUnknown where a node has to be registered first."""
    if not known.node_registered and not auto_register:
        raise NodeUnknown(metadata.node)


def resumed(metadata: UploadMetadata, partial: PartialUpload | None) -> PartialUpload | None:
    """The upload that this one goes on with; None when it begins at 0. Raises OffsetMismatch, RequestIdReused."""
    if metadata.offset == 0:
        return None
    if partial is None:
        raise OffsetMismatch(metadata.offset, 0)
    if (partial.sha256, partial.size_bytes) != (metadata.sha256, metadata.size_bytes):
        raise RequestIdReused(metadata.request_id, partial.sha256)
    if metadata.offset != partial.received_bytes:
        raise OffsetMismatch(metadata.offset, partial.received_bytes)
    return partial


def audio_key(sha256: str, copy_id: str) -> str:
    """Where audio lies in the blob store: a copy of its own for each try to store it.

    So a copy that no row names is nobody's: whoever put it there either commits within seconds or never. Were the
    key the hash alone, a copy could not be removed without racing the next upload of the same bytes.
    """
    return f"{AUDIO}/{sha256[:2]}/{sha256[2:4]}/{sha256}/{copy_id}"


def is_audio_key(key: str) -> bool:
    """True for a key of `audio_key`, or of the versions before, which ended with the hash."""
    return _AUDIO_KEY.fullmatch(key) is not None


def hash_of_audio(key: str) -> str:
    """The SHA-256 in a key of audio."""
    found = _AUDIO_KEY.fullmatch(key)
    return found["sha256"] if found else ""


def part_key(metadata: UploadMetadata, part_id: str) -> str:
    """Where a part lies: its own `part_id`, so that two streams of one upload never write over each other."""
    return f"{PARTS}/{metadata.node}/{metadata.request_id}/{metadata.offset}-{part_id}"


def upload_of_part(key: str) -> tuple[str, str] | None:
    """(node, request_id) of the upload that a part belongs to; None for a key of another form."""
    found = _PART_KEY.fullmatch(key)
    return (found["node"], found["request_id"]) if found else None
