"""Each part goes away in the middle of work and comes back: the mesh waits, says so, and goes on by itself."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest
import pytest_asyncio
from sqlalchemy import text

from clients.common.channel import open_channel
from deploy.local.services import SERVICES, is_serving
from deploy.local.stack import Stack, StackSettings
from mesh.db.database import Database
from mesh.ids import new_id
from services.ingest.main import UPLOADS
from tests.support.eventually import eventually
from tools.bench.load import noise_wav
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceStub

pytestmark = pytest.mark.asyncio(loop_scope="session")
AIRTIME = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALL = ("mariadb", "nats", *SERVICES, "ingest-2", "gateway")
NOTICE_SECONDS = 5.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mesh(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack of its own, with two ingests."""
    settings = StackSettings(
        folder=tmp_path_factory.mktemp("outages"),
        gateway_port=None,
        replicas={"ingest": 2},
        env={
            "TSN_JOB_LEASE_SECONDS": "3",
            "TSN_TRANSCRIBE_ENGINE": "scripted",
            "TSN_TRANSCRIBE_SCRIPT_DELAY_SECONDS": "0.3",
            "TSN_INGEST_NOTICE_SECONDS": str(NOTICE_SECONDS),
        },
    )
    async with Stack(settings) as running:
        yield running


class Sender:
    """Uploads recordings, each in one stream without a second try."""

    def __init__(self, stack: Stack, channel: grpc.aio.Channel) -> None:
        self._stub = IngestServiceStub(channel)
        self._database = Database(stack.mariadb.url, pool_size=1)
        self.names: list[str] = []
        self.failures: list[str] = []

    async def send(self) -> None:
        """One recording that is like no other."""
        number = random.getrandbits(40)
        audio = noise_wav(number, size_bytes=20_000)
        metadata = pb.UploadMetadata(
            request_id=new_id(),
            node="nodes/outage",
            channel="main",
            size_bytes=len(audio),
            sha256=hashlib.sha256(audio).hexdigest(),
        )
        metadata.captured_at.FromDatetime(AIRTIME + timedelta(seconds=number % 40_000))
        requests = [pb.UploadRecordingRequest(metadata=metadata), pb.UploadRecordingRequest(chunk=audio)]
        try:
            answer = await self._stub.UploadRecording(iter(requests), timeout=120)
        except grpc.aio.AioRpcError as error:
            self.failures.append(f"{error.code().name}: {error.details()}")
        else:
            self.names.append(answer.recording.name)

    async def until_taken(self, count: int) -> None:
        """As a node does: again and again until the server has spoken."""
        wanted = len(self.names) + count
        while len(self.names) < wanted:
            await self.send()
            if self.failures:
                await asyncio.sleep(0.2)

    async def all_final(self, seconds: float = 240.0) -> None:
        """Wait until all that was taken can be found."""
        try:
            await eventually(lambda: self._final(self.names), timeout=seconds)
        except TimeoutError:
            pytest.fail(f"of {len(self.names)} recordings not all are final: {await self._jobs()}")

    async def attempts(self) -> int:
        """The most attempts that a job needed."""
        async with self._database.transaction() as work:
            rows = await work.execute(text("SELECT MAX(attempts) FROM jobs"))
            return int(rows.scalar_one())

    async def _jobs(self) -> dict[str, int]:
        """How many jobs are in which state, by stage."""
        async with self._database.transaction() as work:
            rows = await work.execute(text("SELECT stage, state, COUNT(*) FROM jobs GROUP BY stage, state"))
            return {f"{stage} {state}": number for stage, state, number in rows}

    async def close(self) -> None:
        """Hang up."""
        await self._database.close()

    async def _final(self, names: Sequence[str]) -> bool:
        statement = text(
            "SELECT COUNT(*) FROM query_recordings q WHERE q.name IN :names AND q.searchable AND q.analyzed_us > 0"
            " AND 3 = (SELECT COUNT(*) FROM jobs j WHERE j.subject = q.name AND j.state = 'succeeded')"
        )
        try:
            async with self._database.transaction() as work:
                return bool((await work.execute(statement, {"names": tuple(names)})).scalar_one() == len(names))
        except Exception:
            return False


@pytest_asyncio.fixture(loop_scope="session")
async def sender(mesh: Stack) -> AsyncIterator[Sender]:
    """Sends through the gateway."""
    async with open_channel(mesh.gateway_address) as channel:
        made = Sender(mesh, channel)
        yield made
        await made.close()


async def serves(mesh: Stack, name: str, wanted: bool, *, part: str = "") -> None:
    """Wait until a service says so of itself, or of a part of it."""

    async def said() -> bool:
        return await is_serving(mesh.services[name].address, part) is wanted

    await eventually(said, timeout=120)


@pytest.mark.parametrize("part", ["nats", "mariadb"])
async def test_what_all_depend_on_goes_away_in_the_middle_of_work(mesh: Stack, sender: Sender, part: str) -> None:
    await sender.until_taken(4)
    await mesh.halt(part)
    for name in SERVICES:
        await serves(mesh, name, False)
    await mesh.resume(part)
    for name in SERVICES:
        await serves(mesh, name, True)
    await sender.until_taken(2)
    await sender.all_final()


@pytest.mark.parametrize("part", ["gateway", "transcribe", "extract", "analyze", "query"])
async def test_one_part_goes_away_in_the_middle_of_work(mesh: Stack, sender: Sender, part: str) -> None:
    await sender.until_taken(3)
    await mesh.halt(part)
    sending = asyncio.create_task(sender.until_taken(2))
    await asyncio.wait({sending}, timeout=1.0 if part == "gateway" else 120.0)
    assert sending.done() is (part != "gateway")
    await mesh.resume(part)
    await sending
    await sender.all_final()
    assert await sender.attempts() <= 2


async def test_the_blob_store_goes_away_in_the_middle_of_work(mesh: Stack, sender: Sender) -> None:
    blobs = mesh.folder / "data" / "blobs"
    away = blobs.with_name("blobs.away")
    await sender.until_taken(3)
    blobs.rename(away)
    for name, part in (("ingest", UPLOADS), ("transcribe", "")):
        await serves(mesh, name, False, part=part)
    away.rename(blobs)
    for name, part in (("ingest", UPLOADS), ("transcribe", "")):
        await serves(mesh, name, True, part=part)
    await sender.until_taken(2)
    await sender.all_final()


async def test_a_bus_that_lost_its_disk_loses_no_recording(mesh: Stack, sender: Sender) -> None:
    await sender.until_taken(3)
    await sender.all_final()
    sending = asyncio.create_task(sender.until_taken(4))
    await mesh.halt("nats")
    _remove(mesh.nats.folder / "jetstream")
    await mesh.resume("nats")
    await sending
    await sender.all_final()


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


async def test_parts_may_start_in_any_order(mesh: Stack, sender: Sender) -> None:
    for name in ("gateway", *SERVICES, "ingest-2", "nats", "mariadb"):
        await mesh.halt(name)
    first = [asyncio.create_task(mesh.resume(name)) for name in ("query", "gateway", "analyze", "transcribe")]
    await serves(mesh, "query", False)
    bus = asyncio.create_task(mesh.resume("nats"))
    second = [asyncio.create_task(mesh.resume(name)) for name in ("ingest", "ingest-2", "extract")]
    await bus
    await mesh.resume("mariadb")
    await asyncio.gather(*first, *second)
    await sender.until_taken(2)
    await sender.all_final()


async def test_no_upload_fails_while_every_service_is_restarted_in_turn(mesh: Stack, sender: Sender) -> None:
    stop = asyncio.Event()

    async def load() -> None:
        while not stop.is_set():
            await sender.send()
            await asyncio.sleep(0.4)

    await sender.until_taken(1)
    sender.failures.clear()
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(load())
        for name in ("ingest", "ingest-2", "transcribe", "extract", "analyze", "query"):
            await mesh.restart(name)
            # The gateway looks at a replica that is back before the next one goes.
            await eventually(mesh.gateway.ready, timeout=120)
        stop.set()
    assert sender.failures == []
    await sender.all_final()
