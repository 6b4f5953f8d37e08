import io

from rich.console import Console

from clients.cli.output import plain_console
from deploy.demo.board import PARTIAL_LINES, Board
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored
from tsn.query.v1.query_pb2 import RecordingIndexed, RecordingView, WatchFeedResponse
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript, Transcript, TranscriptCompleted


def name(number: int) -> str:
    return f"nodes/demo/recordings/{number}"


def items(number: int) -> list[WatchFeedResponse]:
    recording = Recording(name=name(number), channel="main")
    partial = PartialTranscript(recording=name(number), channel="main", stable_text="good", unstable_text="evening")
    return [
        WatchFeedResponse(recording_stored=RecordingStored(recording=recording)),
        *[WatchFeedResponse(partial=partial)] * 5,
        WatchFeedResponse(transcript_completed=TranscriptCompleted(recording=recording)),
        WatchFeedResponse(recording_indexed=RecordingIndexed(recording=name(number), channel="main")),
    ]


def shown(console: Console, total: int) -> Board:
    board = Board(console, total)
    with board.open():
        for number in range(total):
            for item in items(number):
                board.show(item)
    return board


def test_where_there_is_no_terminal_there_are_lines_and_no_control_codes() -> None:
    file = io.StringIO()
    shown(plain_console(file), 4)
    text = file.getvalue()
    assert "\x1b" not in text
    assert "\r" not in text
    assert text.count("… demo/main  good evening") == 4 * PARTIAL_LINES
    assert text.splitlines()[-1] == "of 4: 4 uploaded, 4 transcribed, 4 searchable"


def test_progress_is_told_a_few_times_not_at_each_recording() -> None:
    file = io.StringIO()
    shown(plain_console(file), 26)
    assert 4 <= sum(line.startswith("of 26:") for line in file.getvalue().splitlines()) <= 6


def test_on_a_terminal_texts_grow_in_place() -> None:
    file = io.StringIO()
    shown(Console(file=file, force_terminal=True, width=120, color_system=None), 2)
    assert "\x1b[" in file.getvalue()


def test_the_lists_correct_what_the_feed_did_not_tell() -> None:
    board = Board(plain_console(io.StringIO()), 1)
    recording = Recording(name=name(0))
    board.correct([RecordingView(recording=recording, transcript=Transcript(), searchable=True)])
    assert board.seen.uploaded == board.seen.transcribed == board.seen.searchable == {name(0)}
