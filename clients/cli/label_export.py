"""`tsn labels export`: what people put right, as lines that the extractor can be measured against."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.cli.command import Call, command
from clients.cli.conditions import moment_of
from clients.cli.output import clean
from clients.cli.render import counted
from tsn.extract.v1.review_pb2 import ExportLabelsRequest, LabelledLine

EXPORT_SECONDS = 600.0

app = typer.Typer(help="Labelled lines from people's corrections.", no_args_is_help=True)


@command(app, "export")
async def export(
    call: Call,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only what was said since: RFC 3339, or 7d ago.")
    ] = None,
    out: Annotated[
        str, typer.Option("--out", "-o", metavar="FILE", help="Where to write it; - for standard output.")
    ] = "-",
) -> None:
    """Write every segment that people put right or looked at as a line of JSON, each text once.

    The lines are those of tests/data/callsigns: python -m tools.evaluate.callsigns --corpus FILE reads them.
    """
    request = ExportLabelsRequest(since=moment_of(since, "--since") if since else None)
    answers = call.gateway.stream(call.gateway.reviews.ExportLabels, request, timeout_seconds=EXPORT_SECONDS)
    lines = (answer.line async for answer in answers)
    if out == "-":
        async for line in lines:
            call.output.line(label_document(line))
        return
    count = await _save(call, lines, Path(out))
    if call.output.as_json:
        call.output.document({"file": out, "lines": count})
    else:
        call.output.say(f"{clean(out)}: {counted(count, 'line')}")


def label_document(line: LabelledLine) -> dict[str, Any]:
    """As the corpus has it: a roster and a note only where there is one."""
    document: dict[str, Any] = {"id": line.id, "text": line.text}
    if line.roster:
        document["roster"] = list(line.roster)
    document |= {"callsigns": list(line.callsigns), "form": line.form}
    return document | ({"note": line.note} if line.note else {})


async def _save(call: Call, lines: AsyncIterator[LabelledLine], target: Path) -> int:
    """Write beside `target` and put it in place when whole. Returns the number of lines."""
    unfinished, count = target.with_name(f".{target.name}.part"), 0
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            async for line in lines:
                file.write(call.output.as_line(label_document(line)) + "\n")
                count += 1
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    return count
