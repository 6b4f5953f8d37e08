from pathlib import Path

from deploy.demo.results import Results, Row, Search, longest_word, pair
from deploy.demo.sample import Sample
from tsn.analyze.v1.analyze_pb2 import Alert, AlertKind
from tsn.extract.v1.extract_pb2 import Mention
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.query.v1.query_pb2 import RecordingView, SearchHit
from tsn.transcribe.v1.transcript_pb2 import Segment, Transcript


def sample(sha256: str, *callsigns: str) -> Sample:
    return Sample(Path(f"{sha256}.wav"), (), "demo", "main", sha256, callsigns, "what was said")


def view(sha256: str, *callsigns: str, searchable: bool = True, trace_id: str = "", alerts: int = 0) -> RecordingView:
    return RecordingView(
        recording=Recording(name=f"nodes/demo/recordings/{sha256}", channel="main", sha256=sha256),
        transcript=Transcript(segments=[Segment(text="heard")]),
        mentions=[Mention(base_call=call) for call in callsigns],
        alerts=[Alert(kind=AlertKind.ALERT_KIND_EMERGENCY, phrase="ambulance")] * alerts,
        trace_id=trace_id,
        searchable=searchable,
    )


def results(*rows: Row, hits: int = 1, problems: list[str] | None = None) -> Results:
    return Results(rows, 1.234, "scripted", [Search("x", "", [SearchHit()] * hits)], problems or [])


def test_samples_and_recordings_are_paired_by_their_bytes() -> None:
    rows = pair([sample("a"), sample("b")], [view("b"), view("elsewhere")], {"nodes/demo/recordings/b": "why"})
    assert [(row.view is not None, row.error) for row in rows] == [(False, "never arrived"), (True, "why")]


def test_callsigns_are_counted_as_right_wrong_and_missed() -> None:
    row = Row(sample("a", "K7ABC", "W1AW"), view("a", "K7ABC", "N0CALL"))
    counted = results(row)
    assert (counted.calls_said(), counted.calls_right(), counted.calls_wrong()) == (2, 1, 1)


def test_all_arrived_and_found_is_complete() -> None:
    assert results(Row(sample("a"), view("a"))).complete


def test_one_missing_recording_is_not_complete() -> None:
    assert not results(Row(sample("a"), view("a")), Row(sample("b"), None)).complete


def test_one_recording_that_is_not_searchable_is_not_complete() -> None:
    assert not results(Row(sample("a"), view("a", searchable=False))).complete


def test_a_search_that_finds_nothing_of_what_was_heard_is_not_complete() -> None:
    assert not results(Row(sample("a"), view("a")), hits=0).complete


def test_a_problem_beside_the_recordings_is_not_complete() -> None:
    assert not results(Row(sample("a"), view("a")), problems=["process 1 is still running"]).complete


def test_the_trace_is_that_of_an_alert_where_there_is_one() -> None:
    plain, alerted = Row(sample("a"), view("a", trace_id="1")), Row(sample("b"), view("b", trace_id="2", alerts=1))
    assert results(plain, alerted).trace_id == "2"
    assert results(plain).trace_id == "1"


def test_the_longest_word_is_one_that_can_be_searched() -> None:
    rows = [Row(sample("a"), view("a")), Row(sample("b"), view("b", searchable=False)), Row(sample("c"), None)]
    assert longest_word(rows) == "heard"
    assert longest_word(rows[1:]) == ""


def test_the_report_has_its_figures_and_a_row_for_each_file() -> None:
    document = results(Row(sample("a", "K7ABC"), view("a", "K7ABC", trace_id="1")), Row(sample("b"), None)).document()
    figures = ("recordings", "transcribed", "segments", "mentions", "search_hits", "failed", "seconds", "engine")
    assert [document[figure] for figure in figures] == [1, 1, 1, 1, 1, 1, 1.23, "scripted"]
    assert document["trace_id"] == "1"
    assert [file["file"] for file in document["files"]] == ["demo/a.wav", "demo/b.wav"]
    assert document["files"][0]["heard"] == "heard"
