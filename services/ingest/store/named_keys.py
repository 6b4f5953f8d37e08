"""Which blobs the rows name."""

from collections.abc import Collection

from sqlalchemy import select, tuple_

from mesh.db.database import Transaction
from services.ingest.domain.upload import hash_of_audio
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.rows import parts_from_json
from services.ingest.store.tables import recordings, uploads


class NamedKeyReader:
    """Keys by the rows that name them. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: BoundedDatabase) -> None:
        self._database = database

    async def audio(self, keys: Collection[str]) -> set[str]:
        """Those of `keys` that recordings name."""
        # By hash, which has an index; a key has none.
        hashes = {hash_of_audio(key) for key in keys}
        statement = select(recordings.c.audio_key).where(recordings.c.sha256.in_(hashes))

        async def read(work: Transaction) -> set[str]:
            return {str(row.audio_key) for row in await work.execute(statement)}

        return await self._database.run(read)

    async def parts(self, under_way: Collection[tuple[str, str]]) -> set[str]:
        """The keys that these unfinished uploads, by node and request_id, name."""
        wanted = tuple_(uploads.c.node, uploads.c.request_id).in_(list(under_way))

        async def read(work: Transaction) -> set[str]:
            rows = await work.execute(select(uploads.c.parts).where(wanted))
            return {part.key for row in rows for part in parts_from_json(row.parts)}

        return await self._database.run(read)
