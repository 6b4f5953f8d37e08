import json
import sys

import pytest
from rich.console import Console

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


def narrow(width: int) -> Output:
    output = Output(as_json=False)
    output.interactive = True
    output.answers = Console(file=sys.stdout, width=width, highlight=False)
    return output


def test_a_narrow_terminal_leaves_out_spare_columns_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    row = ("short", "y" * 30, "x" * 36)
    narrow(50).table(("a", "spare", "name"), [row], whole=("name",), spare=("spare",))
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1].split() == ["short", "x" * 36]
    assert "not shown, since the terminal is narrow: spare" in captured.err


def test_a_wide_terminal_shows_all(capsys: pytest.CaptureFixture[str]) -> None:
    narrow(100).table(("a", "spare"), [("x", "y" * 30)], spare=("spare",))
    captured = capsys.readouterr()
    assert "y" * 30 in captured.out
    assert captured.err == ""


def test_what_does_not_fit_is_folded_and_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    narrow(40).table(("why", "name"), [("w" * 50, "x" * 30)], whole=("name",))
    shown = capsys.readouterr().out
    assert shown.count("w") == 50 + 1
    assert "x" * 30 in shown
