"""`tsn nodes add|list|gaps`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from clients.cli.command import Call, command, without_verb
from clients.cli.names import node_name
from clients.cli.node_text import GAP_COLUMNS, NODE_COLUMNS, NODE_SPARE, NODE_WHOLE, gap_row, node_row
from clients.cli.options import AllOption, LimitOption, PageTokenOption
from clients.cli.paging import collect
from tsn.ingest.v1.ingest_pb2 import (
    CreateNodeRequest,
    ListNodeGapsRequest,
    ListNodeGapsResponse,
    ListNodesRequest,
    ListNodesResponse,
    NodeGap,
)
from tsn.ingest.v1.recording_pb2 import Node

PAGE_LIMIT = 1000

app = typer.Typer()


@command(app, "add")
async def add(
    call: Call,
    node: Annotated[str, typer.Argument(help="Id: letters, digits, - and _, 1 to 64 characters.")],
    display_name: Annotated[str, typer.Option(help="What people call the site.")] = "",
    time_zone: Annotated[str, typer.Option(help="IANA zone of the site, for display.")] = "",
) -> None:
    """Register a node."""
    request = CreateNodeRequest(node=Node(name=node_name(node), display_name=display_name, time_zone=time_zone))
    answer = await call.gateway.ask(call.gateway.ingest.CreateNode, request)
    if call.output.as_json:
        call.output.document(answer)
    else:
        call.output.say(f"{answer.node.name} registered")


@command(app, "list")
async def list_nodes(call: Call, page_token: PageTokenOption = "") -> None:
    """List all nodes by id: what is wrong, last audio and heartbeat, backlog, clock, missing recordings, disk."""
    found, token = await all_nodes(call, page_token)
    if call.output.as_json:
        call.output.document(ListNodesResponse(nodes=found, next_page_token=token))
    elif found:
        now = datetime.now(UTC)
        call.output.table(NODE_COLUMNS, [node_row(node, now) for node in found], whole=NODE_WHOLE, spare=NODE_SPARE)
        if any(node.missing_recordings for node in found):
            call.output.note("`tsn nodes gaps NODE` names what is missing")
    else:
        call.output.say("no nodes; `tsn nodes add NODE` registers one")


@without_verb(app, "nodes")
async def nodes(call: Call) -> None:
    """The sites that send recordings; without a verb: list them."""
    await list_nodes(call)


@command(app, "gaps")
async def gaps(
    call: Call,
    node: Annotated[str, typer.Argument(help="Id of the node.")],
    limit: LimitOption = 50,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List what a node numbered and the mesh does not have, oldest first."""

    async def page(token: str, wanted: int) -> tuple[list[NodeGap], str]:
        request = ListNodeGapsRequest(name=node_name(node), page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.ingest.ListNodeGaps, request)
        return list(answer.gaps), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    if call.output.as_json:
        call.output.document(ListNodeGapsResponse(gaps=found, next_page_token=token))
        return
    if not found:
        call.output.say("no gaps: the mesh has every recording that the node numbered")
        return
    call.output.table(GAP_COLUMNS, [gap_row(gap) for gap in found])
    if token:
        call.output.note(f"the oldest {len(found)} are shown; --limit or --all shows more")


async def all_nodes(call: Call, page_token: str = "") -> tuple[list[Node], str]:
    """Every node; and the token, empty."""

    async def page(token: str, wanted: int) -> tuple[list[Node], str]:
        request = ListNodesRequest(page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.ingest.ListNodes, request)
        return list(answer.nodes), answer.next_page_token

    return await collect(page, limit=None, most=PAGE_LIMIT, token=page_token)
