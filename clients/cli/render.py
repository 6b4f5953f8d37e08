"""Times, lengths, highlights and enums as people read them."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from rich.text import Text

from clients.cli.output import clean
from tsn.analyze.v1.analyze_pb2 import Alert, AlertKind
from tsn.extract.v1.extract_pb2 import Mention
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.query.v1.query_pb2 import Snippet
from tsn.transcribe.v1.transcript_pb2 import Transcript

HIGHLIGHT = "bold yellow"
CALLSIGN = "bold cyan"
ALERT = "bold red"
FAINT = "dim"


def moment(at: Timestamp) -> str:
    """UTC to the second, e.g. `2026-11-20 23:30:02Z`; `-` for none."""
    if not at.seconds and not at.nanos:
        return "-"
    return exact_second(at.ToDatetime(UTC))


def exact_second(at: datetime) -> str:
    """As `moment`, for a datetime."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def span(seconds: float) -> str:
    """A length of time in its two largest units: `0.4 s`, `12 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`."""
    if seconds < 10:
        return f"{max(seconds, 0.0):.1f} s"
    left, parts = round(seconds), list[str]()
    for unit, size_seconds in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size_seconds)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


def brief_span(seconds: float) -> str:
    """`span` for narrow columns: `0s`, `12s`, `3m10s`, `2h5m`, `3d4h`."""
    whole = max(round(seconds), 0)
    return span(whole).replace("min", "m").replace(" ", "") if whole >= 10 else f"{whole}s"


def ago(at: Timestamp, now: datetime) -> str:
    """Time since `at`, e.g. `3 min 10 s`; `-` for none."""
    if not at.seconds and not at.nanos:
        return "-"
    return span((now - at.ToDatetime(UTC)).total_seconds())


def until(at: Timestamp, now: datetime) -> str:
    """Time to `at`: `in 12 s`, or `now` when it has passed."""
    seconds = (at.ToDatetime(UTC) - now).total_seconds()
    return f"in {span(seconds)}" if seconds > 0 else "now"


def exact_moment(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def offset(of: Duration) -> str:
    """Place in a recording, `m:ss.s`."""
    seconds = of.ToTimedelta().total_seconds()
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def length(of: Duration) -> str:
    """Seconds with one decimal."""
    return f"{of.ToTimedelta().total_seconds():.1f} s"


def percent(share: float) -> str:
    """0.876 as `88 %`."""
    return f"{share * 100:.0f} %"


def counted(count: int, what: str) -> str:
    """`1 job`, `2 jobs`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def size(count: int) -> str:
    """Bytes as people say them."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError


def node_of(recording_name: str) -> str:
    """Node id in `nodes/{node}/recordings/{recording}`."""
    parts = recording_name.split("/")
    return parts[1] if len(parts) > 1 else recording_name


def place(recording_name: str, channel: str) -> str:
    """`node/channel`."""
    return clean(f"{node_of(recording_name)}/{channel}")


def where(recording: Recording) -> str:
    """`node/channel` of a recording."""
    return place(recording.name, recording.channel)


def hanging(head: str, text: str, width: int | None) -> list[str]:
    """`text` behind `head`, in lines of at most `width` columns, those after the first indented; None: in one line."""
    if width is None:
        return [head + text]
    indent = " " * len(head)
    wrapped = textwrap.wrap(
        text,
        max(width, len(head) + 20),
        initial_indent=head,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return wrapped or [head.rstrip()]


def enum_word(name: str, prefix: str) -> str:
    """`JOB_STATE_DEAD` with prefix `JOB_STATE_` as `dead`."""
    return name.removeprefix(prefix).lower().replace("_", " ")


def spoken(transcript: Transcript) -> str:
    """All segments' text in one line."""
    return clean(" ".join(segment.text for segment in transcript.segments))


def callsign(mention: Mention) -> str:
    """`VE7/K7ABC/P`: host prefix, base call, modifiers."""
    parts = [mention.host_prefix] if mention.host_prefix else []
    return clean("/".join([*parts, mention.base_call, *mention.modifiers]))


def distinct_calls(mentions: Iterable[Mention]) -> list[str]:
    """Base calls in order of appearance, each once."""
    return list(dict.fromkeys(clean(mention.base_call) for mention in mentions))


def alert_text(alert: Alert) -> Text:
    """Kind and words; a drill says so."""
    kind = enum_word(AlertKind.Name(alert.kind), "ALERT_KIND_")
    drill = " (drill)" if alert.drill else ""
    return Text(f"{kind.upper()}{drill}: {clean(alert.phrase)}", style=FAINT if alert.drill else ALERT)


def highlighted(snippets: Sequence[Snippet], *, marks: bool) -> Text:
    """Texts of the snippets with what was found in bold, and between asterisks where there is no bold (`marks`)."""
    return Text(" … ").join(_snippet(snippet, marks=marks) for snippet in snippets)


def _snippet(snippet: Snippet, *, marks: bool) -> Text:
    text = clean(snippet.text)
    spans = _joined([(one.start, one.end) for one in snippet.highlights], text)
    whole, end = Text(), 0
    for start, stop in spans:
        mark = "*" if marks else ""
        whole.append(text[end:start])
        whole.append(f"{mark}{text[start:stop]}{mark}", style=HIGHLIGHT)
        end = stop
    return whole.append(text[end:])


def _joined(spans: Iterable[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Spans in order, those with nothing but blanks between them as one: a phrase is one highlight."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        start, stop = max(start, 0), min(stop, len(text))
        if start >= stop:
            continue
        if joined and (start <= joined[-1][1] or not text[joined[-1][1] : start].strip()):
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
