"""`tsn callsigns import|imports|show`: public registers of callsigns."""

from pathlib import Path
from typing import Annotated

import typer

from clients.cli.author import AuthorOption, author_of
from clients.cli.callsign_import import CallsignImporter
from clients.cli.callsign_text import IMPORT_COLUMNS, IMPORT_SPARE, IMPORT_WHOLE, import_row, record_lines
from clients.cli.callsign_view import CallsignProgress, outcome_document, outcome_lines
from clients.cli.command import Call, command
from clients.cli.conditions import recording_filter
from clients.cli.listing import tell_page
from clients.cli.options import AllOption, LimitOption, PageTokenOption
from clients.cli.output import message_dict
from clients.cli.paging import collect
from clients.common.errors import Refused
from tsn.extract.v1.callsign_pb2 import (
    CallsignImport,
    CallsignRecord,
    GetCallsignRecordRequest,
    ListImportsRequest,
    ListImportsResponse,
)
from tsn.query.v1.query_pb2 import ListRecordingsRequest

PAGE_LIMIT = 1000
HEARD_SHOWN = 5
UNKNOWN = "CALLSIGN_UNKNOWN"

app = typer.Typer(help="Whom callsigns are issued to: import public registers, look calls up.", no_args_is_help=True)


@command(app, "import")
async def import_callsigns(
    call: Call,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            exists=True,
            readable=True,
            help="FCC's l_amat.zip or a folder with its EN.dat, HD.dat, AM.dat; ISED's amateur_delim.zip or .txt.",
        ),
    ],
    again: Annotated[bool, typer.Option("--again", help="Also a file that was imported before.")] = False,
    author: AuthorOption = None,
) -> None:
    """Import a register of callsigns; started again with the same file it goes on where it was cut.

    Lines that cannot be read are counted and passed over.
    """
    view = CallsignProgress(call.output)
    importer = CallsignImporter(call.gateway, view)
    with view.shown():
        outcome = await importer.run(path, author=author_of(author), again=again)
    if call.output.as_json:
        call.output.document(outcome_document(outcome))
        return
    for line in outcome_lines(outcome):
        call.output.say(line)


@command(app, "imports")
async def imports(
    call: Call, limit: LimitOption = 50, everything: AllOption = False, page_token: PageTokenOption = ""
) -> None:
    """List imports of registers, newest first."""

    async def page(token: str, wanted: int) -> tuple[list[CallsignImport], str]:
        request = ListImportsRequest(page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.callsign_data.ListImports, request)
        return list(answer.imports), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    tell_page(
        call,
        ListImportsResponse(imports=found, next_page_token=token),
        [import_row(one) for one in found],
        columns=IMPORT_COLUMNS,
        whole=IMPORT_WHOLE,
        spare=IMPORT_SPARE,
        none="no imports; `tsn callsigns import PATH` makes one",
    )


@command(app, "show")
async def show(call: Call, callsign: Annotated[str, typer.Argument(metavar="CALL", help="Base call.")]) -> None:
    """Show whom a callsign is issued to, and when and where it was heard last."""
    name = callsign.upper()
    record = await _record(call, name)
    request = ListRecordingsRequest(filter=recording_filter(None, None, name, None, None), page_size=HEARD_SHOWN)
    heard = list((await call.gateway.ask(call.gateway.query.ListRecordings, request)).recordings)
    if call.output.as_json:
        call.output.document(
            {
                "record": message_dict(record) if record else None,
                "heard": [message_dict(view) for view in heard],
            }
        )
        return
    for line in record_lines(name, record, heard):
        call.output.say(line)


async def _record(call: Call, name: str) -> CallsignRecord | None:
    """What registers know; None where none does."""
    request = GetCallsignRecordRequest(name=f"callsignRecords/{name}")
    try:
        return (await call.gateway.ask(call.gateway.callsign_data.GetCallsignRecord, request)).record
    except Refused as refused:
        if refused.reason != UNKNOWN:
            raise
        return None
