"""Messages of the pipeline, as the stages before would have sent them."""

from datetime import UTC, datetime, timedelta

from mesh.ids import new_id
from mesh.rpc.times import to_duration, to_timestamp
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.transcribe.v1.transcript_pb2 import EngineInfo, PartialTranscript, Segment, Transcript, TranscriptCompleted

EVENING = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def a_recording(
    *, node: str = "hill", channel: str = "repeater", at_seconds: float = 0.0, seconds: float = 5.0, sha256: str = ""
) -> Recording:
    """A stored recording, `at_seconds` after the evening began."""
    return Recording(
        name=f"nodes/{node}/recordings/{new_id()}",
        channel=channel,
        captured_at=to_timestamp(EVENING + timedelta(seconds=at_seconds)),
        duration=to_duration(seconds),
        sha256=sha256,
    )


def a_transcript(recording: Recording, *texts: str) -> Transcript:
    """A transcript with a segment a text."""
    return Transcript(
        name=f"{recording.name}/transcripts/{new_id()}",
        segments=[Segment(index=index, text=text) for index, text in enumerate(texts)],
        engine=EngineInfo(engine="scripted", model="inline", version="1", device="cpu", compute_type="none"),
        language="en",
        created_at=to_timestamp(EVENING),
    )


def completed(recording: Recording, *texts: str) -> TranscriptCompleted:
    """What transcribe tells of a recording."""
    return TranscriptCompleted(recording=recording, transcript=a_transcript(recording, *texts))


def a_partial(
    stable_text: str, *, segment_index: int = 0, recording: str = "nodes/hill/recordings/1"
) -> PartialTranscript:
    """Stable text of a recording that is being decoded."""
    return PartialTranscript(
        recording=recording, channel="repeater", segment_index=segment_index, stable_text=stable_text
    )
