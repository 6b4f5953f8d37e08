"""`tsn corrections list|add|disable|enable|remove|test|history`: what recognisers mis-hear."""

from typing import Annotated

import typer

from clients.cli.author import AuthorOption, author_of
from clients.cli.choices import CATEGORIES, CategoryName
from clients.cli.command import Call, command
from clients.cli.conditions import conditions
from clients.cli.correction_text import (
    CHANGE_COLUMNS,
    CHANGE_SPARE,
    CHANGE_WHOLE,
    CORRECTION_COLUMNS,
    CORRECTION_SPARE,
    CORRECTION_WHOLE,
    change_row,
    correction_line,
    correction_row,
    trial_lines,
)
from clients.cli.listing import tell_page
from clients.cli.options import AllOption, LimitOption, PageTokenOption
from clients.cli.paging import collect
from tsn.extract.v1.correction_pb2 import (
    Correction,
    CorrectionChange,
    CreateCorrectionRequest,
    CreateCorrectionResponse,
    DeleteCorrectionRequest,
    ListCorrectionChangesRequest,
    ListCorrectionChangesResponse,
    ListCorrectionsRequest,
    ListCorrectionsResponse,
    TestCorrectionsRequest,
    UpdateCorrectionRequest,
    UpdateCorrectionResponse,
)

PAGE_LIMIT = 1000

app = typer.Typer(
    help="What recognisers write for spoken letters and digits; in force on all workers within a second.",
    no_args_is_help=True,
)
HeardArgument = Annotated[str, typer.Argument(metavar="WORDS", help="What is heard: one word, or two in quotes.")]
MeantArgument = Annotated[list[str], typer.Argument(metavar="MEANT...", help="Letters or digits meant, best first.")]
CategoryOption = Annotated[
    CategoryName | None, typer.Option("--category", help="What kind of word it is; it says how far it is trusted.")
]
WithOption = Annotated[
    list[str] | None, typer.Option("--with", metavar="WORDS=MEANT", help="Try this too, e.g. banana=K or box=B,F.")
]
WithoutOption = Annotated[list[str] | None, typer.Option("--without", metavar="WORDS", help="Try without this.")]
ExpectOption = Annotated[list[str] | None, typer.Option("--expect", metavar="CALL", help="A callsign expected.")]


@command(app, "list")
async def list_corrections(
    call: Call,
    category: CategoryOption = None,
    meant: Annotated[str | None, typer.Option("--meant", metavar="LETTER", help="Only what may mean this.")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--enabled/--disabled", help="Only those in force, or those that are not.")
    ] = None,
    limit: LimitOption = 200,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """List corrections in order of what is heard. For example: tsn corrections list --meant Q."""
    chosen = conditions(
        ("enabled", "=", None if enabled is None else str(enabled).lower()),
        ("category", "=", category),
        ("meant", "=", meant),
    )
    version = 0

    async def page(token: str, wanted: int) -> tuple[list[Correction], str]:
        nonlocal version
        request = ListCorrectionsRequest(filter=chosen, page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.corrections.ListCorrections, request)
        version = answer.version
        return list(answer.corrections), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    some = tell_page(
        call,
        ListCorrectionsResponse(corrections=found, next_page_token=token, version=version),
        [correction_row(correction) for correction in found],
        columns=CORRECTION_COLUMNS,
        whole=CORRECTION_WHOLE,
        spare=CORRECTION_SPARE,
        none="no corrections; `tsn corrections add WORDS MEANT` adds one",
        which="first",
    )
    if some:
        call.output.note(f"version {version} of the table")


@command(app, "add")
async def add(
    call: Call,
    heard: HeardArgument,
    meant: MeantArgument,
    category: CategoryOption = None,
    note: Annotated[str, typer.Option("--note", help="Why, for those who come after.")] = "",
    disabled: Annotated[bool, typer.Option("--disabled", help="Keep it out of force for now.")] = False,
    author: AuthorOption = None,
) -> None:
    """Add a correction. For example: tsn corrections add "key local" K --note "heard on the hill"."""
    correction = _correction(heard, meant, category)
    correction.note, correction.enabled = note, not disabled
    request = CreateCorrectionRequest(correction=correction, author=author_of(author))
    answer = await call.gateway.ask(call.gateway.corrections.CreateCorrection, request)
    _tell(call, answer)


@command(app, "enable")
async def enable(call: Call, heard: HeardArgument, author: AuthorOption = None) -> None:
    """Put a correction in force."""
    await _put(call, heard, author, enabled=True)


@command(app, "disable")
async def disable(call: Call, heard: HeardArgument, author: AuthorOption = None) -> None:
    """Put a correction out of force, and keep it."""
    await _put(call, heard, author, enabled=False)


@command(app, "remove")
async def remove(call: Call, heard: HeardArgument, author: AuthorOption = None) -> None:
    """Remove a correction; its history stays."""
    request = DeleteCorrectionRequest(name=_name(heard), author=author_of(author))
    answer = await call.gateway.ask(call.gateway.corrections.DeleteCorrection, request)
    if call.output.as_json:
        call.output.document(answer)
        return
    call.output.say(f"removed: version {answer.version} of the table")


@command(app, "test")
async def try_out(
    call: Call,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What a recogniser wrote.")],
    tried: WithOption = None,
    without: WithoutOption = None,
    category: CategoryOption = None,
    expected: ExpectOption = None,
) -> None:
    """Show what a text is read as, now and with corrections that are not stored. Changes nothing.

    For example: tsn corrections test "this is banana seven alpha bravo charlie" --with banana=K
    """
    corrections = [_given(each, category) for each in tried or ()]
    corrections += [Correction(heard=each, enabled=False) for each in without or ()]
    request = TestCorrectionsRequest(text=text, corrections=corrections, roster=expected or ())
    answer = await call.gateway.ask(call.gateway.corrections.TestCorrections, request)
    if call.output.as_json:
        call.output.document(answer)
        return
    for line in trial_lines(answer, [*(tried or ()), *(f"no {each}" for each in without or ())]):
        call.output.say(line)


@command(app, "history")
async def history(
    call: Call,
    heard: Annotated[str | None, typer.Argument(metavar="[WORDS]", help="Only of these words.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHO", help="Only what this person changed.")] = None,
    limit: LimitOption = 50,
    everything: AllOption = False,
    page_token: PageTokenOption = "",
) -> None:
    """Show who changed what, the latest first."""
    chosen = conditions(("heard", "=", heard), ("author", "=", by))

    async def page(token: str, wanted: int) -> tuple[list[CorrectionChange], str]:
        request = ListCorrectionChangesRequest(filter=chosen, page_token=token, page_size=wanted)
        answer = await call.gateway.ask(call.gateway.corrections.ListCorrectionChanges, request)
        return list(answer.changes), answer.next_page_token

    found, token = await collect(page, limit=None if everything else limit, most=PAGE_LIMIT, token=page_token)
    tell_page(
        call,
        ListCorrectionChangesResponse(changes=found, next_page_token=token),
        [change_row(change) for change in found],
        columns=CHANGE_COLUMNS,
        whole=CHANGE_WHOLE,
        spare=CHANGE_SPARE,
        none="nothing was changed",
    )


async def _put(call: Call, heard: str, author: str | None, *, enabled: bool) -> None:
    request = UpdateCorrectionRequest(
        correction=Correction(name=_name(heard), enabled=enabled), author=author_of(author)
    )
    request.update_mask.paths.append("enabled")
    answer = await call.gateway.ask(call.gateway.corrections.UpdateCorrection, request)
    _tell(call, answer)


def _tell(call: Call, answer: CreateCorrectionResponse | UpdateCorrectionResponse) -> None:
    if call.output.as_json:
        call.output.document(answer)
        return
    call.output.say(correction_line(answer.correction))
    call.output.note(f"version {answer.version} of the table")


def _correction(heard: str, meant: list[str], category: CategoryName | None) -> Correction:
    kind = CATEGORIES[category or CategoryName.MISHEARD]
    return Correction(heard=heard, meant=meant[0], alternatives=meant[1:], category=kind)


def _given(text: str, category: CategoryName | None) -> Correction:
    """`WORDS=MEANT[,MEANT]`. Raises typer.BadParameter."""
    heard, _, meant = text.partition("=")
    if not heard.strip() or not meant.strip():
        raise typer.BadParameter(f"{text!r} is not WORDS=MEANT, as in banana=K", param_hint="--with")
    return _correction(heard, meant.split(","), category)


def _name(heard: str) -> str:
    """Resource name of the correction of these words; of one that is named whole, itself."""
    return f"corrections/{'-'.join(heard.removeprefix('corrections/').lower().split())}"
