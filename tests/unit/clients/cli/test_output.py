import json

import pytest

from clients.cli.failures import Explanation
from clients.cli.output import Output, clean
from tsn.query.v1.query_pb2 import SearchTranscriptsResponse


def test_what_a_terminal_would_obey_is_replaced_and_the_length_kept() -> None:
    hostile = "a\x1b[2Jb\nc\x9bd"
    assert clean(hostile) == "a�[2Jb�c�d"
    assert len(clean(hostile)) == len(hostile)


def test_letters_of_all_scripts_pass() -> None:
    assert clean("Grüße, Ω, 無線, 📻") == "Grüße, Ω, 無線, 📻"


def test_a_document_has_every_key_even_when_empty(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).document(SearchTranscriptsResponse())
    assert json.loads(capsys.readouterr().out) == {"hits": [], "nextPageToken": ""}


def test_a_line_of_a_stream_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).line({"text": "two\nlines"})
    assert capsys.readouterr().out == '{"text":"two\\nlines"}\n'


def test_a_failure_is_told_in_two_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).fail(Explanation("X", "it is broken", "mend it"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "error: it is broken\nhint: mend it\n"


def test_a_row_in_a_pipe_stays_one_line_however_long(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table(("a", "b"), [("x" * 300, "y")])
    assert capsys.readouterr().out.splitlines()[1].split() == ["x" * 300, "y"]


def test_square_brackets_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).say("[bold]said[/bold]")
    assert capsys.readouterr().out == "[bold]said[/bold]\n"
