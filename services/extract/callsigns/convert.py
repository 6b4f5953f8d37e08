"""Between registers and the wire."""

from datetime import date

from google.type.date_pb2 import Date

from mesh.rpc.times import to_timestamp
from services.extract.domain.callsign_import import (
    CallsignImport,
    HolderPart,
    ImportInvalid,
    ImportState,
    LicencePart,
    RegisterFile,
    RegisterRow,
)
from services.extract.domain.licences import Licence, LicenceStatus
from tsn.extract.v1 import callsign_pb2 as pb

STATUSES = {
    LicenceStatus.UNKNOWN: pb.LICENCE_STATUS_UNSPECIFIED,
    LicenceStatus.ACTIVE: pb.LICENCE_STATUS_ACTIVE,
    LicenceStatus.EXPIRED: pb.LICENCE_STATUS_EXPIRED,
    LicenceStatus.CANCELLED: pb.LICENCE_STATUS_CANCELLED,
    LicenceStatus.GONE: pb.LICENCE_STATUS_GONE,
}
_STATUS_OF = {wire: status for status, wire in STATUSES.items()}
STATES = {
    ImportState.RUNNING: pb.CALLSIGN_IMPORT_STATE_RUNNING,
    ImportState.DONE: pb.CALLSIGN_IMPORT_STATE_DONE,
}


def file_from_wire(message: pb.CallsignImportBegin) -> RegisterFile:
    """Which file is imported."""
    return RegisterFile(message.source, message.sha256, message.file_name, message.author)


def row_from_wire(row: pb.CallsignRow) -> RegisterRow:
    """A row. Raises ImportInvalid."""
    holder = licence = None
    if row.HasField("holder"):
        holder = HolderPart(row.holder.name, row.holder.city, row.holder.region, row.holder.country)
    if row.HasField("licence"):
        said = row.licence
        licence = LicencePart(
            status=_STATUS_OF.get(said.status, LicenceStatus.UNKNOWN),
            granted=_date_from_wire(said.granted_on) if said.HasField("granted_on") else None,
            expires=_date_from_wire(said.expires_on) if said.HasField("expires_on") else None,
        )
    licence_class = row.licence_class if row.HasField("licence_class") else None
    return RegisterRow(row.unique_id, row.callsign, holder, licence, licence_class)


def _date_from_wire(day: Date) -> date:
    try:
        return date(day.year, day.month, day.day)
    except ValueError as error:
        raise ImportInvalid("rows.rows.licence", f"no date: {day.year}-{day.month}-{day.day}") from error


def licence_to_wire(licence: Licence, *, anonymous: bool) -> pb.CallsignRecord:
    """A record; `anonymous`: without what says who it is."""
    return pb.CallsignRecord(
        name=f"callsignRecords/{licence.call}",
        callsign=licence.call,
        source=licence.source,
        status=STATUSES[licence.status],
        holder_name="" if anonymous else licence.name,
        city="" if anonymous else licence.city,
        region=licence.region,
        country=licence.country,
        grid="" if anonymous else licence.grid,
        licence_class=licence.licence_class,
        granted_on=_date_to_wire(licence.granted),
        expires_on=_date_to_wire(licence.expires),
        updated_at=to_timestamp(licence.updated_at),
    )


def _date_to_wire(day: date | None) -> Date | None:
    return Date(year=day.year, month=day.month, day=day.day) if day else None


def import_to_wire(found: CallsignImport) -> pb.CallsignImport:
    """An import as it stands."""
    return pb.CallsignImport(
        name=f"callsignImports/{found.id}",
        source=found.file.source,
        sha256=found.file.sha256,
        file_name=found.file.file_name,
        author=found.file.author,
        state=STATES[found.state],
        rows_taken=found.rows_taken,
        broken_lines=found.broken_lines,
        active_licences=found.active_licences or 0,
        started_at=to_timestamp(found.started_at),
        ended_at=to_timestamp(found.ended_at) if found.ended_at else None,
        updated_at=to_timestamp(found.updated_at),
    )
