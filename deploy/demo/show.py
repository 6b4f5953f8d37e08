"""The end of the demonstration: transcripts, callsigns, alerts, searches, trace, addresses."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clients.cli.render import ALERT, CALLSIGN, FAINT, alert_text, highlighted, moment, spoken, where
from deploy.demo.results import Results, Row, Search

HITS_SHOWN = 3


def show_results(console: Console, results: Results) -> None:
    """Print everything that was found."""
    _heading(console, "What was heard")
    _table(console, results)
    said, right, wrong = results.calls_said(), results.calls_right(), results.calls_wrong()
    console.print(
        f"callsigns found {right} of {said}; {wrong} found that nobody said. "
        "The voices are synthetic and noisy on purpose; the recognised text is the engine's own."
    )
    _heading(console, "Alerts")
    alerted = [(row, alert) for row in results.rows if row.view is not None for alert in row.view.alerts]
    for row, alert in alerted:
        assert row.view is not None
        console.print(Text(f"{where(row.view.recording)}  ").append_text(alert_text(alert)))
    if not alerted:
        console.print("none recognised")
    _heading(console, "Search")
    views = (row.view for row in results.rows if row.view is not None)
    heard = {view.recording.name: spoken(view.transcript) for view in views}
    for search in results.searches:
        _search(console, search, heard)
    _heading(console, "Trace")
    console.print(f"{results.trace_id or 'none'}  from the agent's upload to the index")


def show_addresses(console: Console, gateway: str, logs: Path, trace_id: str) -> None:
    """Print how to ask the mesh oneself."""
    _heading(console, "The API")
    method = "tsn.query.v1.QueryService/SearchTranscripts"
    lines = (
        f"JSON   curl 'http://{gateway}/v1/transcripts:search?query=ambulance'",
        "gRPC   .venv/bin/buf curl --protocol grpc --http2-prior-knowledge "
        f'-d \'{{"query": "ambulance"}}\' http://{gateway}/{method}',
        f"tsn    .venv/bin/python -m clients.cli --gateway {gateway} search ambulance",
        f"logs   grep {trace_id or 'TRACE'} {logs}/*.log",
    )
    for line in lines:
        console.print(line, soft_wrap=True)


def _table(console: Console, results: Results) -> None:
    table = Table("time", "node/channel", "recognised text", "found", "truly said", box=None, pad_edge=False)
    for row in results.rows:
        table.add_row(*_cells(row))
    console.print(table)


def _cells(row: Row) -> tuple[str, str, Text, Text, str]:
    truth = " ".join(row.sample.callsigns)
    if row.view is None:
        return "", f"{row.sample.node}/{row.sample.channel}", Text(row.error, style=ALERT), Text(), truth
    recording = row.view.recording
    heard = Text(spoken(row.view.transcript) or "(no speech recognised)")
    if not row.searchable:
        heard = Text(row.error or "not searchable in time", style=ALERT)
    found = Text(" ").join(Text(call, style=CALLSIGN if call in row.right else FAINT) for call in row.found)
    return moment(recording.captured_at)[11:], where(recording), heard, found, truth


def _search(console: Console, search: Search, heard: Mapping[str, str]) -> None:
    asked = f"callsign {search.callsign}" if search.callsign else search.query
    count = len(search.hits)
    console.print(Text(f"{asked}: {count} hit{'' if count == 1 else 's'}", style="bold"))
    for hit in search.hits[:HITS_SHOWN]:
        line = Text.assemble((f"  {moment(hit.recording.captured_at)[11:]}  {where(hit.recording)}  ", FAINT))
        text = highlighted(hit.snippets, marks=not console.is_terminal)
        # Without words to look for there is nothing to highlight.
        console.print(line.append_text(text or Text(heard.get(hit.recording.name, ""))), soft_wrap=True)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold underline" if console.is_terminal else ""))
