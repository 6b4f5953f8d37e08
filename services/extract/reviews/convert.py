"""Between reviews and the wire."""

import re

from mesh.errors import InvalidInput
from mesh.rpc.times import to_timestamp
from services.extract.domain.authors import checked_author
from services.extract.domain.review_checks import checked_call, checked_reason
from services.extract.domain.review_errors import ReviewIncomplete
from services.extract.domain.reviews import ReviewAction
from services.extract.reviews.reading import Followed
from services.extract.reviews.reviewing import Where, Word
from tsn.extract.v1 import review_pb2 as pb

ACTIONS = {
    ReviewAction.CONFIRM: pb.REVIEW_ACTION_CONFIRM,
    ReviewAction.REJECT: pb.REVIEW_ACTION_REJECT,
    ReviewAction.REPLACE: pb.REVIEW_ACTION_REPLACE,
    ReviewAction.ADD: pb.REVIEW_ACTION_ADD,
    ReviewAction.MERGE: pb.REVIEW_ACTION_MERGE,
}
_FROM_WIRE = {wire: action for action, wire in ACTIONS.items()}
_WITH_NEW_CALL = (ReviewAction.REPLACE, ReviewAction.ADD, ReviewAction.MERGE)
_OF_A_MENTION = (ReviewAction.CONFIRM, ReviewAction.REJECT, ReviewAction.REPLACE, ReviewAction.ADD)
_OF_A_CALLSIGN = (ReviewAction.REJECT, ReviewAction.MERGE)
_RECORDING = re.compile(r"nodes/[A-Za-z0-9._-]{1,100}/recordings/[A-Za-z0-9-]{1,64}")
_NODE = re.compile(r"nodes/[A-Za-z0-9._-]{1,100}")
_ID = re.compile(r"reviews/[0-9a-f-]{1,36}")


class NameInvalid(InvalidInput):
    """Not the name of such a thing."""

    reason = "NAME_INVALID"

    def __init__(self, name: str, form: str, field: str) -> None:
        super().__init__(f"{name[:200]!r} is not of the form {form}", field=field)


def recording_name(text: str) -> str:
    """Raises NameInvalid."""
    return _named(_RECORDING, text, "nodes/{node}/recordings/{recording}", "recording")


def review_id(text: str) -> str:
    """The id in a review's name. Raises NameInvalid."""
    return _named(_ID, text, "reviews/{review}", "name").removeprefix("reviews/")


def word_of_mention(request: pb.ReviewMentionRequest) -> Word:
    """Raises ReviewIncomplete, CallsignImplausible, AuthorInvalid."""
    return _word(request, _OF_A_MENTION)


def word_of_callsign(request: pb.ReviewCallsignRequest) -> Word:
    """Raises ReviewIncomplete, CallsignImplausible, AuthorInvalid, NameInvalid."""
    node = _named(_NODE, request.node, "nodes/{node}", "node").removeprefix("nodes/") if request.node else ""
    return _word(request, _OF_A_CALLSIGN, node=node)


def where_of(request: pb.ReviewMentionRequest) -> Where:
    """Which mention is meant, as far as the request says it."""
    return Where(
        segment_index=request.segment_index if request.HasField("segment_index") else None,
        start=request.start if request.HasField("start") else None,
        end=request.end if request.HasField("end") else None,
        heard=request.heard,
    )


def review_to_wire(followed: Followed) -> pb.Review:
    """A review as it travels."""
    review = followed.review
    message = pb.Review(
        name=f"reviews/{review.id}",
        action=ACTIONS[review.action],
        base_call=review.base_call,
        new_call=review.new_call,
        node=f"nodes/{review.node}" if review.node else "",
        author=review.author,
        reason=review.reason,
        created_at=to_timestamp(review.created_at),
        undone_at=to_timestamp(review.undone_at) if review.undone_at else None,
        undone_by=review.undone_by,
        recordings_queued=followed.recordings_queued,
        finding=followed.finding,
    )
    if place := review.place:
        message.recording, message.transcript, message.heard = place.recording, place.transcript, place.heard
        message.segment_index, message.start, message.end = place.segment_index, place.start, place.end
    return message


def _word(
    request: pb.ReviewMentionRequest | pb.ReviewCallsignRequest, allowed: tuple[ReviewAction, ...], *, node: str = ""
) -> Word:
    action = _FROM_WIRE.get(request.action)
    if action not in allowed:
        raise ReviewIncomplete(f"say one of {', '.join(each.name for each in allowed)}", "action")
    base_call, new_call = "", ""
    if action is not ReviewAction.ADD:
        base_call = checked_call(request.base_call, "base_call", issued=False)
    elif request.base_call:
        raise ReviewIncomplete("an added call is the new_call", "base_call")
    if action in _WITH_NEW_CALL:
        new_call = checked_call(request.new_call, "new_call", force=request.force)
        if new_call == base_call:
            raise ReviewIncomplete(f"{new_call} is the same call", "new_call")
    elif request.new_call:
        raise ReviewIncomplete(f"{action.name} takes no new_call", "new_call")
    return Word(
        action=action,
        base_call=base_call,
        new_call=new_call,
        author=checked_author(request.author),
        reason=checked_reason(request.reason),
        node=node,
    )


def _named(pattern: re.Pattern[str], text: str, form: str, field: str) -> str:
    if pattern.fullmatch(text) is None:
        raise NameInvalid(text, form, field)
    return text
