"""Between the domain's mentions and the wire's."""

from collections.abc import Iterable, Sequence

from mesh.rpc.times import from_duration, from_timestamp
from services.extract.domain.model import (
    Entity,
    EntityKind,
    Holder,
    Mention,
    MentionForm,
    MentionReview,
    MentionRole,
    SegmentText,
)
from services.extract.domain.reading import Reading, TimedWord
from tsn.extract.v1 import entity_pb2
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
REVIEWS = {
    MentionReview.NONE: pb.MENTION_REVIEW_UNSPECIFIED,
    MentionReview.CONFIRMED: pb.MENTION_REVIEW_CONFIRMED,
    MentionReview.REPLACED: pb.MENTION_REVIEW_REPLACED,
    MentionReview.ADDED: pb.MENTION_REVIEW_ADDED,
}
KINDS = {
    EntityKind.GRID_SQUARE: entity_pb2.ENTITY_KIND_GRID_SQUARE,
    EntityKind.FREQUENCY: entity_pb2.ENTITY_KIND_FREQUENCY,
    EntityKind.TONE: entity_pb2.ENTITY_KIND_TONE,
    EntityKind.SIGNAL_REPORT: entity_pb2.ENTITY_KIND_SIGNAL_REPORT,
    EntityKind.Q_CODE: entity_pb2.ENTITY_KIND_Q_CODE,
    EntityKind.LOCATION: entity_pb2.ENTITY_KIND_LOCATION,
    EntityKind.NAME: entity_pb2.ENTITY_KIND_NAME,
    EntityKind.NODE_NUMBER: entity_pb2.ENTITY_KIND_NODE_NUMBER,
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
        alternatives=mention.alternatives,
        holder=_holder_to_wire(mention.holder),
        review=REVIEWS[mention.review],
    )


def _holder_to_wire(holder: Holder | None) -> pb.Holder | None:
    return pb.Holder(name=holder.name, location=holder.location, source=holder.source) if holder else None


def entity_to_wire(entity: Entity) -> entity_pb2.Entity:
    """An entity as it travels."""
    return entity_pb2.Entity(
        kind=KINDS[entity.kind],
        segment_index=entity.segment_index,
        start=entity.start,
        end=entity.end,
        heard=entity.heard,
        value=entity.value,
        evidence=entity.evidence,
        confidence=entity.confidence,
    )


def reading_of(completed: transcript_pb2.TranscriptCompleted) -> Reading:
    """A transcript as it comes to be read."""
    recording, transcript = completed.recording, completed.transcript
    parts = recording.name.split("/")
    return Reading(
        recording=recording.name,
        node=parts[1] if len(parts) > 1 else "",
        channel=recording.channel,
        captured_at=from_timestamp(recording.captured_at),
        transcript=transcript.name,
        segments=tuple(segments_from_wire(transcript.segments)),
        audio_sha256=recording.sha256.lower(),
        words={segment.index: _words(segment) for segment in transcript.segments if segment.words},
        times={segment.index: times for segment in transcript.segments if (times := _times(segment))},
    )


def _words(segment: transcript_pb2.Segment) -> tuple[TimedWord, ...]:
    return tuple(
        TimedWord(word.text, from_duration(word.start_offset), from_duration(word.end_offset)) for word in segment.words
    )


def _times(segment: transcript_pb2.Segment) -> tuple[float, float] | None:
    begins, ends = from_duration(segment.start_offset), from_duration(segment.end_offset)
    return (begins, ends) if ends > begins else None


def segments_from_wire(segments: Iterable[transcript_pb2.Segment]) -> Sequence[SegmentText]:
    """The texts of a transcript."""
    return [SegmentText(segment.index, segment.text) for segment in segments]
