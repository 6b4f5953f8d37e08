"""Callsign records and imports as people read them."""

from collections.abc import Iterator, Sequence

from google.type.date_pb2 import Date
from rich.text import Text

from clients.cli.output import Cell, clean
from clients.cli.render import CALLSIGN, FAINT, enum_word, length, moment, spoken, where
from tsn.extract.v1.callsign_pb2 import CallsignImport, CallsignImportState, CallsignRecord, LicenceStatus
from tsn.query.v1.query_pb2 import RecordingView

IMPORT_COLUMNS = ("begun", "register", "state", "rows", "broken", "in force", "by", "file", "import")
IMPORT_WHOLE = ("begun", "register", "state")
IMPORT_SPARE = ("import", "by", "broken")


def import_row(found: CallsignImport) -> tuple[Cell, ...]:
    """Cells for IMPORT_COLUMNS."""
    return (
        moment(found.started_at),
        clean(found.source),
        enum_word(CallsignImportState.Name(found.state), "CALLSIGN_IMPORT_STATE_"),
        str(found.rows_taken),
        str(found.broken_lines),
        str(found.active_licences) if found.active_licences else "-",
        clean(found.author),
        clean(found.file_name),
        found.name,
    )


def record_lines(call: str, record: CallsignRecord | None, heard: Sequence[RecordingView]) -> Iterator[Cell]:
    """Holder, licence, where it was heard."""
    yield Text(clean(call), style=CALLSIGN)
    if record is None:
        yield "holder    no register that was imported knows it; `tsn callsigns imports` lists them"
    else:
        yield f"holder    {clean(record.holder_name) or '-'}"
        place = ", ".join(filter(None, (record.city, record.region, record.country)))
        yield f"place     {clean(place) or '-'}{clean(f', {record.grid}') if record.grid else ''}"
        yield f"licence   {clean(_licence_text(record))}"
        yield f"source    {clean(record.source)}, {moment(record.updated_at)}"
    if not heard:
        yield "heard     never, or left out at its holder's wish"
    for index, view in enumerate(heard):
        recording = view.recording
        about = f"{moment(recording.captured_at)}  {where(recording)}  {length(recording.duration)}  "
        said = spoken(view.transcript) if view.HasField("transcript") else ""
        yield Text.assemble("heard     " if index == 0 else " " * 10, about, (said, FAINT))


def _licence_text(record: CallsignRecord) -> str:
    status = enum_word(LicenceStatus.Name(record.status), "LICENCE_STATUS_")
    parts = [status if record.status else "status unknown", record.licence_class]
    if record.HasField("granted_on"):
        parts.append(f"granted {_day(record.granted_on)}")
    if record.HasField("expires_on"):
        parts.append(f"runs to {_day(record.expires_on)}")
    return ", ".join(filter(None, parts))


def _day(day: Date) -> str:
    return f"{day.year:04}-{day.month:02}-{day.day:02}"
