"""Between the domain's mentions and the wire's."""

from collections.abc import Iterable, Sequence

from services.extract.domain.model import Mention, MentionForm, MentionRole, SegmentText
from tsn.extract.v1 import extract_pb2 as pb
from tsn.transcribe.v1 import transcript_pb2

FORMS = {
    MentionForm.WRITTEN: pb.MENTION_FORM_WRITTEN,
    MentionForm.SPACED: pb.MENTION_FORM_SPACED,
    MentionForm.PHONETIC: pb.MENTION_FORM_PHONETIC,
    MentionForm.MIXED: pb.MENTION_FORM_MIXED,
}
ROLES = {
    MentionRole.UNSPECIFIED: pb.MENTION_ROLE_UNSPECIFIED,
    MentionRole.SPEAKING: pb.MENTION_ROLE_SPEAKING,
    MentionRole.CALLED: pb.MENTION_ROLE_CALLED,
    MentionRole.MENTIONED: pb.MENTION_ROLE_MENTIONED,
    MentionRole.ECHOED: pb.MENTION_ROLE_ECHOED,
}


def mention_to_wire(mention: Mention) -> pb.Mention:
    """A mention as it travels."""
    return pb.Mention(
        segment_index=mention.segment_index,
        start=mention.start,
        end=mention.end,
        heard=mention.heard,
        base_call=mention.base_call,
        modifiers=mention.modifiers,
        host_prefix=mention.host_prefix,
        form=FORMS[mention.form],
        role=ROLES[mention.role],
        evidence=mention.evidence,
        confidence=mention.confidence,
    )


def segments_from_wire(segments: Iterable[transcript_pb2.Segment]) -> Sequence[SegmentText]:
    """The texts of a transcript."""
    return [SegmentText(segment.index, segment.text) for segment in segments]
