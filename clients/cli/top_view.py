"""`tsn top` on the screen."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import ConsoleDimensions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from clients.cli.job_text import lane_word
from clients.cli.names import node_id
from clients.cli.node_text import behind_seconds, node_troubles, state_text
from clients.cli.output import clean
from clients.cli.probes import SERVICES
from clients.cli.reasons import BUS_LAG_SECONDS
from clients.cli.render import FAINT, brief_span, exact_second, span
from clients.cli.top_facts import Rates, Snapshot, ordered
from tsn.ingest.v1.job_pb2 import Queue
from tsn.ingest.v1.recording_pb2 import Node

NODES_SHOWN = 12
_BAD = "bold red"
_QUEUE_COLUMNS = ("stage", "lane", "queued", "crowded", "change", "waiting", "running", "dead", "oldest")
_NODE_COLUMNS = ("node", "state", "audio", "beat", "waiting", "oldest", "clock", "missing")
"""`audio`, `beat`: time since the last of them."""
_NARROWED = ("node", "state")
"""Columns that are cut where the terminal is too narrow; figures and lanes never are."""
_WIDEST = 28
_LEAST_NODES = 3


def top_screen(
    address: str, snapshot: Snapshot, speed: Rates, *, away: str = "", fit: ConsoleDimensions | None = None
) -> Group:
    """All of it. `away`: why the gateway does not answer now; what is shown is then the last that was heard.

    `fit`: the terminal; nodes that do not fit are counted. At 80 columns every figure is legible.
    """
    above = list(_above_nodes(address, snapshot, speed, away))
    room = NODES_SHOWN
    if fit is not None:
        # Two lines above the nodes, one below, and one for the cursor.
        left = fit.height - sum(_lines(part, fit.width) for part in above) - 4
        room = min(NODES_SHOWN, max(_LEAST_NODES, left))
    return Group(*above, *_nodes(snapshot.nodes, snapshot.at, room))


def _lines(part: Table | Text, width: int) -> int:
    return part.row_count + 1 if isinstance(part, Table) else max(1, -(-part.cell_len // width))


def _above_nodes(address: str, snapshot: Snapshot, speed: Rates, away: str) -> Iterator[Table | Text]:
    yield Text.assemble(("tsn top", "bold"), f"  {clean(address)}  {exact_second(snapshot.at)}")
    if away:
        yield Text(f"the gateway does not answer: {clean(away)}; shown is what was heard last", style=_BAD)
    yield _services(snapshot)
    for service, why in sorted(snapshot.problems.items()):
        yield Text(f"  {service}: {clean(why)}", style=_BAD)
    yield Text("")
    if "ingest" in snapshot.problems:
        yield Text("queues are not known while ingest does not answer", style=FAINT)
    else:
        yield from _queues(snapshot, speed)
    yield _flow(snapshot, speed)
    yield from _engines(snapshot)
    yield Text("")


def _services(snapshot: Snapshot) -> Text:
    line = Text()
    for service in SERVICES:
        bad = service in snapshot.problems
        line.append(f"{service} ").append("down" if bad else "up", style=_BAD if bad else "green").append("   ")
    return line


def _queues(snapshot: Snapshot, speed: Rates) -> Iterator[Table | Text]:
    queues = ordered(snapshot.queues.queues)
    if queues:
        table = _table(_QUEUE_COLUMNS, right=2)
        for queue in queues:
            table.add_row(*_queue_row(queue, speed))
        yield table
    else:
        yield Text("no work waits, none is dead", style="green")
    count = snapshot.queues.outbox_messages
    lag = snapshot.queues.outbox_oldest_age.ToTimedelta().total_seconds()
    late = lag > BUS_LAG_SECONDS
    oldest = f", the oldest for {span(lag)}" if count else ""
    warning = ": the bus does not take them" if late else ""
    yield Text(f"outbox  {count} messages{oldest}{warning}", style=_BAD if late else "")


def _queue_row(queue: Queue, speed: Rates) -> tuple[str | Text, ...]:
    change = speed.queued.get((queue.stage, queue.lane))
    age = queue.oldest_age.ToTimedelta().total_seconds()
    return (
        queue.stage,
        lane_word(queue.lane),
        str(queue.queued),
        str(queue.crowded),
        "-" if change is None else f"{change:+.1f}/s",
        Text(str(queue.waiting), style="yellow" if queue.waiting else ""),
        Text(str(queue.running), style="cyan" if queue.running else ""),
        Text(str(queue.dead), style=_BAD if queue.dead else ""),
        brief_span(age) if queue.HasField("oldest_age") else "-",
    )


def _flow(snapshot: Snapshot, speed: Rates) -> Text:
    numbers = snapshot.statistics
    return Text(
        f"stored  {numbers.recordings} ({_rate(speed.stored)}), searchable {numbers.searchable_recordings} "
        f"({_rate(speed.searchable)}), transcribed {_rate(speed.transcribed)}"
    )


def _engines(snapshot: Snapshot) -> Iterator[Text]:
    pool = snapshot.pool
    engine_seconds = pool.engine_time.ToTimedelta().total_seconds()
    audio_seconds = pool.audio_transcribed.ToTimedelta().total_seconds()
    faster = f", {audio_seconds / engine_seconds:.1f}x real time" if engine_seconds else ""
    for engine in snapshot.engines.engines[:1]:
        busy = f"{pool.busy_slots} of {pool.slots} workers busy{faster}"
        yield Text(f"engine  {clean(f'{engine.engine} {engine.model} on {engine.device}')}, {busy}")
    if snapshot.engines.notice:
        yield Text(f"        {clean(snapshot.engines.notice)}", style="yellow")


def _nodes(nodes: Sequence[Node], now: datetime, room: int) -> Iterator[RenderableType]:
    troubled = [node for node in nodes if node_troubles(node, now)]
    backlog = sum(node.health.spooled_recordings for node in nodes)
    missing = sum(node.missing_recordings for node in nodes)
    yield Text(
        f"nodes   {len(nodes)}, {len(troubled)} in trouble, {backlog} recordings wait at them, {missing} missing"
    )
    if not troubled:
        return
    troubled.sort(key=lambda node: (not node.silent, -behind_seconds(node, now), node.name))
    table = _table(_NODE_COLUMNS, right=4)
    for node in troubled[:room]:
        table.add_row(*_node_row(node, now))
    yield table
    if len(troubled) > room:
        yield Text(f"and {len(troubled) - room} more: `tsn nodes`", style=FAINT)


def _node_row(node: Node, now: datetime) -> tuple[str | Text, ...]:
    known, health = node.HasField("health"), node.health
    return (
        _narrowed(Text(node_id(clean(node.name)))),
        _narrowed(state_text(node, now)),
        _since(node.last_captured_at, now),
        _since(node.last_heartbeat_at, now),
        str(health.spooled_recordings) if known else "-",
        _since(health.oldest_waiting_at, now),
        _clock(node),
        str(node.missing_recordings),
    )


def _narrowed(cell: Text) -> Text:
    """On one line, whatever its column has room for."""
    cell.no_wrap, cell.overflow = True, "ellipsis"
    return cell


def _since(at: Timestamp, now: datetime) -> str:
    return brief_span((now - at.ToDatetime(UTC)).total_seconds()) if at.seconds else "-"


def _clock(node: Node) -> str:
    if not node.HasField("clock_offset"):
        return "-"
    seconds = node.clock_offset.ToTimedelta().total_seconds()
    return f"{'-' if seconds < 0 else '+'}{brief_span(abs(seconds))}"


def _table(columns: Sequence[str], *, right: int) -> Table:
    """A table whose columns from `right` on are numbers."""
    table = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    for place, column in enumerate(columns):
        table.add_column(
            column,
            justify="right" if place >= right else "left",
            no_wrap=column not in _NARROWED,
            max_width=_WIDEST if column in _NARROWED else None,
        )
    return table


def _rate(a_second: float | None) -> str:
    return "-/s" if a_second is None else f"{a_second:.1f}/s"
