"""`tsn rerun`: a stage again, over what is stored."""

from typing import Annotated

import typer

from clients.cli.batch_watch import watch_to_the_end
from clients.cli.choices import RerunStage
from clients.cli.command import Call, command
from clients.cli.conditions import conditions, recording_filter
from clients.cli.confirming import confirm
from clients.cli.names import short
from clients.cli.options import ChannelOption, DryRunOption, NodeOption, Since, Until, YesOption
from tsn.ingest.v1.batch_pb2 import Batch, BatchKind, CreateBatchRequest


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "rerun")(rerun)


async def rerun(
    call: Call,
    stage: Annotated[RerunStage, typer.Argument(help="Stage to run again; what follows it runs again too.")],
    node: NodeOption = None,
    channel: ChannelOption = None,
    since: Since = None,
    until: Until = None,
    recording: Annotated[str | None, typer.Option(help="Only this recording, by name.")] = None,
    engine: Annotated[str, typer.Option(help="With transcribe: engine, e.g. faster_whisper. (default: workers')")] = "",
    model: Annotated[str, typer.Option(help="With --engine: its model, e.g. large-v3. (default: the engine's)")] = "",
    note: Annotated[str, typer.Option(help="Why, for people.")] = "",
    dry_run: DryRunOption = False,
    wait: Annotated[bool, typer.Option("--wait", help="Until it has ended; exit 1 if a job died.")] = False,
    yes: YesOption = False,
) -> None:
    """Run a stage again as a batch, behind live traffic. Earlier transcripts stay; the newest good one is current.

    For example: tsn rerun transcribe --node w7abc --since 7d --engine faster_whisper --dry-run
    """
    if (engine or model) and stage is not RerunStage.TRANSCRIBE:
        raise typer.BadParameter("only transcribe has engines", param_hint="--engine")
    if model and not engine:
        raise typer.BadParameter("it needs --engine", param_hint="--model")
    chosen = _chosen(node, channel, since, until, recording)
    batch = Batch(kind=BatchKind.BATCH_KIND_RERUN, stage=stage, filter=chosen, engine=engine, model=model, note=note)
    ask = call.gateway.batches.CreateBatch
    if dry_run:
        answer = await call.gateway.ask(ask, CreateBatchRequest(batch=batch, dry_run=True))
        if call.output.as_json:
            call.output.document(answer)
        else:
            call.output.say(f"{answer.batch.total_recordings} recordings would run through {stage} again")
        return
    if not chosen:
        confirm(call, f"Run {stage} again over all recordings?", yes=yes)
    made = await call.gateway.ask(ask, CreateBatchRequest(batch=batch))
    if wait:
        if not call.output.as_json:
            call.output.note(f"{made.batch.name} runs; Ctrl-C leaves it running")
        await watch_to_the_end(call, made.batch.name, stream_json=False)
    elif call.output.as_json:
        call.output.document(made)
    else:
        call.output.say(f"{made.batch.name} made; `tsn batches watch {short(made.batch.name)}` follows it")


def _chosen(node: str | None, channel: str | None, since: str | None, until: str | None, recording: str | None) -> str:
    parts = (recording_filter(node, channel, None, since, until), conditions(("recording", "=", recording)))
    return " AND ".join(part for part in parts if part)
