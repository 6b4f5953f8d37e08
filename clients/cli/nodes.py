"""`tsn nodes add|list`."""

from typing import Annotated

import typer
from rich.text import Text

from clients.cli.command import Call, command
from clients.cli.options import PageTokenOption
from clients.cli.output import clean
from clients.cli.paging import collect
from clients.cli.render import FAINT, moment
from tsn.ingest.v1.ingest_pb2 import CreateNodeRequest, ListNodesRequest, ListNodesResponse
from tsn.ingest.v1.recording_pb2 import Node

PAGE_LIMIT = 1000

app = typer.Typer(help="The sites that send recordings.", no_args_is_help=True)


@command(app, "add")
async def add(
    call: Call,
    node: Annotated[str, typer.Argument(help="Id: letters, digits, - and _, 1 to 64 characters.")],
    display_name: Annotated[str, typer.Option(help="What people call the site.")] = "",
    time_zone: Annotated[str, typer.Option(help="IANA zone of the site, for display.")] = "",
) -> None:
    """Register a node."""
    name = f"nodes/{node.removeprefix('nodes/')}"
    request = CreateNodeRequest(node=Node(name=name, display_name=display_name, time_zone=time_zone))
    answer = await call.gateway.ask(call.gateway.ingest.CreateNode, request)
    if call.output.as_json:
        call.output.document(answer)
    else:
        call.output.say(f"{answer.node.name} registered")


@command(app, "list")
async def list_nodes(call: Call, page_token: PageTokenOption = "") -> None:
    """List all nodes by id."""
    found, token = await all_nodes(call, page_token)
    if call.output.as_json:
        call.output.document(ListNodesResponse(nodes=found, next_page_token=token))
    elif found:
        call.output.table(
            ("node", "name", "recordings", "last recording", "heartbeat", "waiting"), [_row(node) for node in found]
        )
    else:
        call.output.say("no nodes; `tsn nodes add NODE` registers one")


async def all_nodes(call: Call, page_token: str = "") -> tuple[list[Node], str]:
    """Every node; and the token, empty."""

    async def page(token: str, wanted: int) -> tuple[list[Node], str]:
        request = ListNodesRequest(page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.ingest.ListNodes, request)
        return list(answer.nodes), answer.next_page_token

    return await collect(page, limit=None, most=PAGE_LIMIT, token=page_token)


def _row(node: Node) -> tuple[Text, str, str, str, str, str]:
    name = Text(node.name.removeprefix("nodes/"))
    if node.self_registered:
        name.append(" (registered itself)", style=FAINT)
    waiting = str(node.health.spooled_recordings) if node.HasField("health") else "-"
    return (
        name,
        clean(node.display_name),
        str(node.recording_count),
        moment(node.last_captured_at),
        moment(node.last_heartbeat_at),
        waiting,
    )
