"""`tsn upload`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from clients.cli.choices import LANES, LaneName
from clients.cli.command import Call, command
from clients.cli.conditions import parse_moment
from clients.cli.failures import FAILURE
from clients.cli.labels import Given, LabelledFile, Unlabelled, label
from clients.cli.names import batch_name
from clients.cli.options import TimeZoneOption
from clients.cli.render import exact_moment
from clients.cli.sending import Fate, FileReport, Sender
from clients.cli.upload_view import upload_view
from clients.common.zones import zone_named
from tsn.ingest.v1.recording_pb2 import Lane


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "upload")(upload)


async def upload(
    call: Call,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True, help="Recordings.")
    ],
    node: Annotated[str | None, typer.Option(help="Node that recorded them. (default: from the file name)")] = None,
    channel: Annotated[str | None, typer.Option(help="Channel. (default: from the file name, else main)")] = None,
    captured_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Start of the audio, RFC 3339 with zone. (default: from the file name)"),
    ] = None,
    time_zone: TimeZoneOption = "UTC",
    lane: Annotated[LaneName | None, typer.Option(help="Urgency of the work. (default: live)")] = None,
    batch: Annotated[str | None, typer.Option(metavar="BATCH", help="Batch that their work belongs to.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Until each is searchable; exit 1 if one is not.")] = False,
    wait_timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="With --wait: longest for each recording.")
    ] = 600.0,
) -> None:
    """Send recordings; exit 0 only if the mesh has them all, durably."""
    given = _given(len(files), node, channel, captured_at, time_zone)
    labelled = _label_all(files, given)
    for file in labelled:
        if file.ambiguous:
            call.output.note(
                f"{file.path}: the clock showed this time twice; {exact_moment(file.captured_at)} is taken "
                "(--captured-at says otherwise)"
            )
    view, showing = upload_view(call.output, labelled, waits=wait)
    sender = Sender(
        gateway=call.gateway,
        tracer=call.tracer,
        view=view,
        lane=LANES[lane] if lane else Lane.LANE_UNSPECIFIED,
        wait_seconds=wait_timeout if wait else None,
        batch=batch_name(batch) if batch else "",
    )
    with showing:
        reports = await sender.send_all(labelled)
    if call.output.as_json:
        call.output.document({"files": [_document(report) for report in reports]})
    else:
        _summarise(call, reports)
    if not all(report.arrived for report in reports):
        raise typer.Exit(FAILURE)


def _given(count: int, node: str | None, channel: str | None, captured_at: str | None, time_zone: str) -> Given:
    if captured_at is not None and count > 1:
        raise typer.BadParameter("it is the time of one recording, but several are given", param_hint="--captured-at")
    return Given(
        node=node.removeprefix("nodes/") if node else None,
        channel=channel,
        captured_at=parse_moment(captured_at, "--captured-at") if captured_at is not None else None,
        zone=parse_zone(time_zone),
    )


def parse_zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises typer.BadParameter."""
    try:
        return zone_named(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--time-zone") from None


def _label_all(files: Sequence[Path], given: Given) -> list[LabelledFile]:
    """All or none: what is not known of one file is asked before any is sent. Each file counts once."""
    try:
        return [label(path, given) for path in dict.fromkeys(files)]
    except Unlabelled as error:
        raise typer.BadParameter(str(error)) from None


def _summarise(call: Call, reports: Sequence[FileReport]) -> None:
    bad = [report for report in reports if not report.arrived]
    if not bad:
        return
    call.output.note(f"{len(bad)} of {len(reports)} did not arrive")
    for hint in dict.fromkeys(report.hint for report in bad if report.hint):
        call.output.note(f"hint: {hint}")


def _document(report: FileReport) -> dict[str, Any]:
    return {
        "file": str(report.file.path),
        "node": report.file.node,
        "channel": report.file.channel,
        "capturedAt": exact_moment(report.file.captured_at),
        "fate": report.fate.value,
        "recording": report.recording,
        "deduplicated": report.deduplicated,
        "searchable": report.fate is Fate.SEARCHABLE,
        "reason": report.reason,
        "message": report.message,
        "traceId": report.trace_id,
    }
