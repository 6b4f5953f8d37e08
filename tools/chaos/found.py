"""What the mesh holds at the end of a run, read from where it lies and not through the code that wrote it."""

import asyncio
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from clients.common.channel import open_channel
from mesh.db.database import Database
from tools.chaos.node import NodeProcess
from tools.chaos.recordings import NODE_ID
from tsn.query.v1.query_pb2 import SearchTranscriptsRequest
from tsn.query.v1.query_pb2_grpc import QueryServiceStub
from tsn.transcribe.v1.transcript_pb2 import Transcript

_SEARCH_SECONDS = 30.0
_PAGE = 200


@dataclass(frozen=True)
class Stored:
    """A row of ingest's recordings, and the hash of the bytes that it points to ("" where there are none)."""

    name: str
    sha256: str
    captured_at: datetime
    size_bytes: int
    blob_sha256: str


@dataclass(frozen=True)
class Found:
    """Everything, by name of the recording where not said otherwise. Sequences hold one entry a row."""

    stored: Sequence[Stored]
    texts: Sequence[tuple[str, str]]
    """Of every transcript: recording and text."""
    jobs: Sequence[tuple[str, str, str]]
    """Recording, stage, state."""
    mentions: Sequence[tuple[str, str]]
    """Recording and call sign, as extract has it."""
    members: Sequence[tuple[str, str]]
    """Recording and its conversation, as analyze has it."""
    conversations: Mapping[str, int]
    """How many recordings analyze counts in each."""
    viewed: Sequence[tuple[str, str, int]]
    """Recording, conversation and number of mentions, as query has it."""
    indexed: Sequence[str]
    """Recordings in the full-text tables."""
    hits: Sequence[str]
    """Recordings that a search through the gateway gives."""
    node_count: int
    """How many recordings ingest counts for the node."""
    archived: Sequence[str]
    """sha256 of each file in the node's archive."""
    left_at_node: Sequence[str]
    """Files that are still watched, or refused; rows of the spool that are not settled."""
    outbox: int


class Ledger:
    """Asks the database itself, past every proxy."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, pool_size=1)

    async def close(self) -> None:
        """Hang up."""
        await self._database.close()

    async def rows(self, statement: str, **parameters: Any) -> list[Any]:
        """What a statement gives. Raises DatabaseUnavailable."""
        async with self._database.transaction() as work:
            return list(await work.execute(text(statement), parameters))

    async def unfinished(self, hashes: Sequence[str]) -> list[str]:
        """Those of the hashes whose recording is not final: stored, all stages ended, to be found by its words."""
        if not hashes:
            return []
        rows = await self.rows(
            "SELECT sha256, CONCAT('nodes/', node, '/recordings/', id) FROM ingest_recordings WHERE sha256 IN :hashes",
            hashes=tuple(hashes),
        )
        names = {str(name): str(sha256) for sha256, name in rows}
        final = set()
        if names:
            ended = await self.rows(
                "SELECT q.name FROM query_recordings q WHERE q.name IN :names AND q.searchable AND q.analyzed_us > 0"
                " AND q.mentions_of = q.transcript_name AND 3 = (SELECT COUNT(*) FROM jobs j"
                " WHERE j.subject = q.name AND j.state IN ('succeeded', 'degraded', 'dead', 'cancelled'))",
                names=tuple(names),
            )
            final = {names[str(row[0])] for row in ended}
        return [sha256 for sha256 in hashes if sha256 not in final]

    async def waiting(self) -> int:
        """Jobs that have not ended and messages that have not left."""
        rows = await self.rows(
            "SELECT (SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running', 'waiting'))"
            " + (SELECT COUNT(*) FROM outbox)"
        )
        return int(rows[0][0])

    async def story(self, sha256: str) -> str:
        """What became of a recording so far, for people."""
        stored = await self.rows(
            "SELECT CONCAT('nodes/', node, '/recordings/', id) FROM ingest_recordings WHERE sha256 = :sha256",
            sha256=sha256,
        )
        if not stored:
            return "never stored"
        name = str(stored[0][0])
        jobs = await self.rows(
            "SELECT stage, state, attempts, error_reason, error_message FROM jobs WHERE subject = :name ORDER BY id",
            name=name,
        )
        view = await self.rows(
            "SELECT searchable, analyzed_us > 0, mentions_of = transcript_name FROM query_recordings"
            " WHERE name = :name",
            name=name,
        )
        said = ", ".join(
            f"{stage} {state} ({attempts}) {reason} {why}".strip() for stage, state, attempts, reason, why in jobs
        )
        return f"{name}: {said or 'no job'}; view (searchable, analysed, mentions): {[tuple(row) for row in view]}"


async def look(ledger: Ledger, *, blobs: Path, node: NodeProcess, gateway: str) -> Found:
    """Read all of it. Raises DatabaseUnavailable, grpc.aio.AioRpcError."""
    windows = [int(row[0]) for row in await ledger.rows("SELECT id FROM query_windows")]
    indexed: list[str] = []
    for window in windows:
        indexed += [str(row[0]) for row in await ledger.rows(f"SELECT recording FROM query_window_{window}")]
    counted = await ledger.rows("SELECT recording_count FROM ingest_nodes WHERE id = :node", node=NODE_ID)
    archived, left = await asyncio.to_thread(_at_node, node)
    return Found(
        stored=await _stored(ledger, blobs),
        texts=[
            (str(recording), " ".join(segment.text for segment in Transcript.FromString(body).segments))
            for recording, body in await ledger.rows("SELECT recording, body FROM transcribe_transcripts")
        ],
        jobs=[tuple(map(str, row)) for row in await ledger.rows("SELECT subject, stage, state FROM jobs")],  # type: ignore[misc]
        mentions=[_pair(row) for row in await ledger.rows("SELECT recording, base_call FROM extract_mentions")],
        members=[_pair(row) for row in await ledger.rows("SELECT recording, conversation FROM analyze_members")],
        conversations={
            str(row[0]): int(row[1])
            for row in await ledger.rows("SELECT id, recording_count FROM analyze_conversations")
        },
        viewed=[
            (str(row[0]), str(row[1]).rpartition("/")[2], int(row[2]))
            for row in await ledger.rows("SELECT name, conversation, mention_count FROM query_recordings")
        ],
        indexed=indexed,
        hits=await _search(gateway),
        node_count=int(counted[0][0]) if counted else 0,
        archived=archived,
        left_at_node=left,
        outbox=int((await ledger.rows("SELECT COUNT(*) FROM outbox"))[0][0]),
    )


def _pair(row: Any) -> tuple[str, str]:
    return str(row[0]), str(row[1])


async def _stored(ledger: Ledger, blobs: Path) -> list[Stored]:
    rows = await ledger.rows("SELECT id, node, sha256, captured_at, size_bytes, audio_key FROM ingest_recordings")
    return [
        Stored(
            name=f"nodes/{row.node}/recordings/{row.id}",
            sha256=row.sha256,
            captured_at=row.captured_at,
            size_bytes=row.size_bytes,
            blob_sha256=await asyncio.to_thread(_sha256, blobs / row.audio_key),
        )
        for row in rows
    ]


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


async def _search(gateway: str) -> list[str]:
    """Names of all that a search for the word which every recording says gives, page by page."""
    hits: list[str] = []
    token = ""
    async with open_channel(gateway) as channel:
        stub: Any = QueryServiceStub(channel)
        while True:
            request = SearchTranscriptsRequest(
                query="drill", filter=f'node = "{NODE_ID}"', page_size=_PAGE, page_token=token
            )
            answer = await stub.SearchTranscripts(request, timeout=_SEARCH_SECONDS)
            hits += [hit.recording.name for hit in answer.hits]
            token = answer.next_page_token
            if not token:
                return hits


def _at_node(node: NodeProcess) -> tuple[list[str], list[str]]:
    archived = [_sha256(path) for path in sorted(node.archive.rglob("*")) if path.is_file()]
    left = [str(path) for path in sorted(node.watched.rglob("*")) if path.is_file()]
    left += [str(path) for path in sorted((node.spool / "refused").rglob("*")) if path.is_file()]
    spool = sqlite3.connect(node.spool / "spool.db")
    try:
        rows = spool.execute("SELECT path, state FROM recording WHERE state <> 'sent' OR settled = 0").fetchall()
    finally:
        spool.close()
    return archived, left + [f"{path}: {state}" for path, state in rows]
