from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from clients.cli.feed_text import feed_line, partial_line
from tsn.analyze.v1.analyze_pb2 import Alert, AlertKind, RecordingAnalyzed, StreamAnalyzeResponse
from tsn.extract.v1.entity_pb2 import Entity, EntityKind
from tsn.extract.v1.extract_pb2 import Mention, MentionsExtracted, StreamExtractResponse
from tsn.ingest.v1.recording_pb2 import Recording, RecordingStored
from tsn.query.v1.query_pb2 import FeedHeartbeat, RecordingIndexed, WatchFeedResponse
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript, Segment, Transcript, TranscriptCompleted

NAME = "nodes/demo/recordings/1"
RECORDING = Recording(name=NAME, channel="main", source_file_name="a\x1b.wav")
ALERT = Alert(kind=AlertKind.ALERT_KIND_EMERGENCY, phrase="ambulance")


def line(**item: object) -> str:
    at = Timestamp()
    at.FromDatetime(datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    made = feed_line(WatchFeedResponse(published_at=at, **item))
    assert made is not None
    return made.plain


def test_each_fact_is_one_line_with_time_and_place() -> None:
    transcript = Transcript(segments=[Segment(text="good"), Segment(text="evening")])
    stored = line(recording_stored=RecordingStored(recording=RECORDING))
    heard = line(transcript_completed=TranscriptCompleted(recording=RECORDING, transcript=transcript))
    assert stored == "23:30:00Z  recording   demo/main  0.0 s, a�.wav"
    assert heard == "23:30:00Z  heard       demo/main  good evening"


def test_a_recording_where_nobody_speaks_says_so() -> None:
    assert line(transcript_completed=TranscriptCompleted(recording=RECORDING)).endswith("(nobody speaks)")


def test_callsigns_and_alerts_have_lines_stored_and_live() -> None:
    mentions = [Mention(base_call="K7ABC"), Mention(base_call="K7ABC")]
    assert line(mentions_extracted=MentionsExtracted(recording=RECORDING, mentions=mentions)).endswith(
        "demo/main  K7ABC"
    )
    found = [Entity(kind=EntityKind.ENTITY_KIND_NAME, value="Bob")]
    both = line(mentions_extracted=MentionsExtracted(recording=RECORDING, mentions=mentions, entities=found))
    assert both.endswith("callsigns   demo/main  K7ABC  name Bob")
    assert line(mentions_extracted=MentionsExtracted(recording=RECORDING, entities=found)).endswith(
        "found       demo/main  name Bob"
    )
    live = StreamExtractResponse(recording=NAME, channel="main", mentions=mentions)
    assert "live call   demo/main  K7ABC" in line(live_mentions=live)
    analyzed = RecordingAnalyzed(recording=RECORDING, alerts=[ALERT])
    assert line(recording_analyzed=analyzed).endswith("EMERGENCY: ambulance")
    live_alerts = StreamAnalyzeResponse(recording=NAME, channel="main", alerts=[ALERT])
    assert "live alert" in line(live_alerts=live_alerts)


def test_what_has_nothing_to_tell_has_no_line() -> None:
    assert feed_line(WatchFeedResponse(heartbeat=FeedHeartbeat())) is None
    assert feed_line(WatchFeedResponse(mentions_extracted=MentionsExtracted(recording=RECORDING))) is None
    assert feed_line(WatchFeedResponse(recording_analyzed=RecordingAnalyzed(recording=RECORDING))) is None
    assert feed_line(WatchFeedResponse(partial=PartialTranscript(recording=NAME))) is None


def test_an_indexed_recording_is_named() -> None:
    assert line(recording_indexed=RecordingIndexed(recording=NAME, channel="main")).endswith(NAME)


def test_a_partial_text_shows_what_stays_before_what_may_change() -> None:
    partial = PartialTranscript(recording=NAME, channel="main", stable_text="good", unstable_text="evening")
    assert partial_line(partial).plain == "… demo/main  good evening"
