"""What was found in a transcript, as people read it: callsigns with how sure they are, and what else was said."""

import textwrap
from collections.abc import Iterable, Iterator

from rich.text import Text

from clients.cli.output import clean
from clients.cli.render import CALLSIGN, FAINT, callsign, enum_word, hanging, percent
from tsn.extract.v1.entity_pb2 import Entity, EntityKind
from tsn.extract.v1.extract_pb2 import Mention, MentionForm, MentionReview, MentionRole

LABEL_WIDTH = 13
CERTAIN, LIKELY = 0.9, 0.7
"""From these confidences on a finding is called certain, or likely; below it is doubtful."""
_MOST_HEARD = 200
_LABELS = {
    EntityKind.ENTITY_KIND_GRID_SQUARE: "grid",
    EntityKind.ENTITY_KIND_FREQUENCY: "frequency",
    EntityKind.ENTITY_KIND_TONE: "tone",
    EntityKind.ENTITY_KIND_SIGNAL_REPORT: "report",
    EntityKind.ENTITY_KIND_Q_CODE: "Q-code",
    EntityKind.ENTITY_KIND_LOCATION: "place",
    EntityKind.ENTITY_KIND_NAME: "name",
    EntityKind.ENTITY_KIND_NODE_NUMBER: "node",
}
_REVIEWS = {
    MentionReview.MENTION_REVIEW_CONFIRMED: "confirmed by a person",
    MentionReview.MENTION_REVIEW_REPLACED: "corrected by a person",
    MentionReview.MENTION_REVIEW_ADDED: "added by a person",
}


def sureness(confidence: float) -> str:
    """`certain`, `likely` or `doubtful`."""
    shown = round(confidence, 3)  # the wire's floats are short: 0.9 comes as 0.8999999
    return "certain" if shown >= CERTAIN else "likely" if shown >= LIKELY else "doubtful"


def mention_lines(mention: Mention, width: int | None = None) -> Iterator[Text]:
    """The callsign with what it does and how sure it is; what was heard; what else it may be; whose it is.

    Lines are at most `width` columns long; None: as long as they are.
    """
    about = [enum_word(MentionRole.Name(mention.role), "MENTION_ROLE_")] if mention.role else []
    if mention.HasField("confidence"):
        about.append(f"{sureness(mention.confidence)} ({percent(mention.confidence)})")
    if mention.review:
        about.append(_REVIEWS.get(mention.review, "reviewed"))
    head = Text("callsign".ljust(LABEL_WIDTH)).append(callsign(mention), style=CALLSIGN)
    yield head.append(f"  {', '.join(about)}".rstrip())
    form = enum_word(MentionForm.Name(mention.form), "MENTION_FORM_")
    heard = textwrap.shorten(clean(mention.heard), _MOST_HEARD, placeholder=" …")
    yield from _under(f"segment {mention.segment_index}, {form}: “{heard}”", width)
    if mention.alternatives:
        yield from _under(f"or {', '.join(map(clean, mention.alternatives))}", width)
    if mention.HasField("holder"):
        holder = mention.holder
        of = ", ".join(filter(None, (clean(holder.name), clean(holder.location))))
        yield from _under(f"issued to {of or 'a holder without a name'} ({clean(holder.source)})", width)


def entity_lines(entities: Iterable[Entity], width: int | None = None) -> Iterator[Text]:
    """A line for each kind, with the values in the order in which they were said, each once; `width` as above."""
    by_label: dict[str, list[str]] = {}
    for entity in entities:
        label = _LABELS.get(entity.kind, "other")
        by_label.setdefault(label, []).append(entity_value(entity))
    for label, values in by_label.items():
        yield from map(Text, hanging(label.ljust(LABEL_WIDTH), "; ".join(dict.fromkeys(values)), width))


def entities_in_brief(entities: Iterable[Entity]) -> str:
    """`name Bob, frequency 146.96 MHz`: all in one line, each once."""
    told = (f"{_LABELS.get(entity.kind, 'other')} {entity_value(entity)}" for entity in entities)
    return ", ".join(dict.fromkeys(told))


def entity_value(entity: Entity) -> str:
    """The value with its unit and what qualifies it: `146.96 MHz (offset -600 kHz)`, `52782 (allstar)`."""
    value, facts = clean(entity.value), _facts(entity)
    if entity.kind == EntityKind.ENTITY_KIND_FREQUENCY:
        offset = facts.get("offset", "")
        value = _hertz(value) + (f" (offset {_offset(offset)})" if offset else "")
    elif entity.kind == EntityKind.ENTITY_KIND_TONE:
        value = f"DCS {value[1:]}" if value.startswith("D") else f"{value} Hz"
    elif entity.kind == EntityKind.ENTITY_KIND_NODE_NUMBER and facts.get("system"):
        value = f"{value} ({facts['system']})"
    elif entity.kind == EntityKind.ENTITY_KIND_SIGNAL_REPORT and facts.get("plus"):
        value = f"{value} plus {facts['plus']}"
    doubtful = entity.HasField("confidence") and sureness(entity.confidence) == "doubtful"
    return f"{value} (doubtful)" if doubtful else value


def _facts(entity: Entity) -> dict[str, str]:
    pairs = (fact.partition(":") for fact in entity.evidence)
    return {kind: clean(detail) for kind, _, detail in pairs}


def _hertz(value: str) -> str:
    """Hertz as people say them: `146.96 MHz`; the text itself where it is no number."""
    if not value.isdecimal():
        return value
    megahertz = f"{int(value) / 1e6:.6f}".rstrip("0")
    whole, _, decimals = megahertz.partition(".")
    return f"{whole}.{decimals.ljust(3, '0')} MHz"


def _offset(offset: str) -> str:
    """`-600 kHz` for "-600000", `minus` for "-"."""
    sign, digits = offset[:1], offset[1:]
    if not digits.isdecimal():
        return {"-": "minus", "+": "plus"}.get(sign, offset)
    return f"{sign}{int(digits) / 1e3:g} kHz"


def _under(text: str, width: int | None) -> Iterator[Text]:
    return (Text(line, style=FAINT) for line in hanging(" " * LABEL_WIDTH, text, width))
