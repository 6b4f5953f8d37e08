"""Writes events into the read tables, many in one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.mysql import insert as upsert

from mesh.db.database import Transaction
from services.query.domain.projection import AnalysisFacts, Change, Known, RecordingFacts, Source
from services.query.store.tables import mentions, merged_conversations, recordings
from services.query.store.windows import covering, list_windows, window_table

_CHAIN_LIMIT = 100
"""Conversations merged one into the other are followed so far; a circle ends here."""
_READ = (
    "name",
    "trace_id",
    "audio_key",
    "transcript_name",
    "transcript_degraded",
    "mentions_of",
    "mentions_degraded",
    "mentioned_us",
    "analysis_of",
    "analysis_degraded",
    "analyzed_us",
)
"""What decisions need of a row."""


@dataclass(frozen=True)
class Applied:
    """What a batch came to."""

    known: dict[str, Known]
    """Every recording of the batch as it now is, by name."""
    placed: Mapping[int, int]
    """Rows written into windows, by window."""


async def apply(work: Transaction, changes: Sequence[Change]) -> Applied:
    """Take in `changes`. Takes locks in the order of names, so that replicas wait for each other."""
    first: dict[str, RecordingFacts] = {}
    for change in changes:
        first.setdefault(change.recording.name, change.recording)
    rows = await _locked(work, [first[name] for name in sorted(first)])
    known = {name: _known(first[name], rows[name]) for name in sorted(first)}
    for change in changes:
        known[change.recording.name] = known[change.recording.name].after(change)
    became = await _merge_conversations(work, [change.analysis for change in changes if change.analysis])
    await _write_mentions(work, known.values())
    windows = await _place(work, known.values())
    for name, after in known.items():
        values = _values(after, became) | ({"window_id": windows[name]} if name in windows else {})
        await work.execute(update(recordings).where(recordings.c.name == name).values(values))
    return Applied(known, Counter(windows.values()))


async def _locked(work: Transaction, facts: Sequence[RecordingFacts]) -> dict[str, Any]:
    """The rows of these recordings, made where they are missing, locked until the transaction ends."""
    statement = upsert(recordings).values(
        [
            {
                "name": each.name,
                "node": each.node,
                "channel": each.channel,
                "captured_at": each.captured_at,
                "duration_ms": each.duration_ms,
                "recording": each.blob,
            }
            for each in facts
        ]
    )
    await work.execute(statement.on_duplicate_key_update(name=statement.inserted.name))
    names = [each.name for each in facts]
    columns = [recordings.c[name] for name in _READ]
    found = await work.execute(select(*columns).where(recordings.c.name.in_(names)).with_for_update())
    return {row.name: row for row in found}


def _known(facts: RecordingFacts, row: Any) -> Known:
    return Known(
        recording=facts,
        trace_id=row.trace_id,
        audio_key=row.audio_key,
        transcript=Source(row.transcript_name, bool(row.transcript_degraded)),
        mentions_of=Source(row.mentions_of, bool(row.mentions_degraded)),
        mentioned_us=row.mentioned_us,
        analysis_of=Source(row.analysis_of, bool(row.analysis_degraded)),
        analyzed_us=row.analyzed_us,
    )


def _values(known: Known, became: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "trace_id": known.trace_id,
        "audio_key": known.audio_key,
        "searchable": known.searchable,
    }
    if transcript := known.new_transcript:
        values |= {
            "transcript_name": transcript.source.name,
            "transcript_degraded": transcript.source.degraded,
            "transcript": transcript.blob,
            "outline": transcript.outline,
            "segment_count": transcript.segment_count,
        }
    if found := known.new_mentions:
        values |= {
            "mentions_of": found.source.name,
            "mentions_degraded": found.source.degraded,
            "mentioned_us": known.mentioned_us,
            "mentions": found.blob,
            "mention_count": len(found.base_calls),
        }
    if analysis := known.new_analysis:
        values |= {
            "analysis_of": analysis.source.name,
            "analysis_degraded": analysis.source.degraded,
            "analyzed_us": known.analyzed_us,
            "conversation": _followed(analysis.conversation, became),
            "alerts": analysis.blob,
            "alert_count": analysis.alert_count,
        }
    return values


async def _write_mentions(work: Transaction, known: Iterable[Known]) -> None:
    changed = {each.recording.name: each for each in known if each.new_mentions is not None}
    if not changed:
        return
    await work.execute(delete(mentions).where(mentions.c.recording.in_(list(changed))))
    rows = [
        {
            "recording": name,
            "ordinal": ordinal,
            "base_call": base_call,
            "node": each.recording.node,
            "captured_at": each.recording.captured_at,
        }
        for name, each in changed.items()
        if each.new_mentions is not None
        for ordinal, base_call in enumerate(each.new_mentions.base_calls)
    ]
    if rows:
        await work.execute(insert(mentions), rows)


async def _place(work: Transaction, known: Iterable[Known]) -> dict[str, int]:
    """Write texts and callsigns into the windows; the window of each recording that got one, by name."""
    changed = [each for each in known if each.new_transcript or each.new_mentions]
    if not changed:
        return {}
    all_windows = await list_windows(work, lock=True)
    placed: dict[str, int] = {}
    for each in changed:
        window_id = covering(all_windows, each.recording.captured_at).id
        if each.new_transcript is not None:
            await _write_text(work, each, window_id)
            placed[each.recording.name] = window_id
        elif each.new_mentions is not None:
            table = window_table(window_id)
            calls = _call_text(each)
            await work.execute(update(table).where(table.c.recording == each.recording.name).values(callsigns=calls))
    return placed


async def _write_text(work: Transaction, known: Known, window_id: int) -> None:
    assert known.new_transcript is not None
    statement = upsert(window_table(window_id)).values(
        recording=known.recording.name,
        node=known.recording.node,
        channel=known.recording.channel,
        captured_at=known.recording.captured_at,
        callsigns=_call_text(known),
        body=known.new_transcript.body,
    )
    changing = {"body": statement.inserted.body}
    if known.new_mentions is not None:
        changing["callsigns"] = statement.inserted.callsigns
    await work.execute(statement.on_duplicate_key_update(changing))


def _call_text(known: Known) -> str:
    return " ".join(dict.fromkeys(known.new_mentions.base_calls)) if known.new_mentions else ""


async def _merge_conversations(work: Transaction, analyses: Sequence[AnalysisFacts]) -> dict[str, str]:
    """Note which conversations became part of which, move their recordings, return what became of each in question."""
    merges = {old: each.conversation for each in analyses for old in each.merged_conversations}
    if merges:
        statement = upsert(merged_conversations)
        statement = statement.on_duplicate_key_update(became=statement.inserted.became)
        await work.execute(statement, [{"conversation": old, "became": new} for old, new in sorted(merges.items())])
    became: dict[str, str] = {}
    asked: set[str] = set()
    names = {each.conversation for each in analyses}
    while names and len(asked) < _CHAIN_LIMIT:
        asked |= names
        chained = select(merged_conversations).where(merged_conversations.c.conversation.in_(names))
        became |= {row.conversation: row.became for row in await work.execute(chained)}
        names = {became[name] for name in names if name in became} - asked
    if merges:
        moved = update(recordings).where(recordings.c.conversation == bindparam("merged"))
        moves = [{"merged": old, "became": _followed(old, merges | became)} for old in sorted(merges)]
        await work.execute(moved.values(conversation=bindparam("became")), moves)
    return became


def _followed(conversation: str, became: dict[str, str]) -> str:
    for _ in range(_CHAIN_LIMIT):
        if conversation not in became:
            break
        conversation = became[conversation]
    return conversation
