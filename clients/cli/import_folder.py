"""`tsn import`: an archive as one batch, behind live traffic."""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from clients.cli.archive import Archive, read_archive
from clients.cli.batch_text import ENDED_STATES
from clients.cli.batch_watch import watch_to_the_end
from clients.cli.command import Call, command
from clients.cli.failures import FAILURE
from clients.cli.import_report import Outcome, dry_document, dry_lines, final_document, final_lines
from clients.cli.import_view import ImportProgress
from clients.cli.importing import PATIENT, Importer, Pending
from clients.cli.journal import REMEMBERED, Entry, Journal, identity, journal_path, stored_in
from clients.cli.labels import Given
from clients.cli.names import node_id, short
from clients.cli.options import TimeZoneOption
from clients.cli.sending import Fate, Sender
from clients.cli.upload import parse_zone
from clients.common.labels import ChannelFrom
from tsn.ingest.v1.batch_pb2 import Batch, BatchKind, CreateBatchRequest
from tsn.ingest.v1.recording_pb2 import Lane


@dataclass(frozen=True)
class Plan:
    """What there is to do. `remembered`: what the journal knows of files as they are now, by key."""

    archive: Archive
    pending: list[Pending]
    remembered: dict[str, Entry]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "import")(import_folder)


async def import_folder(
    call: Call,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, readable=True, help="The archive.")
    ],
    node: Annotated[str | None, typer.Option(help="Node that recorded it. (default: from the file names)")] = None,
    channel: Annotated[str | None, typer.Option(help="Channel. (default: from the file names, else main)")] = None,
    channel_from: Annotated[
        ChannelFrom | None,
        typer.Option(help="Where the channel comes from; --channel where that says nothing. (default: name)"),
    ] = None,
    time_zone: TimeZoneOption = "UTC",
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Files sent at the same time.")] = 4,
    note: Annotated[str, typer.Option(help="For people: what the batch is.")] = "",
    journal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where it keeps what is done. (default: the state folder)")
    ] = None,
    retry_refused: Annotated[bool, typer.Option("--retry-refused", help="Send again what was refused before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent; ask no server.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Until all of it is worked off; exit 1 if a job died.")] = False,
) -> None:
    """Send all recordings below a folder as one batch; started again it goes on. Exit 1 if any did not arrive.

    Node, channel and time come from the options, else from file names in the recorders' styles, as `tsn upload` reads
    them; all folders below, extensions in any case.
    For example: tsn import /archive/2019 --node w7abc --time-zone America/Los_Angeles --channel-from folder
    """
    given = Given(
        node=node_id(node) if node else None,
        channel=channel,
        captured_at=None,
        zone=parse_zone(time_zone),
        channel_from=channel_from,
    )
    archive = await asyncio.to_thread(read_archive, folder, given)
    path = journal or journal_path(folder, call.gateway.address)
    if dry_run:
        entries = await asyncio.to_thread(_peek, path)
        plan = await asyncio.to_thread(_plan, archive, entries, retry_refused=retry_refused)
        _tell_dry(call, plan)
        return
    with Journal(path) as opened:
        plan = await asyncio.to_thread(_plan, archive, opened.entries(), retry_refused=retry_refused)
        await _import(call, plan, opened, parallel=parallel, note=note or f"import of {folder.name}", wait=wait)


async def _import(call: Call, plan: Plan, journal: Journal, *, parallel: int, note: str, wait: bool) -> None:
    batch = await _batch(call, plan, journal, note) if plan.pending else ""
    view = ImportProgress(call.output, len(plan.pending))
    sender = Sender(call.gateway, call.tracer, view, lane=Lane.LANE_BATCH, policy=PATIENT, batch=batch)
    importer = Importer(sender, journal, view, batch, parallel)
    if batch and not call.output.as_json:
        call.output.note(f"{batch}: {len(plan.pending)} files to send, {len(plan.remembered)} done before")
    try:
        with view.shown():
            await importer.run(plan.pending)
    except asyncio.CancelledError:
        left = len(plan.pending) - len(importer.reports)
        call.output.note(f"{left} of {len(plan.pending)} files are left; the same command goes on with them")
        raise
    outcome = Outcome(batch, plan.archive, importer.reports, list(plan.remembered.items()), importer.gave_up)
    if batch and not outcome.to_be_continued:
        journal.close_batch()
    if call.output.as_json:
        call.output.document(final_document(outcome))
    for line in () if call.output.as_json else final_lines(outcome):
        call.output.say(line)
    ours = stored_in(journal.entries().values(), batch)
    if wait and batch and ours:
        await watch_to_the_end(
            call, batch, stream_json=False, quiet=call.output.as_json, enough=partial(_worked_off, ours)
        )
    if outcome.problems:
        raise typer.Exit(FAILURE)


async def _batch(call: Call, plan: Plan, journal: Journal, note: str) -> str:
    """Name of the batch: that of the import that was broken off, else a new one."""

    async def ask() -> Batch:
        said = journal.announced(len(plan.pending), note)
        wanted = Batch(kind=BatchKind.BATCH_KIND_IMPORT, note=said.note, total_recordings=said.total)
        request = CreateBatchRequest(batch=wanted, request_id=said.request_id)
        return (await call.gateway.ask(call.gateway.batches.CreateBatch, request)).batch

    found = await ask()
    if found.state in ENDED_STATES:
        journal.close_batch()
        found = await ask()
    if not call.output.as_json:
        call.output.note(f"`tsn batches watch {short(found.name)}` follows its work")
    return found.name


def _plan(archive: Archive, entries: dict[str, Entry], *, retry_refused: bool) -> Plan:
    """Sort the archive into what is to be sent and what is done."""
    pending: list[Pending] = []
    remembered: dict[str, Entry] = {}
    done = [fate for fate in REMEMBERED if not (retry_refused and fate is Fate.REFUSED)]
    for file in archive.files:
        key = archive.key(file.path)
        known, now = entries.get(key), identity(file)
        if known and known.identity == now and known.fate in done:
            remembered[key] = known
        else:
            pending.append(Pending(key, now, file))
    return Plan(archive, pending, remembered)


def _peek(path: Path) -> dict[str, Entry]:
    """What a journal knows, without making one."""
    if not path.exists():
        return {}
    with Journal(path) as journal:
        return journal.entries()


def _tell_dry(call: Call, plan: Plan) -> None:
    if call.output.as_json:
        call.output.document(dry_document(plan.archive, [one.file for one in plan.pending]))
        return
    for line in dry_lines(plan.archive, [one.file for one in plan.pending]):
        call.output.say(line)


def _worked_off(ours: int, batch: Batch) -> bool:
    """True when every recording that this import brought has ended, whatever was announced."""
    counts = batch.counts
    return batch.ended_recordings >= ours and not (counts.queued or counts.running or counts.waiting)
