"""One labelled line, and the compact files in which the hand-written ones are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class SourceInvalid(ValueError):
    """A source file breaks its format; says where."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text and the calls that a reader must find in it."""

    form: str
    text: str
    callsigns: tuple[str, ...]
    roster: tuple[str, ...] = ()
    note: str = ""

    def as_json(self, identifier: str) -> str:
        """The line as it stands in train.jsonl and test.jsonl; absent fields are left out."""
        fields: dict[str, object] = {"id": identifier, "text": self.text}
        if self.roster:
            fields["roster"] = list(self.roster)
        fields |= {"callsigns": list(self.callsigns), "form": self.form}
        if self.note:
            fields["note"] = self.note
        return json.dumps(fields, ensure_ascii=False)


def sections(path: Path) -> Iterator[tuple[str, str]]:
    """(section, line) for each line of a source file that is neither empty, nor a remark."""
    section = ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if raw.startswith("= "):
            section = raw[2:].strip()
        elif raw.strip() and not raw.startswith("# "):
            if not section:
                raise SourceInvalid(f"{path.name}:{number}: a line before the first section")
            yield section, raw


def written_by_hand(path: Path) -> Iterator[Line]:
    """The lines of a `CALLS {ROSTER} | text ## note` file."""
    for form, raw in sections(path):
        head, bar, rest = raw.partition(" | ")
        if not bar:
            raise SourceInvalid(f"{path.name}: no ' | ' in {raw!r}")
        calls, _, roster = head.partition("{")
        text, _, note = rest.partition(" ## ")
        said = tuple(calls.split()) if calls.strip() != "-" else ()
        yield Line(form, text.strip(), said, tuple(roster.rstrip("} ").split()), note.strip())
