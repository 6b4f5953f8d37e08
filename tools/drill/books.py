"""What was acknowledged against what is there: each recording finished, and finished once."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tools.chaos.compare import DONE, STAGES
from tools.chaos.found import Ledger


@dataclass(frozen=True)
class Books:
    """One entry a row, by name of the recording. Jobs of batches are left out: each batch may have its own."""

    stored: Sequence[str]
    jobs: Sequence[tuple[str, str, str]]
    """Recording, stage, state."""
    transcripts: Sequence[str]
    searchable: Sequence[str]


def wrong(acknowledged: Collection[str], books: Books) -> list[str]:
    """Sentences, each about one recording that was lost or doubled."""
    return [*_lost(acknowledged, books), *_doubled(books)]


def unfinished(acknowledged: Collection[str], books: Books) -> set[str]:
    """Those that may be on their way still."""
    done = {(name, stage) for name, stage, state in books.jobs if state in DONE}
    searchable = set(books.searchable)
    return {
        name for name in acknowledged if name not in searchable or any((name, stage) not in done for stage in STAGES)
    }


def _lost(acknowledged: Collection[str], books: Books) -> Iterator[str]:
    done = {(name, stage) for name, stage, state in books.jobs if state in DONE}
    places = {
        "its row": set(books.stored),
        "its transcript": set(books.transcripts),
        "its place in the search": set(books.searchable),
        **{f"a finished {stage} job": {name for name, at in done if at == stage} for stage in STAGES},
    }
    for name in acknowledged:
        for what, there in places.items():
            if name not in there:
                yield f"{name}: {what} is missing"


def _doubled(books: Books) -> Iterator[str]:
    counts = {
        "transcripts": Counter(books.transcripts),
        "places in the search": Counter(books.searchable),
        **{f"{stage} jobs": Counter(name for name, at, _ in books.jobs if at == stage) for stage in STAGES},
    }
    for what, counted in counts.items():
        for name, count in counted.items():
            if count > 1:
                yield f"{name}: {count} {what}"


async def read_books(ledger: Ledger) -> Books:
    """All that the database has. Raises DatabaseUnavailable."""
    stored = await ledger.rows("SELECT CONCAT('nodes/', node, '/recordings/', id) FROM ingest_recordings")
    found = await ledger.rows("SELECT subject, stage, state FROM jobs WHERE batch = ''")
    transcripts = await ledger.rows("SELECT recording FROM transcribe_transcripts")
    windows = [int(row[0]) for row in await ledger.rows("SELECT id FROM query_windows")]
    indexed: list[str] = []
    for window in windows:
        indexed += [str(row[0]) for row in await ledger.rows(f"SELECT recording FROM query_window_{window}")]
    return Books(
        stored=[str(row[0]) for row in stored],
        jobs=[(str(row[0]), str(row[1]), str(row[2])) for row in found],
        transcripts=[str(row[0]) for row in transcripts],
        searchable=indexed,
    )
