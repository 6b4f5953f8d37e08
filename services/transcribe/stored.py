"""Audio of recordings, by the hash under which ingest stored it."""

from mesh.blobs import BlobMissing, BlobStore
from mesh.errors import InvalidInput, NotFound

_DIGITS = frozenset("0123456789abcdef")


class Sha256Invalid(InvalidInput):
    """Not a SHA-256 in hexadecimal."""

    reason = "SHA256_INVALID"


class AudioNotFound(NotFound):
    """No audio of that hash is stored."""

    reason = "AUDIO_NOT_FOUND"


class StoredAudio:
    """Fetches audio from the blob store."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def get(self, sha256: str) -> bytes:
        """The file's bytes; `sha256` in lower case. Raises Sha256Invalid, AudioNotFound."""
        if len(sha256) != 64 or not set(sha256) <= _DIGITS:
            raise Sha256Invalid("sha256 must be 64 hexadecimal digits", field="sha256")
        try:
            return await self._blob(sha256)
        except BlobMissing as error:
            raise AudioNotFound(f"no audio with sha256 {sha256}", facts={"sha256": sha256}, field="sha256") from error

    async def _blob(self, sha256: str) -> bytes:
        for key in await self._blobs.keys(f"recordings/{sha256[:2]}/{sha256[2:4]}/{sha256}", limit=1):
            return await self._blobs.get(key)
        # As the versions before named it.
        return await self._blobs.get(f"recordings/{sha256[:2]}/{sha256}")
