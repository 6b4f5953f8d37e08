"""`tsn search`."""

from typing import Annotated

import typer
from rich.text import Text

from clients.cli.command import Call, command
from clients.cli.conditions import recording_filter
from clients.cli.options import AllOption, CallsignOption, ChannelOption, NodeOption, PageTokenOption, Since, Until
from clients.cli.paging import collect
from clients.cli.render import CALLSIGN, highlighted, moment, where
from tsn.query.v1.query_pb2 import SearchHit, SearchTranscriptsRequest, SearchTranscriptsResponse

PAGE_LIMIT = 200


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "search")(search)


async def search(
    call: Call,
    query: Annotated[
        str,
        typer.Argument(help='What was said: words, "phrases", AND, OR, NOT, (parentheses). None: all that passes.'),
    ] = "",
    node: NodeOption = None,
    channel: ChannelOption = None,
    callsign: CallsignOption = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 20,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """Find recordings by what was said, newest first."""
    request = SearchTranscriptsRequest(
        query=query, filter=recording_filter(node, channel, callsign, since, until), page_token=page_token
    )

    async def page(token: str, size: int) -> tuple[list[SearchHit], str]:
        request.page_token, request.page_size = token, size
        answer = await call.gateway.ask(call.gateway.query.SearchTranscripts, request)
        return list(answer.hits), answer.next_page_token

    hits, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    if call.output.as_json:
        call.output.document(SearchTranscriptsResponse(hits=hits, next_page_token=token))
        return
    if not hits:
        call.output.say(f"nothing found for {query!r}" if query else "nothing found")
        return
    marks = not call.output.interactive
    call.output.table(
        ("time", "node/channel", "callsigns", "heard", "recording"),
        [hit_row(hit, marks=marks) for hit in hits],
        whole=("time", "recording"),
    )
    if token:
        call.output.note(f"the newest {len(hits)} are shown; --limit or --all shows more")


def hit_row(hit: SearchHit, *, marks: bool) -> tuple[str, str, Text, Text, str]:
    """Time, place, callsigns, highlighted text, name."""
    recording = hit.recording
    return (
        moment(recording.captured_at),
        where(recording),
        Text(" ".join(hit.callsigns), style=CALLSIGN),
        highlighted(hit.snippets, marks=marks),
        recording.name,
    )
