"""Between the domain's segments and the wire's."""

from collections.abc import Sequence
from datetime import datetime

from mesh.rpc.times import to_duration, to_timestamp
from services.transcribe.domain.model import EngineInfo, Partial, QualityFlag, Segment, TranscriptResult, Word
from services.transcribe.domain.spelling import SpelledStretch, SpelledWord, symbols
from tsn.transcribe.v1 import transcribe_pb2
from tsn.transcribe.v1 import transcript_pb2 as pb

FLAGS = {
    QualityFlag.NO_SPEECH: pb.QUALITY_FLAG_NO_SPEECH,
    QualityFlag.TRUNCATED: pb.QUALITY_FLAG_TRUNCATED,
    QualityFlag.LOW_CONFIDENCE: pb.QUALITY_FLAG_LOW_CONFIDENCE,
    QualityFlag.CLIPPED: pb.QUALITY_FLAG_CLIPPED,
    QualityFlag.REPETITION: pb.QUALITY_FLAG_REPETITION,
}


def word_to_wire(word: Word, *, shift_seconds: float = 0.0) -> pb.Word:
    """A word as it travels; `shift_seconds` is added to its times."""
    return pb.Word(
        text=word.text,
        start_offset=to_duration(word.start_seconds + shift_seconds),
        end_offset=to_duration(word.end_seconds + shift_seconds),
        confidence=word.confidence,
    )


def segment_to_wire(segment: Segment) -> pb.Segment:
    """A segment as it travels."""
    return pb.Segment(
        index=segment.index,
        start_offset=to_duration(segment.start_seconds),
        end_offset=to_duration(segment.end_seconds),
        text=segment.text,
        words=[word_to_wire(word) for word in segment.words],
        confidence=segment.confidence,
        no_speech_probability=segment.no_speech_probability,
        average_log_probability=segment.avg_log_probability,
        compression_ratio=segment.compression_ratio,
    )


def engine_to_wire(info: EngineInfo) -> pb.EngineInfo:
    """An engine as it travels."""
    return pb.EngineInfo(
        engine=info.engine,
        model=info.model,
        version=info.version,
        device=info.device,
        compute_type=info.compute_type,
        parameters_digest=info.digest,
    )


def transcript_to_wire(
    result: TranscriptResult, *, name: str, created_at: datetime, engine_seconds: float
) -> pb.Transcript:
    """A transcript as it travels."""
    return pb.Transcript(
        name=name,
        segments=[segment_to_wire(segment) for segment in result.segments],
        engine=engine_to_wire(result.engine),
        language=result.language or "",
        quality_flags=sorted(FLAGS[flag] for flag in result.flags),
        created_at=to_timestamp(created_at),
        engine_time=to_duration(engine_seconds),
    )


def partial_to_wire(partial: Partial, *, recording: str, channel: str, sequence: int) -> pb.PartialTranscript:
    """A partial as it travels."""
    return pb.PartialTranscript(
        recording=recording,
        channel=channel,
        segment_index=partial.segment_index,
        stable_text=partial.stable_text,
        unstable_text=partial.unstable_text,
        start_offset=to_duration(partial.start_seconds),
        audio_end_offset=to_duration(partial.audio_end_seconds),
        sequence=sequence,
    )


def spelling_to_wire(heard: SpelledStretch) -> transcribe_pb2.ReadSpellingResponse:
    """What was spelled, as it travels."""
    return transcribe_pb2.ReadSpellingResponse(
        hypotheses=[_hypothesis_to_wire(words) for words in heard.hypotheses],
        real_time_factor=heard.real_time_factor,
        engine=engine_to_wire(heard.engine),
    )


def _hypothesis_to_wire(words: Sequence[SpelledWord]) -> transcribe_pb2.SpellingHypothesis:
    return transcribe_pb2.SpellingHypothesis(
        words=[
            transcribe_pb2.SpelledWord(
                word=word.word,
                symbol=word.symbol,
                start_offset=to_duration(word.start_seconds),
                end_offset=to_duration(word.end_seconds),
                fit=word.fit,
            )
            for word in words
        ],
        symbols=symbols(words),
    )
