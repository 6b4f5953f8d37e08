"""Numbers of AllStar, EchoLink and IRLP nodes, and of talkgroups."""

from __future__ import annotations

from services.extract.domain.entities.line import EntityLine, Found
from services.extract.domain.entities.numbers import Number
from services.extract.domain.model import EntityKind

_SYSTEMS = {
    "allstar": "allstar", "allstarlink": "allstar", "asl": "allstar", "echolink": "echolink", "irlp": "irlp",
    "talkgroup": "talkgroup", "talkgroups": "talkgroup", "tg": "talkgroup",
}  # fmt: skip
_SYSTEM_PAIRS = {
    ("all", "star"): "allstar", ("echo", "link"): "echolink", ("talk", "group"): "talkgroup",
    ("talk", "groups"): "talkgroup",
}  # fmt: skip
_NODES = frozenset({"node", "nodes", "hub", "hub's", "reflector"})
_TRIGGERS = _NODES.union(_SYSTEMS, (second for _, second in _SYSTEM_PAIRS))
_REACH = 6
_SHORTEST, _LONGEST = 4, 7
_SHORTEST_TALKGROUP = 2
# The cue of something else that stands nearer to the number.
_OTHERS = frozenset({"on", "frequency", "zip", "phone", "serial", "mhz", "megahertz", "tone", "pl", "year", "in", "at"})
_TALKGROUP = "talkgroup"
_SKIPPED = frozenset({"the", "a", "is", "number", "node", "on", "from", "to", "of", "its", "it's", "our", "my", "at"})


def nodes(line: EntityLine, spoken: list[Number]) -> list[Found]:
    """All node and talkgroup numbers among the numbers of a text."""
    if line.vocabulary.isdisjoint(_TRIGGERS):
        return []
    return [node for number in spoken if (node := _node(line, number))]


def _node(line: EntityLine, number: Number) -> Found | None:
    first, digits = number.first, number.digits
    if not number.spoken and len(number.groups[-1]) >= _SHORTEST:
        first, digits = number.last - 1, number.groups[-1]  # "star 3 27339"
    if number.has_point or not _SHORTEST_TALKGROUP <= len(digits) <= _LONGEST or digits.startswith("0"):
        return None
    if line.sign_before(number.first) == "-" and line.word(number.first - 1) not in (*_SYSTEMS, *_NODES):
        return None  # ID-5100
    before = line.before(number.first, _REACH)
    if first == number.first and before[:1] == ["star"] and before[1:2] != ["all"]:
        return None  # "star three two one six seven": what is dialled to link
    system, near = _system(before)
    after = line.after(number.last, _REACH)
    is_node = any(word in _NODES for word in (*before, *after[:4]))
    if not system and is_node:
        system = _system(list(reversed(after)))[0]
    if not system and not is_node:
        return None
    if system == _TALKGROUP:
        if len(digits) < _SHORTEST and not near:
            return None
    elif len(digits) < _SHORTEST:
        return None
    if not near and not is_node and not system:
        return None
    evidence = (f"system:{system}",) if system else ("cue:node",)
    return Found(EntityKind.NODE_NUMBER, first, number.last, digits, evidence, 0.96 if near else 0.92)


def _system(before: list[str]) -> tuple[str, bool]:
    """The system named before a number (the nearest word first), and whether it stands right before it."""
    near = True
    for place, word in enumerate(before):
        if word in _SYSTEMS:
            return _SYSTEMS[word], near
        pair = (before[place + 1] if place + 1 < len(before) else "", word)
        if pair in _SYSTEM_PAIRS:
            return _SYSTEM_PAIRS[pair], near
        near = near and word in _SKIPPED
    return "", False
