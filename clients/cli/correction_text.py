"""Corrections as people read them."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from clients.cli.output import Cell, clean
from clients.cli.render import CALLSIGN, FAINT, enum_word, moment
from tsn.extract.v1.correction_pb2 import (
    Correction,
    CorrectionAction,
    CorrectionCategory,
    CorrectionChange,
    SpelledWord,
    TestCorrectionsResponse,
)
from tsn.extract.v1.extract_pb2 import Mention, MentionForm, MentionRole

CORRECTION_COLUMNS = ("heard", "meant", "category", "state", "changed", "by", "note")
CORRECTION_WHOLE = ("heard", "meant", "category")
CORRECTION_SPARE = ("by", "changed")
CHANGE_COLUMNS = ("version", "when", "who", "what", "heard", "change")
CHANGE_WHOLE = ("version", "heard")
CHANGE_SPARE = ("when",)


def correction_row(correction: Correction) -> tuple[Cell, ...]:
    """Cells for CORRECTION_COLUMNS."""
    return (
        clean(correction.heard),
        meant_text(correction),
        category_word(correction),
        state_text(correction),
        moment(correction.updated_at),
        clean(correction.updated_by),
        clean(correction.note),
    )


def change_row(change: CorrectionChange) -> tuple[Cell, ...]:
    """Cells for CHANGE_COLUMNS."""
    return (
        str(change.version),
        moment(change.changed_at),
        clean(change.author),
        enum_word(CorrectionAction.Name(change.action), "CORRECTION_ACTION_"),
        clean(change.heard),
        change_text(change),
    )


def correction_line(correction: Correction) -> Text:
    """`banana for K, misheard, in force`."""
    line = Text.assemble((clean(correction.heard), "bold"), f" for {meant_text(correction)}, ")
    return line.append(f"{category_word(correction)}, ").append_text(state_text(correction))


def change_text(change: CorrectionChange) -> str:
    """What a change changed: `K -> K N`, `in force -> off`, or what was added or removed."""
    if not (change.HasField("before") and change.HasField("after")):
        one = change.after if change.HasField("after") else change.before
        return correction_line(one).plain.partition(" for ")[2]
    before, after = (_facts(one) for one in (change.before, change.after))
    return ", ".join(f"{old or '-'} -> {new or '-'}" for old, new in zip(before, after, strict=True) if old != new)


def meant_text(correction: Correction) -> str:
    """What it may stand for, best first."""
    return clean(" ".join((correction.meant, *correction.alternatives)))


def category_word(correction: Correction) -> str:
    """Its category as in options."""
    return enum_word(CorrectionCategory.Name(correction.category), "CORRECTION_CATEGORY_").replace(" ", "_")


def state_text(correction: Correction) -> Text:
    """Whether it counts."""
    return Text("in force", style="green") if correction.enabled else Text("off", style="yellow")


def trial_lines(answer: TestCorrectionsResponse, tried: Sequence[str]) -> Iterator[Cell]:
    """What a text is read as: by the table as it is, and beside it by what was tried."""
    table = f"with the table as it is (version {answer.version})" if answer.version else "with what is built in"
    yield Text(table, style="bold")
    yield from _read_lines(answer.words_before, answer.before)
    if tried:
        yield Text(f"with {', '.join(clean(each) for each in tried)}", style="bold")
        yield from _read_lines(answer.words_after, answer.after)


def _read_lines(words: Sequence[SpelledWord], mentions: Sequence[Mention]) -> Iterator[Cell]:
    spelled = "  ".join(f"{clean(word.heard)}={'|'.join(word.meant)}" for word in words)
    yield f"  spelled    {spelled or 'nothing'}"
    if not mentions:
        yield "  callsigns  none"
    for place, mention in enumerate(mentions):
        yield Text("  callsigns  " if not place else " " * 13).append_text(_mention_text(mention))


def _mention_text(mention: Mention) -> Text:
    facts = [enum_word(MentionForm.Name(mention.form), "MENTION_FORM_")]
    if mention.role:
        facts.append(enum_word(MentionRole.Name(mention.role), "MENTION_ROLE_"))
    facts.append(f"{mention.confidence:.0%}")
    if mention.alternatives:
        facts.append(f"or {', '.join(mention.alternatives)}")
    return Text.assemble((clean(mention.base_call), CALLSIGN), (f"  {clean(', '.join(facts))}", FAINT))


def _facts(correction: Correction) -> tuple[str, ...]:
    note = clean(correction.note)
    return meant_text(correction), category_word(correction), state_text(correction).plain, note
