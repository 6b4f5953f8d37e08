"""Labelled lines and an extractor's answers, as both stand in JSONL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class CorpusInvalid(ValueError):
    """A corpus or an answer cannot be read; says where."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the distinct base calls a reader must find in it, in order of first appearance."""

    identifier: str
    text: str
    callsigns: tuple[str, ...]
    form: str
    roster: tuple[str, ...] = ()

    def question(self) -> str:
        """The line an extractor is given: no label, no form."""
        fields: dict[str, object] = {"id": self.identifier, "text": self.text}
        if self.roster:
            fields["roster"] = list(self.roster)
        return json.dumps(fields, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an extractor found; `confidences` holds the highest of each call's mentions, 0..1."""

    callsigns: tuple[str, ...] = ()
    confidences: Mapping[str, float] | None = None


def read_cases(path: Path) -> list[Case]:
    """All lines of a corpus file. Raises `CorpusInvalid`."""
    cases = [_case(fields, where) for fields, where in _objects(path.read_text("utf-8").splitlines(), path.name)]
    if len({case.identifier for case in cases}) < len(cases):
        raise CorpusInvalid(f"{path.name}: an id stands twice")
    return cases


def read_answers(lines: Iterable[str], asked: Iterable[Case]) -> dict[str, Answer]:
    """Answers by id: one for each case that was asked, no other. Raises `CorpusInvalid`."""
    answers: dict[str, Answer] = {}
    for fields, where in _objects(lines, "answer"):
        identifier = str(fields.get("id"))
        if identifier in answers:
            raise CorpusInvalid(f"{where}: {identifier} is answered twice")
        answers[identifier] = Answer(_calls(fields, where), _confidences(fields))
    wanted = {case.identifier for case in asked}
    if wanted != answers.keys():
        amiss = sorted(wanted ^ answers.keys())
        raise CorpusInvalid(f"{len(amiss)} ids are not answered or were not asked, {amiss[0]} first")
    return answers


def _objects(lines: Iterable[str], source: str) -> Iterator[tuple[dict[str, Any], str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{source}:{number}"
        try:
            fields = json.loads(line)
        except json.JSONDecodeError as error:
            raise CorpusInvalid(f"{where}: {error}") from error
        if not isinstance(fields, dict):
            raise CorpusInvalid(f"{where}: no JSON object")
        yield fields, where


def _case(fields: dict[str, Any], where: str) -> Case:
    try:
        return Case(
            identifier=str(fields["id"]),
            text=str(fields["text"]),
            callsigns=_calls(fields, where),
            form=str(fields.get("form", "unsorted")),
            roster=tuple(fields.get("roster", ())),
        )
    except KeyError as error:
        raise CorpusInvalid(f"{where}: no field {error}") from error


def _calls(fields: dict[str, Any], where: str) -> tuple[str, ...]:
    calls = fields.get("callsigns")
    if not isinstance(calls, list) or not all(isinstance(call, str) for call in calls):
        raise CorpusInvalid(f"{where}: callsigns is no list of strings")
    return tuple(calls)


def _confidences(fields: dict[str, Any]) -> Mapping[str, float] | None:
    """None where the mentions carry none: the contract leaves their fields to the extractor."""
    highest: dict[str, float] = {}
    for mention in fields.get("mentions") or ():
        call, confidence = mention.get("base_call", mention.get("callsign")), mention.get("confidence")
        if isinstance(call, str) and isinstance(confidence, int | float):
            highest[call] = max(float(confidence), highest.get(call, 0.0))
    return highest or None
