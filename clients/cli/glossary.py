"""`tsn glossary show|list|add|remove`: what recognisers are told to expect."""

from typing import Annotated

import typer

from clients.cli.author import AuthorOption, author_of
from clients.cli.choices import TERM_KINDS, TermKindName
from clients.cli.command import Call, command
from clients.cli.glossary_text import TERM_COLUMNS, TERM_SPARE, TERM_WHOLE, glossary_lines, term_line, term_row
from clients.cli.listing import tell_page
from clients.cli.names import glossary_term_name, node_name
from clients.cli.options import AllOption, LimitOption, PageTokenOption
from clients.cli.paging import collect
from tsn.extract.v1.glossary_pb2 import (
    CreateGlossaryTermRequest,
    DeleteGlossaryTermRequest,
    GetGlossaryRequest,
    GlossaryTerm,
    ListGlossaryTermsRequest,
    ListGlossaryTermsResponse,
)

PAGE_LIMIT = 1000

app = typer.Typer(
    help="What speech recognisers are told to expect on a node: its regulars, and terms that people add.",
    no_args_is_help=True,
)


@command(app, "show")
async def show(call: Call, node: Annotated[str, typer.Argument(help="Id of the node.")]) -> None:
    """Show all that recognisers are told of a node: its regulars, the one heard last first, and terms."""
    answer = await call.gateway.ask(call.gateway.glossary.GetGlossary, GetGlossaryRequest(node=node_name(node)))
    if call.output.as_json:
        call.output.document(answer.glossary)
        return
    for line in glossary_lines(answer.glossary):
        call.output.say(line)


@command(app, "list")
async def list_terms(
    call: Call,
    node: Annotated[str | None, typer.Option("--node", help="Only what holds on this node.")] = None,
    limit: LimitOption = 200,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List the terms that people added, oldest first."""
    place = node_name(node) if node else ""

    async def page(token: str, wanted: int) -> tuple[list[GlossaryTerm], str]:
        request = ListGlossaryTermsRequest(node=place, page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.glossary.ListGlossaryTerms, request)
        return list(answer.terms), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    tell_page(
        call,
        ListGlossaryTermsResponse(terms=found, next_page_token=token),
        [term_row(term) for term in found],
        columns=TERM_COLUMNS,
        whole=TERM_WHOLE,
        spare=TERM_SPARE,
        none="no terms; `tsn glossary add TERM --kind club` adds one",
        which="oldest",
    )


@command(app, "add")
async def add(
    call: Call,
    term: Annotated[str, typer.Argument(metavar="TERM", help="As it should be written; quote several words.")],
    kind: Annotated[TermKindName, typer.Option("--kind", help="What it names.")],
    node: Annotated[str | None, typer.Option("--node", help="Where it is said; without: on all nodes.")] = None,
    spoken: Annotated[
        str, typer.Option("--spoken", help="How it is said, where that does not follow from its letters.")
    ] = "",
    author: AuthorOption = None,
) -> None:
    """Add a term. For example: tsn glossary add PSRG --kind club --spoken "P S R G" --node hill."""
    asked = GlossaryTerm(node=node_name(node) if node else "", term=term, kind=TERM_KINDS[kind], spoken=spoken)
    request = CreateGlossaryTermRequest(term=asked, author=author_of(author))
    answer = await call.gateway.ask(call.gateway.glossary.CreateGlossaryTerm, request)
    if call.output.as_json:
        call.output.document(answer.term)
        return
    call.output.say(term_line(answer.term))


@command(app, "remove")
async def remove(
    call: Call,
    term: Annotated[str, typer.Argument(metavar="TERM", help="Name, glossaryTerms/TERM, or the id alone.")],
    author: AuthorOption = None,
) -> None:
    """Remove a term."""
    request = DeleteGlossaryTermRequest(name=glossary_term_name(term), author=author_of(author))
    answer = await call.gateway.ask(call.gateway.glossary.DeleteGlossaryTerm, request)
    if call.output.as_json:
        call.output.document(answer)
        return
    call.output.say(f"{request.name} removed")
