"""`tsn recordings list|show|audio`."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer
from google.api.httpbody_pb2 import HttpBody
from rich.text import Text

from clients.cli.command import Call, command
from clients.cli.conditions import recording_filter
from clients.cli.options import AllOption, CallsignOption, ChannelOption, NodeOption, PageTokenOption, Since, Until
from clients.cli.paging import collect
from clients.cli.recording_text import recording_lines
from clients.cli.render import CALLSIGN, distinct_calls, length, moment, size, spoken, where
from tsn.query.v1.query_pb2 import (
    DownloadAudioRequest,
    GetRecordingRequest,
    ListRecordingsRequest,
    ListRecordingsResponse,
    RecordingView,
)

PAGE_LIMIT = 1000
AUDIO_SECONDS = 600.0
"""Longest a download may take: an hour of PCM on a thin line."""

app = typer.Typer(help="What the mesh has heard.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="nodes/NODE/recordings/RECORDING")]


@command(app, "list")
async def list_recordings(
    call: Call,
    node: NodeOption = None,
    channel: ChannelOption = None,
    callsign: CallsignOption = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 50,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List recordings by airtime, newest first."""
    request = ListRecordingsRequest(filter=recording_filter(node, channel, callsign, since, until))

    async def page(token: str, wanted: int) -> tuple[list[RecordingView], str]:
        request.page_token, request.page_size = token, wanted
        answer = await call.gateway.ask(call.gateway.query.ListRecordings, request)
        return list(answer.recordings), answer.next_page_token

    views, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    if call.output.as_json:
        call.output.document(ListRecordingsResponse(recordings=views, next_page_token=token))
        return
    if not views:
        call.output.say("no recordings")
        return
    call.output.table(
        ("time", "node/channel", "length", "callsigns", "heard", "recording"),
        [_row(one) for one in views],
        whole=("time", "recording"),
    )
    if token:
        call.output.note(f"the newest {len(views)} are shown; --limit or --all shows more")


@command(app, "show")
async def show(call: Call, name: NameArgument) -> None:
    """Show one recording: segments, callsigns, alerts, trace."""
    answer = await call.gateway.ask(call.gateway.query.GetRecording, GetRecordingRequest(name=name))
    if call.output.as_json:
        call.output.document(answer)
        return
    for line in recording_lines(answer.recording, call.output.width):
        call.output.say(line)


@command(app, "audio")
async def audio(
    call: Call,
    name: NameArgument,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where to write it; - for standard output.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Fetch the audio as the node sent it."""
    if output == "-" and call.output.as_json:
        raise typer.BadParameter("--json and audio cannot share standard output", param_hint="--output")
    pieces = call.gateway.stream(
        call.gateway.query.DownloadAudio, DownloadAudioRequest(name=name), timeout_seconds=AUDIO_SECONDS
    )
    if output == "-":
        async for piece in pieces:
            sys.stdout.buffer.write(piece.data)
        sys.stdout.buffer.flush()
        return
    target = Path(output) if output else await _default_target(call, name)
    if target.exists() and not force:
        raise typer.BadParameter(f"{target} exists; --force overwrites it", param_hint="--output")
    count, content_type = await _save(pieces, target)
    if call.output.as_json:
        call.output.document({"file": str(target), "sizeBytes": count, "contentType": content_type})
    else:
        call.output.say(f"{target}: {size(count)}, {content_type or 'type unknown'}")


async def _default_target(call: Call, name: str) -> Path:
    # Never the name that the node gave: it is somebody else's text.
    answer = await call.gateway.ask(call.gateway.query.GetRecording, GetRecordingRequest(name=name))
    recording = answer.recording.recording
    extension = recording.container if recording.container.isalnum() else "audio"
    return Path(f"{recording.name.rpartition('/')[2]}.{extension}")


async def _save(pieces: AsyncIterator[HttpBody], target: Path) -> tuple[int, str]:
    """Write beside `target` and put it in place when whole. Returns bytes and content type."""
    unfinished = target.with_name(f".{target.name}.part")
    count, content_type = 0, ""
    try:
        with unfinished.open("wb") as file:
            async for piece in pieces:
                content_type = piece.content_type or content_type
                count += file.write(piece.data)
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    return count, content_type


def _row(view: RecordingView) -> tuple[str, str, str, Text, str, str]:
    recording = view.recording
    heard = spoken(view.transcript) if view.HasField("transcript") else "(not transcribed yet)"
    calls = Text(" ".join(distinct_calls(view.mentions)), style=CALLSIGN)
    return moment(recording.captured_at), where(recording), length(recording.duration), calls, heard, recording.name
