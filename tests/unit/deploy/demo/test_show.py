import io
from pathlib import Path

from clients.cli.output import plain_console
from deploy.demo.results import Results, Row, Search
from deploy.demo.show import show_addresses, show_results
from tests.unit.deploy.demo.test_results import sample, view
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.query.v1.query_pb2 import Highlight, SearchHit, Snippet


def test_what_was_recognised_stands_beside_what_was_said() -> None:
    file = io.StringIO()
    rows = [
        Row(sample("a", "K7ABC", "W1AW"), view("a", "K7ABC", "N0CALL", alerts=1)),
        Row(sample("b"), None, "never arrived"),
    ]
    snippet = Snippet(text="an ambulance", highlights=[Highlight(start=3, end=12)])
    hit = SearchHit(recording=Recording(name="nodes/demo/recordings/a", channel="main"), snippets=[snippet])
    show_results(plain_console(file), Results(rows, 1.0, "scripted", [Search("ambulance", "", [hit])]))
    text = file.getvalue()
    assert "K7ABC N0CALL" in text
    assert "K7ABC W1AW" in text
    assert "callsigns found 1 of 2; 1 found that nobody said" in text
    assert "never arrived" in text
    assert "demo/main  EMERGENCY: ambulance" in text
    assert "ambulance: 1 hit\n" in text
    assert "an *ambulance*" in text


def test_the_addresses_are_lines_to_copy() -> None:
    file = io.StringIO()
    show_addresses(plain_console(file), "127.0.0.1:8080", Path("/logs"), "abc")
    text = file.getvalue()
    assert "curl 'http://127.0.0.1:8080/v1/transcripts:search?query=ambulance'" in text
    assert "http://127.0.0.1:8080/tsn.query.v1.QueryService/SearchTranscripts" in text
    assert "grep abc /logs/*.log" in text
