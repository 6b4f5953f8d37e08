"""`python -m services.extract run`: JSON lines in, JSON lines out; no server, database or network."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from services.extract.domain.conversation import Conversation
from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.model import Entity, Mention, SegmentText
from services.extract.domain.port import MentionExtractor
from services.extract.domain.rules import RuleExtractor

_encode = json.JSONEncoder(ensure_ascii=False).encode


class BadLine(Exception):
    """A line that is no question: not JSON, or without the fields that the README names."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"line {number}: {why}")


def answers(lines: Iterable[str], extractor: MentionExtractor, finder: EntityFinder | None = None) -> Iterator[str]:
    """One answer for each line {"id", "text", "roster"?}, in order, with entities where there is a `finder`.

    Empty lines are passed over. Raises BadLine.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            question = _question(number, line)
            yield _encode(_answer(question, extractor, finder))


def run(source: TextIO = sys.stdin, target: TextIO = sys.stdout, *, entities: bool = False) -> int:
    """Answer everything in `source`; the exit status is 2 where a line is no question."""
    try:
        for answer in answers(source, RuleExtractor(), EntityFinder() if entities else None):
            target.write(answer + "\n")
            target.flush()
    except BadLine as bad:
        sys.stderr.write(f"{bad}\n")
        return 2
    return 0


def _question(number: int, line: str) -> dict[str, Any]:
    try:
        question = json.loads(line)
    except ValueError as error:
        raise BadLine(number, f"not JSON ({error})") from error
    if not isinstance(question, dict) or not isinstance(question.get("text"), str):
        raise BadLine(number, 'not an object with a "text"')
    roster = question.get("roster") or []
    if not isinstance(roster, list) or not all(isinstance(call, str) for call in roster):
        raise BadLine(number, '"roster" is not a list of callsigns')
    return question


def _answer(question: dict[str, Any], extractor: MentionExtractor, finder: EntityFinder | None) -> dict[str, Any]:
    roster = frozenset(call.strip().upper() for call in question.get("roster") or [])
    conversation = Conversation([SegmentText(0, question["text"])])
    found = extractor.extract(conversation, roster)
    answer = {
        "id": question.get("id"),
        "callsigns": list(dict.fromkeys(mention.base_call for mention in found)),
        "mentions": [_mention(mention) for mention in found],
    }
    if finder is not None:
        answer["entities"] = [_entity(entity) for entity in finder.find(conversation, found)]
    return answer


def _mention(mention: Mention) -> dict[str, Any]:
    return {
        "start": mention.start,
        "end": mention.end,
        "heard": mention.heard,
        "base_call": mention.base_call,
        "modifiers": list(mention.modifiers),
        "host_prefix": mention.host_prefix,
        "form": mention.form,
        "role": mention.role,
        "evidence": list(mention.evidence),
        "confidence": mention.confidence,
        "alternatives": list(mention.alternatives),
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "kind": entity.kind,
        "start": entity.start,
        "end": entity.end,
        "heard": entity.heard,
        "value": entity.value,
        "evidence": list(entity.evidence),
        "confidence": entity.confidence,
    }
