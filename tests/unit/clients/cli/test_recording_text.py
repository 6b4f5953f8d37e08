from clients.cli.output import Cell
from clients.cli.recording_text import recording_lines, word_summary
from tsn.analyze.v1.analyze_pb2 import Alert, AlertKind
from tsn.extract.v1.entity_pb2 import Entity, EntityKind
from tsn.extract.v1.extract_pb2 import Mention, MentionForm, MentionRole
from tsn.ingest.v1.recording_pb2 import AudioWarning, Recording
from tsn.query.v1.query_pb2 import RecordingView
from tsn.transcribe.v1.transcript_pb2 import EngineInfo, QualityFlag, Segment, Transcript, Word


def text(view: RecordingView) -> str:
    def plain(cell: Cell) -> str:
        return cell if isinstance(cell, str) else cell.plain

    return "\n".join(plain(line) for line in recording_lines(view))


def test_all_that_is_known_of_a_recording_is_shown() -> None:
    shown = text(
        RecordingView(
            recording=Recording(
                name="nodes/demo/recordings/1",
                channel="main",
                container="wav",
                codec="gsm_ms",
                sample_rate_hz=8000,
                audio_channels=1,
                warnings=[AudioWarning.AUDIO_WARNING_TRUNCATED],
            ),
            transcript=Transcript(
                engine=EngineInfo(engine="pocketsphinx", model="en-us"),
                quality_flags=[QualityFlag.QUALITY_FLAG_CLIPPED],
                segments=[Segment(text="this is kilo seven", words=[Word(text="kilo", confidence=0.5)])],
            ),
            mentions=[
                Mention(
                    base_call="K7ABC",
                    heard="kilo seven",
                    role=MentionRole.MENTION_ROLE_SPEAKING,
                    form=MentionForm.MENTION_FORM_PHONETIC,
                    confidence=0.9,
                )
            ],
            entities=[Entity(kind=EntityKind.ENTITY_KIND_NAME, value="Bob")],
            alerts=[Alert(kind=AlertKind.ALERT_KIND_WEATHER, phrase="tornado")],
            trace_id="ab" * 16,
            searchable=True,
        )
    )
    assert "wav/gsm_ms, 8000 Hz, mono" in shown
    assert "warning      audio truncated" in shown
    assert "pocketsphinx en-us, clipped" in shown
    assert "0:00.0-0:00.0  this is kilo seven" in shown
    assert "callsign     K7ABC  speaking, certain (90 %)\n             segment 0, phonetic: “kilo seven”" in shown
    assert "name         Bob" in shown
    assert "alert        WEATHER: tornado" in shown
    assert "searchable   yes" in shown
    assert "trace        " + "ab" * 16 in shown


def test_a_recording_without_transcript_says_so() -> None:
    shown = text(RecordingView(recording=Recording(name="nodes/demo/recordings/1")))
    assert "transcript   none yet" in shown
    assert "searchable   not yet" in shown


def test_words_are_summed_up_with_the_least_certain_one() -> None:
    words = [Word(text="kilo", confidence=0.9), Word(text="hotel", confidence=0.3), Word(text="unscored")]
    assert word_summary(Segment(words=words)) == "3 words, 60 % sure, least of “hotel” 30 %"


def test_words_without_confidence_are_counted() -> None:
    assert word_summary(Segment(words=[Word(text="kilo")])) == "1 word"
    assert word_summary(Segment()) == ""


def test_on_a_terminal_a_long_segment_is_folded_beneath_itself() -> None:
    transcript = Transcript(segments=[Segment(text="word " * 30)])
    lines = recording_lines(RecordingView(recording=Recording(name="a"), transcript=transcript), 80)
    plain = [line if isinstance(line, str) else line.plain for line in lines]
    assert all(len(line) <= 80 for line in plain)
    assert sum("word" in line for line in plain) > 1
    assert all(line.startswith(" " * 17) for line in plain if "word" in line and "0:00" not in line)
