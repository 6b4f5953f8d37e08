"""Finding and listing recordings, page by page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mesh.rpc.paging import PageTokens, page_limit
from services.query.domain.boolean_mode import to_boolean_mode
from services.query.domain.errors import NameInvalid, RecordingNotFound
from services.query.domain.language import Query, parse
from services.query.events import node_of
from services.query.metrics import QueryMetrics
from services.query.store.filters import Filter, Position
from services.query.store.reading import Callsign, ReadStore, StoredRecording

PAGE_BYTES = 3_000_000
"""A page ends early here: gRPC clients take 4 MiB by default."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Found:
    """One page of a search."""

    query: Query | None
    recordings: Sequence[StoredRecording]
    next_page_token: str


class Reader:
    """Searches and lists. Raises what the language, the filter, the page token and the store raise."""

    def __init__(self, *, store: ReadStore, tokens: PageTokens, metrics: QueryMetrics) -> None:
        self._store = store
        self._tokens = tokens
        self._metrics = metrics

    async def search(self, *, query: str, filter_text: str, page_size: int, page_token: str) -> Found:
        """Recordings that answer `query` and pass the filter; an empty query finds all that pass."""
        limit = page_limit(page_size, default=20, most=200)
        parsed = parse(query)
        wanted = Filter.parse(filter_text)
        request = json.dumps(["search", query, filter_text])
        position = self._position(page_token, request)
        with self._metrics.search_seconds.time():
            if parsed is None:
                found = await self._store.page(wanted, position, limit + 1)
            else:
                names = await self._store.search(to_boolean_mode(parsed), wanted, position, limit + 1)
                found = await self._store.named(names)
        page, token = self._page(found, limit, request)
        return Found(parsed, page, token)

    async def recordings(
        self, *, filter_text: str, page_size: int, page_token: str
    ) -> tuple[Sequence[StoredRecording], str]:
        """Recordings that pass the filter, and the token of the next page."""
        limit = page_limit(page_size, default=50, most=1000)
        wanted = Filter.parse(filter_text)
        request = json.dumps(["recordings", filter_text])
        found = await self._store.page(wanted, self._position(page_token, request), limit + 1)
        return self._page(found, limit, request)

    async def recording(self, name: str) -> StoredRecording:
        """One recording with its whole transcript. Raises NameInvalid, RecordingNotFound."""
        if not node_of(name) or not name.isascii():
            raise NameInvalid(name)
        stored = await self._store.get(name)
        if stored is None:
            raise RecordingNotFound(name)
        return stored

    async def callsigns(self, *, page_size: int, page_token: str) -> tuple[Sequence[Callsign], str]:
        """Callsigns, the most recently heard first, and the token of the next page."""
        limit = page_limit(page_size, default=50, most=1000)
        request = json.dumps(["callsigns"])
        position = None
        if page_token:
            milliseconds, call = self._tokens.read(page_token, request=request)
            position = (_moment(int(milliseconds)), str(call))
        found = await self._store.callsigns(position, limit + 1)
        if len(found) <= limit:
            return found, ""
        last = found[limit - 1]
        token = self._tokens.issue([_milliseconds(last.last_heard_at), last.base_call], request=request)
        return found[:limit], token

    def _position(self, page_token: str, request: str) -> Position | None:
        if not page_token:
            return None
        milliseconds, name = self._tokens.read(page_token, request=request)
        return Position(_moment(int(milliseconds)), str(name))

    def _page(
        self, found: Sequence[StoredRecording], limit: int, request: str
    ) -> tuple[Sequence[StoredRecording], str]:
        """`found` has one more than `limit` where there is a next page."""
        size = 0
        for count, stored in enumerate(found):
            size += stored.size_bytes
            if count and (count == limit or size > PAGE_BYTES):
                last = found[count - 1].position
                token = self._tokens.issue([_milliseconds(last.captured_at), last.name], request=request)
                return found[:count], token
        return found, ""


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
