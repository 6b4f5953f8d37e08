"""What came out, set beside what was truly said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from clients.cli.render import distinct_calls, enum_word, spoken, where
from deploy.demo.sample import Sample
from tsn.analyze.v1.analyze_pb2 import AlertKind
from tsn.query.v1.query_pb2 import RecordingView, SearchHit


@dataclass(frozen=True)
class Row:
    """One sample and what the mesh made of it; `view` is None when it never arrived."""

    sample: Sample
    view: RecordingView | None
    error: str = ""

    @property
    def found(self) -> list[str]:
        """Callsigns that the mesh heard."""
        return distinct_calls(self.view.mentions) if self.view is not None else []

    @property
    def right(self) -> list[str]:
        """Callsigns truly said that the mesh heard."""
        return [call for call in self.sample.callsigns if call in self.found]

    @property
    def wrong(self) -> list[str]:
        """Callsigns that the mesh heard and nobody said."""
        return [call for call in self.found if call not in self.sample.callsigns]

    @property
    def transcribed(self) -> bool:
        """True when there is a transcript, were it an empty one."""
        return self.view is not None and self.view.HasField("transcript")

    @property
    def searchable(self) -> bool:
        """True when it has come all the way."""
        return self.view is not None and self.view.searchable


@dataclass(frozen=True)
class Search:
    """A query, or a callsign, and its hits."""

    query: str
    callsign: str
    hits: list[SearchHit]


@dataclass(frozen=True)
class Results:
    """The whole run. `problems`: what went wrong beside single recordings."""

    rows: Sequence[Row]
    seconds: float
    engine: str
    searches: list[Search] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def search_hits(self) -> int:
        """Hits of all searches."""
        return sum(len(search.hits) for search in self.searches)

    @property
    def failed(self) -> int:
        """Samples that did not come all the way."""
        return sum(not row.searchable for row in self.rows)

    @property
    def trace_id(self) -> str:
        """Trace of the first recording with an alert, else of the first that has one."""
        traced = [row.view for row in self.rows if row.view is not None and row.view.trace_id]
        alerted = [view for view in traced if view.alerts]
        return next((view.trace_id for view in (*alerted, *traced)), "")

    @property
    def complete(self) -> bool:
        """True when every recording came all the way and what was heard can be found."""
        heard = any(row.view is not None and row.view.transcript.segments for row in self.rows)
        return not self.failed and not self.problems and (self.search_hits > 0 or not heard)

    def calls_said(self) -> int:
        """Callsigns truly said, counted once a recording."""
        return sum(len(row.sample.callsigns) for row in self.rows)

    def calls_right(self) -> int:
        """How many of them were heard."""
        return sum(len(row.right) for row in self.rows)

    def calls_wrong(self) -> int:
        """Callsigns heard that nobody said."""
        return sum(len(row.wrong) for row in self.rows)

    def document(self) -> dict[str, Any]:
        """The report file."""
        views = [row.view for row in self.rows if row.view is not None]
        return {
            "recordings": len(views),
            "transcribed": sum(row.transcribed for row in self.rows),
            "segments": sum(len(view.transcript.segments) for view in views),
            "mentions": sum(len(view.mentions) for view in views),
            "search_hits": self.search_hits,
            "failed": self.failed,
            "seconds": round(self.seconds, 2),
            "engine": self.engine,
            "searchable": sum(row.searchable for row in self.rows),
            "alerts": sum(len(view.alerts) for view in views),
            "callsigns_said": self.calls_said(),
            "callsigns_found": self.calls_right(),
            "callsigns_wrong": self.calls_wrong(),
            "trace_id": self.trace_id,
            "problems": self.problems,
            "searches": [
                {"query": one.query, "callsign": one.callsign, "hits": len(one.hits)} for one in self.searches
            ],
            "files": [_file(row) for row in self.rows],
        }


def pair(samples: Iterable[Sample], views: Iterable[RecordingView], errors: dict[str, str]) -> list[Row]:
    """Samples with their recordings, by their bytes. `errors`: recording name to why its work gave up."""
    by_hash = {view.recording.sha256: view for view in views}
    return [
        Row(sample, view, errors.get(view.recording.name, "") if view is not None else "never arrived")
        for sample in samples
        for view in [by_hash.get(sample.sha256)]
    ]


def longest_word(rows: Iterable[Row]) -> str:
    """The longest word that was recognised in what can be searched; empty where nothing was."""
    texts = (spoken(row.view.transcript) for row in rows if row.view is not None and row.searchable)
    words = [word for text in texts for word in text.split() if word.isalpha()]
    return max(words, key=len, default="")


def _file(row: Row) -> dict[str, Any]:
    view = row.view if row.view is not None else RecordingView()
    return {
        "file": f"{row.sample.node}/{row.sample.path.name}",
        "recording": view.recording.name,
        "place": where(view.recording) if row.view is not None else "",
        "searchable": row.searchable,
        "error": row.error,
        "said": row.sample.text,
        "heard": spoken(view.transcript),
        "callsigns_said": list(row.sample.callsigns),
        "callsigns_found": row.found,
        "alerts": [
            {"kind": enum_word(AlertKind.Name(alert.kind), "ALERT_KIND_"), "phrase": alert.phrase, "drill": alert.drill}
            for alert in view.alerts
        ],
        "trace_id": view.trace_id,
    }
