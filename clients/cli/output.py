"""Where answers go: tables for people, JSON for programs; notes and failures on standard error."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from clients.cli.failures import Explanation

Cell = str | Text
PIPE_WIDTH = 10_000
"""Columns where nobody looks: a program that reads lines wants each row in one."""


def message_dict(message: Message) -> dict[str, Any]:
    """`message` in proto3's JSON form, every key present whatever its value."""
    found: dict[str, Any] = MessageToDict(message, always_print_fields_with_no_presence=True)
    return found


class Output:
    """One command's output."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.interactive = sys.stdout.isatty() and not as_json
        self.answers = plain_console(sys.stdout)
        self.notes = plain_console(sys.stderr)

    @property
    def width(self) -> int | None:
        """Columns of the terminal; None where nobody looks, and lines stay whole."""
        return self.answers.width if self.interactive else None

    def document(self, content: Message | Mapping[str, Any]) -> None:
        """One JSON document."""
        typer.echo(json.dumps(_plain(content), ensure_ascii=False, indent=2))

    def line(self, content: Message | Mapping[str, Any]) -> None:
        """One JSON document of a stream, on a line of its own, at once."""
        typer.echo(self.as_line(content))

    def as_line(self, content: Message | Mapping[str, Any]) -> str:
        """One JSON document in one line."""
        return json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"))

    def say(self, text: Cell) -> None:
        """A line of the answer."""
        self.answers.print(text, soft_wrap=not self.interactive)

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        *,
        whole: Sequence[str] = (),
        spare: Sequence[str] = (),
    ) -> None:
        """Rows under a heading; nothing in them is cut off.

        On a terminal, `whole` columns are never folded, and `spare` ones are left out, the last first, where they do
        not fit; a note says so.
        """
        left_out: list[str] = []
        while True:
            shown = [place for place, column in enumerate(columns) if column not in left_out]
            table = _table(
                [columns[place] for place in shown], [[row[place] for place in shown] for row in rows], whole
            )
            if not self.interactive or len(left_out) == len(spare) or self._fits(table):
                break
            left_out.append(spare[len(spare) - 1 - len(left_out)])
        self.answers.print(table)
        if left_out:
            self.note(f"not shown, since the terminal is narrow: {', '.join(left_out)}; --json shows all")

    def _fits(self, table: Table) -> bool:
        wanted = Measurement.get(self.answers, self.answers.options.update(max_width=PIPE_WIDTH), table).maximum
        return wanted <= self.answers.width

    def note(self, text: Cell) -> None:
        """Something beside the answer."""
        self.notes.print(text, soft_wrap=True)

    def fail(self, why: Explanation) -> None:
        """Say why the command fails."""
        self.note(Text.assemble(("error: ", "bold red"), clean(why.message)))
        if why.hint:
            self.note(Text.assemble(("hint: ", "bold"), why.hint))


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], whole: Sequence[str]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*row)
    return table


def plain_console(file: TextIO) -> Console:
    """A console that shows text as it is; as wide as needed, and without control codes, where it is no terminal."""
    width = None if file.isatty() else PIPE_WIDTH
    return Console(file=file, highlight=False, markup=False, emoji=False, width=width)


def clean(text: str) -> str:
    """`text` without what a terminal would obey: what others said or named is only ever shown. Length is kept."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _plain(content: Message | Mapping[str, Any]) -> Mapping[str, Any]:
    return message_dict(content) if isinstance(content, Message) else content
