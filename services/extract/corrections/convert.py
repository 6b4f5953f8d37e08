"""Between the domain's corrections and the wire's."""

from dataclasses import replace

from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import InvalidInput
from mesh.rpc.times import to_timestamp
from services.extract.domain.correction_errors import CorrectionInvalid
from services.extract.domain.correction_rules import amended, checked_correction, checked_heard
from services.extract.domain.corrections import (
    Correction,
    CorrectionAction,
    CorrectionCategory,
    CorrectionChange,
    StoredCorrection,
)
from services.extract.domain.spelling import SpelledWord
from tsn.extract.v1 import correction_pb2 as pb

COLLECTION = "corrections"
CATEGORIES = {
    CorrectionCategory.MISHEARD: pb.CORRECTION_CATEGORY_MISHEARD,
    CorrectionCategory.PHONETIC: pb.CORRECTION_CATEGORY_PHONETIC,
    CorrectionCategory.LETTER_NAME: pb.CORRECTION_CATEGORY_LETTER_NAME,
    CorrectionCategory.DIGIT: pb.CORRECTION_CATEGORY_DIGIT,
    CorrectionCategory.HOMOPHONE: pb.CORRECTION_CATEGORY_HOMOPHONE,
}
ACTIONS = {
    CorrectionAction.CREATED: pb.CORRECTION_ACTION_CREATED,
    CorrectionAction.UPDATED: pb.CORRECTION_ACTION_UPDATED,
    CorrectionAction.DELETED: pb.CORRECTION_ACTION_DELETED,
}
_CATEGORY_OF = {number: category for category, number in CATEGORIES.items()} | {
    pb.CORRECTION_CATEGORY_UNSPECIFIED: CorrectionCategory.MISHEARD
}
_CHANGEABLE = ("meant", "alternatives", "category", "enabled", "note")


class UpdateMaskInvalid(InvalidInput):
    """It names what cannot be changed."""

    reason = "UPDATE_MASK_INVALID"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"update_mask: {path!r} cannot be changed, only {', '.join(_CHANGEABLE)}; to change the words, remove the "
            "correction and add another",
            field="update_mask",
        )


def name_of(heard: str) -> str:
    """Resource name of the correction of these words."""
    return f"{COLLECTION}/{heard.replace(' ', '-')}"


def heard_in(name: str) -> str:
    """The words in `corrections/{correction}`. Raises CorrectionInvalid."""
    collection, _, words = name.partition("/")
    if collection != COLLECTION or not words:
        raise CorrectionInvalid("name", f"{name[:80]!r} is not {COLLECTION}/{{correction}}")
    return checked_heard(words)


def correction_to_wire(correction: Correction) -> pb.Correction:
    """What a correction says."""
    return pb.Correction(
        name=name_of(correction.heard),
        heard=correction.heard,
        meant=correction.meant[0],
        alternatives=correction.meant[1:],
        category=CATEGORIES[correction.category],
        enabled=correction.enabled,
        note=correction.note,
    )


def stored_to_wire(stored: StoredCorrection) -> pb.Correction:
    """A correction of the table."""
    message = correction_to_wire(stored.correction)
    message.created_at.CopyFrom(to_timestamp(stored.created_at))
    message.created_by = stored.created_by
    message.updated_at.CopyFrom(to_timestamp(stored.updated_at))
    message.updated_by = stored.updated_by
    return message


def change_to_wire(change: CorrectionChange) -> pb.CorrectionChange:
    """A row of the history."""
    return pb.CorrectionChange(
        version=change.version,
        action=ACTIONS[change.action],
        heard=change.heard,
        before=correction_to_wire(change.before) if change.before else None,
        after=correction_to_wire(change.after) if change.after else None,
        author=change.author,
        changed_at=to_timestamp(change.changed_at),
    )


def correction_from_wire(message: pb.Correction) -> Correction:
    """A new correction. Raises CorrectionInvalid, WordSpellsAlready, WordHoldsSentences."""
    return checked_correction(
        message.heard,
        (message.meant, *message.alternatives),
        _category(message),
        enabled=message.enabled if message.HasField("enabled") else True,
        note=message.note,
    )


def tried_from_wire(message: pb.Correction) -> Correction:
    """A correction to try; the words alone where they are taken out. Raises what `correction_from_wire` raises."""
    if message.HasField("enabled") and not message.enabled:
        return Correction(checked_heard(message.heard), (), enabled=False)
    return correction_from_wire(message)


def word_to_wire(word: SpelledWord) -> pb.SpelledWord:
    """A word that may spell."""
    return pb.SpelledWord(start=word.start, end=word.end, heard=word.heard, meant=word.meant, kind=word.kind)


def paths_in(mask: FieldMask, message: pb.Correction) -> frozenset[str]:
    """The fields of `message` that are to be changed. Raises UpdateMaskInvalid."""
    if "*" in mask.paths:
        return frozenset(_CHANGEABLE)
    if not mask.paths:
        return frozenset(field.name for field, _ in message.ListFields() if field.name in _CHANGEABLE)
    for path in mask.paths:
        if path not in _CHANGEABLE:
            raise UpdateMaskInvalid(path)
    return frozenset(mask.paths)


def changed(before: Correction, message: pb.Correction, paths: frozenset[str]) -> Correction:
    """`before` with the fields `paths` of `message`. Raises CorrectionInvalid, WordHoldsSentences."""
    first = message.meant if "meant" in paths else before.meant[0]
    others = tuple(message.alternatives) if "alternatives" in paths else before.meant[1:]
    enabled = message.enabled if message.HasField("enabled") else True
    return amended(
        replace(
            before,
            meant=(first, *others),
            category=_category(message) if "category" in paths else before.category,
            enabled=enabled if "enabled" in paths else before.enabled,
            note=message.note if "note" in paths else before.note,
        )
    )


def _category(message: pb.Correction) -> CorrectionCategory:
    category = _CATEGORY_OF.get(message.category)
    if category is None:
        raise CorrectionInvalid("category", f"{message.category} is none that this version knows")
    return category
