"""What the upload flow needs from the outside."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from services.ingest.domain.model import AudioProperties, Known, Part, PartialUpload, Recording, UploadMetadata
from services.ingest.domain.sequences import Outcome, SpoolNumber


class Records(Protocol):
    """Nodes, recordings and unfinished uploads. Every method raises mesh's DatabaseUnavailable."""

    async def look_up(self, metadata: UploadMetadata) -> Known:
        """All that matters to an upload that begins, in one round trip."""
        ...

    async def check_batch(self, batch_id: str) -> None:
        """Raise BatchUnknown or BatchClosed unless recordings may be added to the batch."""
        ...

    async def store(
        self, recording: Recording, *, register_node: bool, number: SpoolNumber | None = None, batch: str = ""
    ) -> Sequence[Part]:
        """Commit recording, number, first job (in `batch`) and event together; the upload's parts, no longer needed.

        Raises AlreadyStored when somebody else stored the same bytes or request in the meantime, BatchClosed when the
        batch was cancelled in the meantime.
        """
        ...

    async def keep(self, partial: PartialUpload) -> Sequence[Part]:
        """Remember what came of an upload; the parts that nobody needs any more (maybe those of `partial`)."""
        ...

    async def forget(self, node: str, request_id: str) -> Sequence[Part]:
        """Remove what is known of an unfinished upload; its parts."""
        ...

    async def forget_stale(self, *, older_than: timedelta) -> Sequence[Part]:
        """Remove some unfinished uploads that nobody resumed for so long; their parts."""
        ...


class Numbers(Protocol):
    """What the server has said on the numbers of nodes."""

    async def note(self, node: str, number: SpoolNumber, outcome: Outcome) -> None:
        """Remember it; nothing happens where the node is not registered. Raises mesh's DatabaseUnavailable."""
        ...


class Blobs(Protocol):
    """Keys to bytes. Every method raises mesh's BlobStoreUnavailable."""

    async def put(self, key: str, data: bytes | Path) -> None:
        """Store `data`; returns when it is durable."""
        ...

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of `key` in pieces. Raises BlobMissing."""
        ...

    async def delete(self, key: str) -> None:
        """Remove `key`; nothing happens where it is missing."""
        ...


class Probe(Protocol):
    """Looks into a file."""

    async def __call__(self, content: bytes | Path, *, size_bytes: int) -> AudioProperties:
        """What the file holds. Raises AudioUnreadable, AudioEmpty."""
        ...
