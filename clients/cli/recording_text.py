"""One recording as people read it."""

from collections.abc import Iterator

from rich.text import Text

from clients.cli.findings_text import entity_lines, mention_lines
from clients.cli.output import Cell, clean
from clients.cli.render import (
    FAINT,
    alert_text,
    enum_word,
    hanging,
    length,
    moment,
    offset,
    percent,
    size,
    where,
)
from tsn.ingest.v1.recording_pb2 import AudioWarning, Recording
from tsn.query.v1.query_pb2 import RecordingView
from tsn.transcribe.v1.transcript_pb2 import QualityFlag, Segment, Transcript


def recording_lines(view: RecordingView, width: int | None = None) -> Iterator[Cell]:
    """Head, transcript, mentions, entities, alerts, trace; where `width` is given, in lines of so many columns."""
    yield from _head(view.recording, width)
    if view.HasField("transcript"):
        yield from _transcript(view.transcript, width)
    else:
        yield "transcript   none yet"
    for mention in view.mentions:
        yield from mention_lines(mention, width)
    yield from entity_lines(view.entities, width)
    for alert in view.alerts:
        yield Text("alert        ").append_text(alert_text(alert))
    if view.conversation:
        yield f"conversation {clean(view.conversation)}"
    yield f"searchable   {'yes' if view.searchable else 'not yet'}"
    yield f"trace        {view.trace_id or '-'}"


def word_summary(segment: Segment) -> str:
    """Count, mean and lowest confidence of the words; empty where there are none."""
    if not segment.words:
        return ""
    scored = [word for word in segment.words if word.HasField("confidence")]
    count = "1 word" if len(segment.words) == 1 else f"{len(segment.words)} words"
    if not scored:
        return count
    mean = sum(word.confidence for word in scored) / len(scored)
    lowest = min(scored, key=lambda word: word.confidence)
    return f"{count}, {percent(mean)} sure, least of “{clean(lowest.text)}” {percent(lowest.confidence)}"


def _head(recording: Recording, width: int | None) -> Iterator[Cell]:
    yield Text(clean(recording.name), style="bold")
    yield f"time         {moment(recording.captured_at)}, {length(recording.duration)}, {where(recording)}"
    file = (
        f"{clean(recording.source_file_name) or '-'}, {size(recording.size_bytes)}, "
        f"{clean(recording.container)}/{clean(recording.codec)}, {recording.sample_rate_hz} Hz, "
        f"{'mono' if recording.audio_channels == 1 else f'{recording.audio_channels} channels'}"
    )
    yield from hanging("file         ", file, width)
    yield f"sha256       {recording.sha256}"
    for warning in recording.warnings:
        yield f"warning      audio {enum_word(AudioWarning.Name(warning), 'AUDIO_WARNING_')}"


def _transcript(transcript: Transcript, width: int | None) -> Iterator[Cell]:
    engine = transcript.engine
    flags = [enum_word(QualityFlag.Name(flag), "QUALITY_FLAG_") for flag in transcript.quality_flags]
    about = [f"{engine.engine} {engine.model}".strip(), *flags]
    yield f"transcript   {clean(', '.join(about))}"
    for segment in transcript.segments:
        span = f"  {offset(segment.start_offset)}-{offset(segment.end_offset)}  "
        for line in hanging(span, clean(segment.text), width):
            yield Text.assemble((line[: len(span)], FAINT), line[len(span) :])
        summary = word_summary(segment)
        if summary:
            yield Text(" " * len(span) + summary, style=FAINT)
