"""Labelled lines for entities, and how well they were read, kind by kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.extract.domain.model import EntityKind
from tools.evaluate.corpus import CorpusInvalid
from tools.evaluate.scoring import Tally

Label = tuple[str, str]
"""Kind and value."""
_KINDS = frozenset(EntityKind)


@dataclass(frozen=True, slots=True)
class Line:
    """A text and the entities that a reader must find in it; each counts once a line."""

    identifier: str
    text: str
    labels: frozenset[Label]

    def question(self) -> str:
        """The line an extractor is given."""
        return json.dumps({"id": self.identifier, "text": self.text}, ensure_ascii=False)


def read_lines(path: Path) -> list[Line]:
    """All lines of a `kind=value; kind=value | text` file. Raises `CorpusInvalid`."""
    lines = []
    for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not raw.strip() or raw.startswith(("#", "= ")):
            continue
        head, bar, text = raw.partition(" | ")
        if not bar:
            raise CorpusInvalid(f"{path.name}:{number}: no ' | '")
        labels = frozenset(_label(part, f"{path.name}:{number}") for part in head.split(";") if part.strip() != "-")
        lines.append(Line(f"{path.stem}:{number}", text.strip(), labels))
    return lines


def read_found(output: str, asked: Sequence[Line]) -> dict[str, frozenset[Label]]:
    """What was found, by line. Raises `CorpusInvalid` where an answer is missing or cannot be read."""
    found = {}
    for raw in output.split("\n"):
        if raw.strip():
            try:
                answer = json.loads(raw)
                found[answer["id"]] = frozenset((each["kind"], each["value"]) for each in answer["entities"])
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusInvalid(f"answer {raw[:80]!r}: {error!r}") from error
    missing = [line.identifier for line in asked if line.identifier not in found]
    if missing:
        raise CorpusInvalid(f"{len(missing)} lines are not answered, {missing[0]} first")
    return found


def by_kind(lines: Iterable[Line], found: Mapping[str, frozenset[Label]]) -> dict[str, Tally]:
    """A tally for each kind; its negatives are the lines without an entity of that kind."""
    lines = list(lines)
    tallies = {kind.value: Tally() for kind in EntityKind}
    for kind in tallies:
        for line in lines:
            tallies[kind] += _tally(_only(line.labels, kind), _only(found[line.identifier], kind))
    return tallies


def total(lines: Iterable[Line], found: Mapping[str, frozenset[Label]]) -> Tally:
    """The sum over all kinds; its negatives are the lines without any entity."""
    return sum((_tally(line.labels, found[line.identifier]) for line in lines), Tally())


def _tally(said: frozenset[Label], heard: frozenset[Label]) -> Tally:
    return Tally(
        lines=1,
        expected=len(said),
        found=len(heard),
        hits=len(said & heard),
        negatives=int(not said),
        false_hits=int(not said and bool(heard)),
    )


def _only(labels: frozenset[Label], kind: str) -> frozenset[Label]:
    return frozenset(label for label in labels if label[0] == kind)


def _label(part: str, where: str) -> Label:
    kind, equals, value = part.strip().partition("=")
    if not equals or kind not in _KINDS or not value:
        raise CorpusInvalid(f"{where}: {part.strip()!r} is no kind=value")
    return kind, value
