"""Why an upload may not begin, or not go on, at the moment."""

from mesh.errors import Kind, TsnError, Unavailable


class StorageFull(Unavailable):
    """What is free on the disk has to stay free: databases and queues live there too."""

    reason = "STORAGE_FULL"

    def __init__(self, *, spare_bytes: int, asked_bytes: int) -> None:
        super().__init__(
            "the server has no room for more recordings at the moment",
            facts={"spare_bytes": spare_bytes, "asked_bytes": asked_bytes},
            retry_after_seconds=30.0,
        )


class StorageUnfamiliar(Unavailable):
    """The blob folder is empty although recordings were stored: its mount is gone."""

    reason = "STORAGE_LOST"

    def __init__(self) -> None:
        super().__init__(
            "the blob folder is empty although recordings are stored; is it mounted?", retry_after_seconds=10.0
        )


class StorageSilent(Unavailable):
    """The disk does not even say how full it is."""

    reason = "STORAGE_LOST"

    def __init__(self) -> None:
        super().__init__("the blob store or the scratch disk does not answer", retry_after_seconds=10.0)


class UploadsLimited(TsnError):
    """So many uploads are under way that more would only slow down all."""

    kind = Kind.EXHAUSTED
    reason = "UPLOADS_LIMITED"

    def __init__(self, limit: int, *, retry_after_seconds: float) -> None:
        super().__init__(
            f"{limit} uploads are under way; come again",
            facts={"limit": limit},
            retry_after_seconds=retry_after_seconds,
        )


class NodeUploadsLimited(TsnError):
    """One node may not take the room of all others."""

    kind = Kind.EXHAUSTED
    reason = "NODE_UPLOADS_LIMITED"

    def __init__(self, node: str, limit: int, *, retry_after_seconds: float) -> None:
        super().__init__(
            f"{limit} uploads of node {node} are under way; come again",
            facts={"node": node, "limit": limit},
            retry_after_seconds=retry_after_seconds,
        )


class BatchUploadsLimited(TsnError):
    """Nodes that catch up after an outage leave room for what is said now."""

    kind = Kind.EXHAUSTED
    reason = "BATCH_UPLOADS_LIMITED"

    def __init__(self, limit: int, *, retry_after_seconds: float) -> None:
        super().__init__(
            f"{limit} uploads in the batch lane are under way; come again",
            facts={"limit": limit},
            retry_after_seconds=retry_after_seconds,
        )


class QueueFull(TsnError):
    """More waits for transcription than anybody will read soon; nodes keep their own files safely."""

    kind = Kind.EXHAUSTED
    reason = "QUEUE_FULL"

    def __init__(self, lane: str, limit: int, *, retry_after_seconds: float) -> None:
        super().__init__(
            f"{limit} recordings wait in lane {lane}; come again",
            facts={"lane": lane, "limit": limit},
            retry_after_seconds=retry_after_seconds,
        )


class UploadStalled(Unavailable):
    """A sender that says nothing holds the place of one that would; what came is kept."""

    reason = "UPLOAD_STALLED"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"nothing came for {seconds:g} s; go on with GetUpload", retry_after_seconds=1.0)
