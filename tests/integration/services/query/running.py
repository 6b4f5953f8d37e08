"""Query in this process, on real servers, and the events that the other services would publish."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr
from sqlalchemy import select, text

from mesh.blobs import BlobStore
from mesh.bus.bus import Bus
from mesh.db.database import Database
from mesh.db.tables import metadata
from mesh.ids import new_id
from mesh.rpc.errors import error_reason
from mesh.settings import MeshSettings
from services.query.config import QuerySettings
from services.query.events import ANALYZED, EXTRACTED, STORED, TRANSCRIBED
from services.query.main import build
from services.query.store.tables import mentions, recordings, windows
from services.query.store.windows import window_table
from tests.support.eventually import eventually
from tests.support.wire import a_recording, a_transcript
from tsn.analyze.v1.analyze_pb2 import Alert, Conversation, RecordingAnalyzed
from tsn.extract.v1.extract_pb2 import Mention, MentionsExtracted
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored
from tsn.query.v1 import query_pb2 as pb
from tsn.query.v1.query_pb2_grpc import QueryServiceStub
from tsn.transcribe.v1.transcript_pb2 import TranscriptCompleted

Event = tuple[str, Message]


@dataclass(frozen=True)
class Over:
    """A recording and the events of its life."""

    recording: Recording
    events: list[Event]
    traceparent: str = field(default_factory=lambda: f"00-{new_id().replace('-', '')}-0123456789abcdef-01")


def an_over(*texts: str, calls: Sequence[str] = (), alerts: Sequence[Alert] = (), **recording: Any) -> Over:
    """A recording of `texts` (its segments) in which `calls` were heard at the start of the first."""
    made = a_recording(**recording)
    transcript = a_transcript(made, *texts)
    found = [Mention(segment_index=0, start=0, end=4, base_call=call) for call in calls]
    conversation = Conversation(name=f"conversations/{new_id()}", node="nodes/hill", channel=made.channel)
    return Over(
        made,
        [
            (STORED, RecordingStored(recording=made, audio_key=f"recordings/{made.name.rpartition('/')[2]}")),
            (TRANSCRIBED, TranscriptCompleted(recording=made, transcript=transcript)),
            (EXTRACTED, MentionsExtracted(recording=made, transcript=transcript, mentions=found)),
            (ANALYZED, RecordingAnalyzed(recording=made, conversation=conversation, alerts=alerts)),
        ],
    )


@dataclass
class RunningQuery:
    """A service, a stub to it, and what is behind it."""

    stub: QueryServiceStub
    channel: grpc.aio.Channel
    database: Database
    bus: Bus
    blobs: BlobStore
    stop: Callable[[], None]
    """Begins a graceful stop."""

    async def publish(self, subject: str, message: Message | bytes, traceparent: str = "") -> None:
        """Publish one event."""
        payload = message if isinstance(message, bytes) else message.SerializeToString()
        await self.bus.publish(subject, payload, new_id(), traceparent)

    async def tell(self, *overs: Over) -> None:
        """Publish all events of `overs` and wait until each can be searched and was analyzed."""
        for over in overs:
            for subject, message in over.events:
                await self.publish(subject, message, over.traceparent)
        await self.projected(overs)

    async def projected(self, overs: Iterable[Over]) -> None:
        """Return when all that `overs` bring is in the tables."""
        names = {over.recording.name for over in overs}
        done = select(recordings.c.name).where(
            recordings.c.searchable, recordings.c.analyzed_us > 0, recordings.c.audio_key != ""
        )

        async def there() -> bool:
            async with self.database.transaction() as work:
                return names <= set((await work.execute(done)).scalars())

        await eventually(there)

    async def content(self) -> dict[str, Any]:
        """Everything in the read tables, in a form that can be compared."""
        async with self.database.transaction() as work:
            rows = (await work.execute(select(recordings).order_by(recordings.c.name))).mappings().all()
            heard = (await work.execute(select(mentions).order_by(mentions.c.recording, mentions.c.ordinal))).all()
            texts = {}
            for window in (await work.execute(select(windows.c.id))).scalars():
                for row in (await work.execute(select(window_table(window)))).mappings():
                    texts[row["recording"]] = {**row}
        # When the bus took an event is not part of what it says, and which window holds a text depends on the order.
        ignored = {"analyzed_us", "mentioned_us", "window_id"}
        return {
            "recordings": [{key: value for key, value in row.items() if key not in ignored} for row in rows],
            "mentions": [tuple(row) for row in heard],
            "texts": texts,
        }

    async def forget(self) -> None:
        """Empty the read tables and drop the windows but the first."""
        async with self.database.transaction() as work:
            for window in (await work.execute(select(windows.c.id))).scalars().all():
                await work.execute(text(f"DELETE FROM {window_table(window).name}"))
            for table in ("query_recordings", "query_mentions", "query_merged_conversations"):
                await work.execute(text(f"DELETE FROM {table}"))

    async def search(self, query: str, **fields: Any) -> list[str]:
        """Names of the hits of one page."""
        request = pb.SearchTranscriptsRequest(query=query, **fields)
        return [hit.recording.name for hit in (await self.stub.SearchTranscripts(request, timeout=30)).hits]

    async def search_all(self, query: str, page_size: int, **fields: Any) -> list[list[str]]:
        """Names of the hits, page by page."""
        pages, token = [], ""
        while True:
            request = pb.SearchTranscriptsRequest(query=query, page_size=page_size, page_token=token, **fields)
            answer = await self.stub.SearchTranscripts(request, timeout=30)
            pages.append([hit.recording.name for hit in answer.hits])
            token = answer.next_page_token
            if not token:
                return pages


async def refused(call: Any) -> tuple[str, str]:
    """Status code and reason with which a call fails."""
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call
    return failure.value.code().name, error_reason(failure.value)


def names(*overs: Over) -> list[str]:
    """Names of the recordings."""
    return [over.recording.name for over in overs]


@asynccontextmanager
async def running_query(
    *, database_url: str, nats_url: str, folder: Path, **settings: Any
) -> AsyncIterator[RunningQuery]:
    """The service on its tables, SERVING; `settings` as in QuerySettings."""
    mesh = MeshSettings(
        database_url=SecretStr(database_url), nats_url=nats_url, blob_url=f"file://{folder}/blobs", database_pool_size=4
    )
    database, bus = Database(database_url, pool_size=2), Bus(nats_url, name="test", timeout_seconds=30)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await bus.connect()
    host = build(QuerySettings(**{"drain_seconds": 20.0} | settings), mesh)
    life = asyncio.create_task(host.run())
    try:
        await eventually(lambda: host.port or life.done())
        async with grpc.aio.insecure_channel(f"127.0.0.1:{host.port}") as channel:
            async with asyncio.timeout(60):
                async for answer in health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest()):
                    if answer.status == health_pb2.HealthCheckResponse.SERVING:
                        break
            yield RunningQuery(
                QueryServiceStub(channel), channel, database, bus, BlobStore(mesh.blob_url), host.stopping.set
            )
    finally:
        host.stopping.set()
        await life
        await bus.close()
        await database.close()
