"""`tsn-node`: reads its settings, builds the agent from its leaves, runs it."""

import asyncio
import fcntl
import json
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from pydantic import ValidationError

from clients.common.backoff import Backoff
from clients.common.channel import open_channel
from clients.common.labels import ChannelFrom, Labels
from clients.common.logs import configure_logging
from clients.common.telemetry import Tracing, start_tracing
from clients.common.upload import UploadPolicy
from clients.node.agent import Agent, Pace
from clients.node.config import NodeSettings
from clients.node.disk import DiskGuard, disk_usage
from clients.node.heartbeat import Heart, node_version
from clients.node.intake import Intake
from clients.node.schedule import Schedule, SchedulePolicy
from clients.node.settle import Settler
from clients.node.shelf import Shelf
from clients.node.spool import Spool
from clients.node.spool_schema import SpoolTooNew
from clients.node.status import spool_facts, status_text
from clients.node.uploader import Uploader
from clients.node.watcher import Watcher
from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceStub

if TYPE_CHECKING:
    # Exists for the type checker only.
    from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceAsyncStub

SPOOL_FILE = "spool.db"
PROBLEMS_SHOWN = 10
LONGEST_WAIT_SECONDS = 5.0
"""A sender that would have to wait longer sends something else meanwhile."""

app = typer.Typer(help="Sends a field site's recordings to The Spoken Network.", no_args_is_help=True)
log = structlog.get_logger(__name__)


def run() -> None:
    """Entry point of the installed command."""
    app(prog_name="tsn-node")


@app.command("run")
def run_command(
    watch: Annotated[list[Path] | None, typer.Option(help="Folder that a recorder writes to.")] = None,
    node: Annotated[str | None, typer.Option(help="This node's id.")] = None,
    channel: Annotated[str | None, typer.Option(help="Channel of the recordings. [main]")] = None,
    channel_from: Annotated[ChannelFrom | None, typer.Option(help="Where the channel comes from. [fixed]")] = None,
    channel_map: Annotated[list[str] | None, typer.Option("--map", help="FOLDER=CHANNEL, may be repeated.")] = None,
    gateway: Annotated[str | None, typer.Option(help="host:port, or https://host.")] = None,
    spool: Annotated[Path | None, typer.Option(help="Folder of what waits and what was refused.")] = None,
    archive: Annotated[Path | None, typer.Option(help="Folder for what was sent. [SPOOL/archive]")] = None,
    time_zone: Annotated[str | None, typer.Option(help="IANA zone of times in file names. [this machine's]")] = None,
    keep: Annotated[bool | None, typer.Option("--keep", help="Leave files where they are.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Send what is there and end.")] = False,
    stability_seconds: Annotated[float | None, typer.Option(help="A finished file stands still. [3]")] = None,
    heartbeat_seconds: Annotated[float | None, typer.Option(help="Time between heartbeats. [30]")] = None,
    give_up_seconds: Annotated[float | None, typer.Option(help="--once without progress ends. [300]")] = None,
) -> None:
    """Watch folders and send every finished recording; with --once, exit 0 only if all were taken."""
    given = {
        "watch": tuple(watch) if watch else None,
        "node": node,
        "channel": channel,
        "channel_from": channel_from,
        "channel_map": _parse_map(channel_map) if channel_map else None,
        "gateway": gateway,
        "spool": spool,
        "archive": archive,
        "time_zone": time_zone,
        "keep": keep,
        "stability_seconds": stability_seconds,
        "heartbeat_seconds": heartbeat_seconds,
        "give_up_seconds": give_up_seconds,
    }
    settings = _settings(given)
    configure_logging(settings.log_format, settings.log_level)
    try:
        with _alone(settings.spool):
            complete = asyncio.run(serve(settings, once=once))
    except SpoolTooNew as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except BlockingIOError:
        typer.echo(f"another tsn-node works on the spool {settings.spool}", err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(0 if complete else 1)


@app.command()
def status(
    spool: Annotated[Path | None, typer.Option(help="Folder of the spool.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what waits, what was sent and what went wrong; works while the agent runs."""
    folder = spool or NodeSettings().spool
    if not (folder / SPOOL_FILE).exists():
        typer.echo(f"no spool in {folder}", err=True)
        raise typer.Exit(2)
    memory = Spool(folder / SPOOL_FILE)
    try:
        facts = spool_facts(memory, disk_usage(folder), problems=PROBLEMS_SHOWN)
    finally:
        memory.close()
    typer.echo(json.dumps(facts) if as_json else status_text(facts))


async def serve(settings: NodeSettings, *, once: bool) -> bool:
    """Run the agent until it is stopped, or until all is done; False when something is left or was refused."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tracing = start_tracing("tsn-node", settings.otlp_endpoint, instance_id=settings.node or "")
    memory = Spool(settings.spool / SPOOL_FILE)
    log.info("started", node=settings.node, gateway=settings.gateway, watch=[str(path) for path in settings.watch])
    try:
        async with open_channel(settings.gateway, user_agent=f"tsn-node/{node_version()}") as channel:
            agent = build_agent(settings, memory, IngestServiceStub(channel), tracing, once=once)
            if once:
                return await agent.run_once(stop)
            await agent.run(stop)
            return True
    finally:
        memory.close()
        await asyncio.to_thread(tracing.shutdown)
        log.info("stopped")


def build_agent(
    settings: NodeSettings, memory: Spool, stub: "IngestServiceAsyncStub", tracing: Tracing, *, once: bool
) -> Agent:
    """The agent and its parts. `once`: somebody waits for the end, so the backlog does not rest."""
    settler = Settler(
        spool=memory,
        archive=Shelf(settings.archive_folder),
        refused=Shelf(settings.refused_folder),
        keep=settings.keep,
        clock=time.time,
    )
    labels = Labels(settings.node, settings.zone, settings.channel, settings.channel_from, settings.channel_map)
    heart = None
    if settings.node:
        heart = Heart(stub=stub, spool=memory, node=settings.node, disk=settings.spool, clock=time.time)
    schedule = Schedule(
        spool=memory,
        backoff=Backoff(),
        policy=SchedulePolicy(settings.backlog_seconds, 1.0 if once else settings.backlog_share),
        clock=time.time,
        timer=time.monotonic,
    )
    guard = DiskGuard(
        spool=memory,
        settler=settler,
        spool_folder=settings.spool,
        archive_folder=settings.archive_folder,
        limits=settings.disk_limits,
    )
    return Agent(
        spool=memory,
        watcher=Watcher(
            settings.watch,
            stability_seconds=settings.stability_seconds,
            clock=time.monotonic,
            excluded=(settings.spool, settings.archive_folder),
        ),
        intake=Intake(spool=memory, labels=labels, clock=time.time),
        uploader=Uploader(
            stub=stub,
            spool=memory,
            settler=settler,
            tracer=tracing.tracer,
            schedule=schedule,
            concurrency=settings.concurrency,
            policy=UploadPolicy(base_seconds=settings.upload_base_seconds, longest_wait_seconds=LONGEST_WAIT_SECONDS),
        ),
        settler=settler,
        heart=heart,
        guard=guard,
        pace=Pace(settings.poll_seconds, settings.heartbeat_seconds, settings.give_up_seconds),
    )


def _settings(given: Mapping[str, object]) -> NodeSettings:
    try:
        settings = NodeSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"]) or "settings"
            typer.echo(f"{where}: {problem['msg']}", err=True)
        raise typer.Exit(2) from None
    missing = [str(folder) for folder in settings.watch if not folder.is_dir()]
    if missing or not settings.watch:
        typer.echo(f"no such folder: {', '.join(missing)}" if missing else "give --watch FOLDER", err=True)
        raise typer.Exit(2)
    return settings


def _parse_map(pairs: list[str]) -> dict[str, str]:
    parsed = {}
    for pair in pairs:
        folder, equals, channel = pair.rpartition("=")
        if not equals or not channel:
            raise typer.BadParameter(f"{pair!r} is not FOLDER=CHANNEL", param_hint="--map")
        parsed[folder.strip("/")] = channel
    return parsed


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the spool for this process; the kernel lets go of it however the process ends. Raises BlockingIOError."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
