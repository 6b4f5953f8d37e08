"""What can go wrong when people review."""

from collections.abc import Iterable

from mesh.errors import InvalidInput, Kind, NotFound, TsnError
from services.extract.domain.model import Mention

_NAMED_MOST = 10


def _listed(mentions: Iterable[Mention]) -> str:
    """What is there instead, for people."""
    found = [f"{mention.base_call} in segment {mention.segment_index} at {mention.start}" for mention in mentions]
    more = f" and {len(found) - _NAMED_MOST} more" if len(found) > _NAMED_MOST else ""
    return ", ".join(found[:_NAMED_MOST]) + more if found else "no mention"


class ReviewIncomplete(InvalidInput):
    """A field that the action needs is missing, or one that it does not take is set."""

    reason = "REVIEW_INCOMPLETE"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message, field=field)


class CallsignImplausible(InvalidInput):
    """No country issues such a callsign."""

    reason = "CALLSIGN_IMPLAUSIBLE"

    def __init__(self, call: str, field: str, *, forcible: bool) -> None:
        hint = "; `force` takes it nevertheless" if forcible else ""
        super().__init__(
            f"{call[:32]!r} is no callsign that any country issues{hint}", facts={"callsign": call[:32]}, field=field
        )


class MentionUnknown(NotFound):
    """The recording has no such mention; says what it has."""

    reason = "MENTION_NOT_FOUND"

    def __init__(self, call: str, recording: str, there: Iterable[Mention]) -> None:
        super().__init__(
            f"{call} is not read there; {recording} has {_listed(there)}",
            facts={"recording": recording, "callsign": call},
        )


class MentionAmbiguous(TsnError):
    """The call is read more than once in the recording, and the request does not say which is meant."""

    kind = Kind.PRECONDITION
    reason = "MENTION_AMBIGUOUS"

    def __init__(self, call: str, there: Iterable[Mention]) -> None:
        super().__init__(f"say which {call} is meant, by segment and start: {_listed(there)}", facts={"callsign": call})


class MentionThere(TsnError):
    """Something is read at the place where a call is to be added."""

    kind = Kind.EXISTS
    reason = "MENTION_EXISTS"

    def __init__(self, there: Mention) -> None:
        super().__init__(
            f"{there.base_call} is read there already: confirm or replace it",
            facts={"callsign": there.base_call, "segment_index": there.segment_index, "start": there.start},
        )


class PlaceUnknown(NotFound):
    """The transcript has no such segment, span or words."""

    reason = "PLACE_NOT_FOUND"


class ReviewUnknown(NotFound):
    """There is no such review."""

    reason = "REVIEW_NOT_FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no review {name}", facts={"name": name})


class ReviewUndone(TsnError):
    """It was taken back before."""

    kind = Kind.PRECONDITION
    reason = "REVIEW_UNDONE"

    def __init__(self, name: str, by: str) -> None:
        super().__init__(f"{name} was taken back by {by}; say it again to have it back", facts={"name": name, "by": by})


class ReviewConflict(TsnError):
    """It contradicts a review that holds, so that neither could be heeded."""

    kind = Kind.PRECONDITION
    reason = "REVIEW_CONFLICT"

    def __init__(self, message: str, review_id: str) -> None:
        super().__init__(
            f"{message}: undo reviews/{review_id} first, or review the other call",
            facts={"review": f"reviews/{review_id}"},
        )


class OptOutUnknown(NotFound):
    """The callsign may be profiled as it is."""

    reason = "OPT_OUT_NOT_FOUND"

    def __init__(self, call: str) -> None:
        super().__init__(f"{call} has not asked to be left out", facts={"callsign": call})
