"""What the acoustic step makes of a reading."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry

from services.extract.domain.acoustic import Heard
from services.extract.domain.model import Mention, MentionForm, MentionReview, MentionRole, SegmentText
from services.extract.domain.reading import Reading, TimedWord
from services.extract.domain.votes import Band
from services.extract.metrics import ExtractMetrics
from services.extract.steps.acoustic import STRETCHES_LIMIT, AcousticStep
from tests.support.listening import ScriptedListener

SHA256 = "ab" * 32
WORDS = ["kilo", "seven", "alpha", "bravo", "charlie"]
AGREES = [Heard("K7ABC", "kilo seven alpha bravo charlie")]


def a_mention(confidence: float = 0.7, segment_index: int = 0) -> Mention:
    return Mention(
        segment_index=segment_index,
        start=0,
        end=len(" ".join(WORDS)),
        heard=" ".join(WORDS),
        base_call="K7ABC",
        modifiers=(),
        host_prefix="",
        form=MentionForm.PHONETIC,
        role=MentionRole.SPEAKING,
        evidence=(),
        confidence=confidence,
    )


def a_reading(*mentions: Mention) -> Reading:
    count = 1 + max((mention.segment_index for mention in mentions), default=0)
    timed = tuple(TimedWord(word, place + 1.0, place + 1.5) for place, word in enumerate(WORDS))
    return Reading(
        recording="recording",
        node="hill",
        channel="repeater",
        captured_at=datetime(2026, 11, 20, tzinfo=UTC),
        transcript="transcript",
        segments=tuple(SegmentText(index, " ".join(WORDS)) for index in range(count)),
        audio_sha256=SHA256,
        words=dict.fromkeys(range(count), timed),
        mentions=mentions,
    )


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def listener() -> ScriptedListener:
    return ScriptedListener(AGREES)


@pytest.fixture
def step(listener: ScriptedListener, registry: CollectorRegistry) -> AcousticStep:
    return AcousticStep(listener=listener, band=Band(0.5, 0.85), metrics=ExtractMetrics(registry))


async def test_a_doubtful_call_that_is_heard_again_is_believed(step: AcousticStep, listener: ScriptedListener) -> None:
    after = await step.read(a_reading(a_mention(0.7)))
    (mention,) = after.mentions
    assert mention.confidence > 0.9
    assert mention.evidence == ("acoustic:agrees (kilo seven alpha bravo charlie)",)
    ((sha256, stretch),) = listener.asked
    assert sha256 == SHA256
    assert (stretch.begins_seconds, stretch.ends_seconds) == pytest.approx((0.7, 5.8))
    assert after.shortfalls == ()


async def test_only_doubtful_calls_that_no_person_settled_are_heard_again(
    step: AcousticStep, listener: ScriptedListener
) -> None:
    confirmed = replace(a_mention(0.7), review=MentionReview.CONFIRMED)
    before = a_reading(a_mention(0.95), a_mention(0.4), confirmed)
    assert await step.read(before) == before
    assert listener.asked == []


async def test_a_call_that_is_not_heard_stays_as_it_was(step: AcousticStep, listener: ScriptedListener) -> None:
    listener.heard = [Heard("   M  ", "mike")]
    before = a_reading(a_mention(0.8), a_mention(0.5))
    assert await step.read(before) == before


async def test_where_nobody_listens_the_reading_stays_and_nobody_is_asked_again(
    step: AcousticStep, listener: ScriptedListener, registry: CollectorRegistry
) -> None:
    listener.away = "busy"
    before = a_reading(a_mention(), a_mention(segment_index=1))
    assert await step.read(before) == before
    assert len(listener.asked) == 1
    assert registry.get_sample_value("tsn_extract_listened_total", {"result": "busy"}) == 1


async def test_audio_that_nobody_can_fetch_is_not_asked_for(step: AcousticStep, listener: ScriptedListener) -> None:
    await step.read(replace(a_reading(a_mention()), audio_sha256=""))
    assert listener.asked == []


async def test_only_so_many_stretches_of_one_recording_are_heard_again(
    step: AcousticStep, listener: ScriptedListener
) -> None:
    await step.read(a_reading(*(a_mention(segment_index=index) for index in range(STRETCHES_LIMIT + 3))))
    assert len(listener.asked) == STRETCHES_LIMIT
