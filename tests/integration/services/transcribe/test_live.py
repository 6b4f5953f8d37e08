"""The live fan-out: real peers are told, slow and absent ones cost nothing but liveness."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from prometheus_client import CollectorRegistry

from mesh.rpc.channel import open_channel
from services.analyze.domain.urgency import find_alerts
from services.analyze.handler import AnalyzeHandler
from services.analyze.metrics import AnalyzeMetrics
from services.analyze.store.repository import AnalysisRepository
from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.spelling import BUILT_IN_SPELLING
from services.extract.handler import ExtractHandler
from services.extract.metrics import ExtractMetrics
from services.transcribe.engines.spec import ScriptedSpec
from services.transcribe.live import REST_SECONDS, AnalyzePeer, ExtractPeer, FeedPeer, Partials
from tests.integration.services.transcribe.parts import parts, queued, stored
from tests.support.bench import Bench, calling
from tests.support.eventually import eventually
from tests.support.sample_net import sample_saying, write_script
from tests.support.wire import a_partial
from tsn.analyze.v1.analyze_pb2 import StreamAnalyzeResponse
from tsn.analyze.v1.analyze_pb2_grpc import add_AnalyzeServiceServicer_to_server
from tsn.extract.v1.extract_pb2 import StreamExtractResponse
from tsn.extract.v1.extract_pb2_grpc import ExtractServiceServicer, add_ExtractServiceServicer_to_server
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

ACCIDENT = "break break break there was an accident on the highway we need an ambulance"
TRAILING = "this is november seven quebec uniform sierra good evening no traffic"
BY_ITSELF = "november one quebec uniform zulu"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> ScriptedSpec:
    """An engine that says what was truly said."""
    return ScriptedSpec(write_script(tmp_path_factory.mktemp("script") / "script.json"))


class HangingExtract(ExtractServiceServicer):
    """Takes calls, reads nothing, answers nothing."""

    def __init__(self) -> None:
        self.called = asyncio.Event()
        self.ended = 0

    async def StreamExtract(self, request_iterator: object, context: object) -> AsyncIterator[StreamExtractResponse]:
        self.called.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1
        yield StreamExtractResponse()


class LostOncePeer:
    """Fails with its first recording."""

    name = "lost once"

    def __init__(self) -> None:
        self.listening = 0

    async def listen(self, partials: Partials, traceparent: str) -> None:
        self.listening += 1
        if self.listening == 1:
            raise ConnectionError
        async for _ in partials:
            pass


@asynccontextmanager
async def hanging(base: Bench) -> AsyncIterator[tuple[HangingExtract, ExtractPeer]]:
    """A peer that hangs, and its other end."""
    servicer = HangingExtract()
    async with calling(lambda server: add_ExtractServiceServicer_to_server(servicer, server)) as channel:
        yield servicer, ExtractPeer(channel, base.bus)


def told_last(base: Bench) -> str:
    """Stable text of the last partial that the feed has; empty before the first."""
    partials = base.live.of("partial", PartialTranscript)
    return partials[-1].stable_text if partials else ""


async def test_a_peer_that_hangs_does_not_hold_transcription_up(base: Bench, script: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(TRAILING).path)
    async with hanging(base) as (servicer, peer):
        peers = [peer, FeedPeer(base.bus)]
        async with parts(base, script, peers=peers, answer_seconds=600) as made, base.working(made.stage):
            first = await base.ended(await queued(base, event))
            await servicer.called.wait()
            second = await base.ended(await queued(base, event, again="with the peer still hanging"))
            assert servicer.ended == 0
            await eventually(lambda: told_last(base) == TRAILING)
    assert [first["state"], second["state"]] == ["succeeded", "succeeded"]


async def test_partials_that_a_hanging_peer_does_not_take_are_dropped_and_counted(
    base: Bench, script: ScriptedSpec
) -> None:
    async with hanging(base) as (_, peer), parts(base, script, peers=[peer], answer_seconds=0.05) as made:
        with made.live.session() as offer:
            for _ in range(200):
                offer(a_partial("word"))
            # One place of the queue of 64 is kept for the end.
            assert made.dropped("extract") == 200 - 63


async def test_a_peer_that_gave_no_answer_is_given_up_and_left_alone_for_a_while(
    base: Bench, script: ScriptedSpec
) -> None:
    later = 0.0
    async with (
        hanging(base) as (servicer, peer),
        parts(base, script, peers=[peer], answer_seconds=0.05, monotonic=lambda: later) as made,
    ):
        with made.live.session() as offer:
            offer(a_partial("one"))
            await servicer.called.wait()
        await eventually(lambda: servicer.ended == 1)
        await eventually(lambda: not any(made.live._tasks.values()))
        with made.live.session() as offer:
            offer(a_partial("two"))
            assert not any(made.live._tasks.values())
        assert made.dropped("extract") == 1
        assert made.resting("extract")
        later = REST_SECONDS
        assert not made.resting("extract")


async def test_after_its_rest_a_lost_peer_is_tried_with_one_recording_and_then_has_all_again(
    base: Bench, script: ScriptedSpec
) -> None:
    later = 0.0
    peer = LostOncePeer()
    async with parts(base, script, peers=[peer], monotonic=lambda: later) as made:
        with made.live.session():
            await eventually(lambda: made.resting("lost once"))
        later = REST_SECONDS
        with made.live.session(), made.live.session():
            await eventually(lambda: peer.listening == 2)
        await eventually(lambda: not any(made.live._tasks.values()))
        with made.live.session(), made.live.session():
            await eventually(lambda: peer.listening == 4)


async def test_recordings_that_a_hanging_peer_holds_do_not_keep_others_from_the_feed(
    base: Bench, script: ScriptedSpec
) -> None:
    async with (
        hanging(base) as (_, peer),
        parts(base, script, peers=[peer, FeedPeer(base.bus)], sessions_limit=4, answer_seconds=600) as made,
    ):
        for _ in range(10):
            with made.live.session() as offer:
                offer(a_partial("word"))
            # The feed takes its part before the next recording comes.
            await eventually(lambda: not made.live._tasks["feed"])
        assert len(made.live._tasks["extract"]) == 4
        assert made.dropped("extract") == 6
        await eventually(lambda: len(base.live.of("partial", PartialTranscript)) == 10)


async def test_an_absent_peer_costs_nothing_but_its_partials(base: Bench, script: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(TRAILING).path)
    async with open_channel("127.0.0.1:1") as nobody:
        peers = [ExtractPeer(nobody, base.bus), FeedPeer(base.bus)]
        async with parts(base, script, peers=peers) as made, base.working(made.stage):
            assert (await base.ended(await queued(base, event)))["state"] == "succeeded"
            await eventually(lambda: made.dropped("extract") > 0)
            await eventually(lambda: base.live.of("partial", PartialTranscript))


def spoken(text: str) -> list[PartialTranscript]:
    """A partial for each word of `text`."""
    words = text.split()
    return [a_partial(" ".join(words[: count + 1])) for count in range(len(words))]


@asynccontextmanager
async def real_peers(base: Bench) -> AsyncIterator[list[ExtractPeer | AnalyzePeer]]:
    """The handlers of extract and analyze, as their services serve them."""

    def register(server: grpc.aio.Server) -> None:
        extract = ExtractHandler(
            in_force=lambda: BUILT_IN_SPELLING, finder=EntityFinder(), metrics=ExtractMetrics(CollectorRegistry())
        )
        add_ExtractServiceServicer_to_server(extract, server)
        analyze = AnalyzeHandler(
            database=base.database, repository=AnalysisRepository(), metrics=AnalyzeMetrics(CollectorRegistry())
        )
        add_AnalyzeServiceServicer_to_server(analyze, server)

    async with calling(register) as channel:
        yield [ExtractPeer(channel, base.bus), AnalyzePeer(channel, base.bus)]


async def test_callsigns_are_told_live_before_the_recording_is_done(base: Bench, tmp_path: Path) -> None:
    event = await stored(base, sample_saying(TRAILING).path)
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"*": f"{TRAILING} from here and a long story about the weather on the hill"}))
    async with real_peers(base) as peers, parts(base, ScriptedSpec(script), peers=peers) as made:
        with made.live.session() as offer:
            for partial in spoken(f"{TRAILING} from here"):
                offer(partial)
            # More may come: the session is open.
            await eventually(lambda: len(base.live.of("mentions", StreamExtractResponse)) == 1)
        async with base.working(made.stage):
            assert (await base.ended(await queued(base, event)))["state"] == "succeeded"
            await eventually(lambda: len(base.live.of("mentions", StreamExtractResponse)) == 2)
    offered, told = base.live.of("mentions", StreamExtractResponse)
    assert [mention.base_call for mention in (*offered.mentions, *told.mentions)] == ["N7QUS", "N7QUS"]
    assert (told.recording, told.channel) == (event.recording.name, "repeater")


async def test_a_callsign_at_the_very_end_is_told_when_the_recording_ends(base: Bench, script: ScriptedSpec) -> None:
    async with real_peers(base) as peers, parts(base, script, peers=peers) as made:
        with made.live.session() as offer:
            for partial in spoken(f"good evening this is {BY_ITSELF}"):
                offer(partial)
            # Held back for as long as more words may follow.
            assert base.live.of("mentions", StreamExtractResponse) == []
        await eventually(lambda: base.live.of("mentions", StreamExtractResponse))
    (told,) = base.live.of("mentions", StreamExtractResponse)
    assert [mention.base_call for mention in told.mentions] == ["N1QUZ"]


async def test_urgent_words_are_told_live_as_they_are_stored_later(base: Bench, script: ScriptedSpec) -> None:
    event = await stored(base, sample_saying(ACCIDENT).path)
    async with real_peers(base) as peers, parts(base, script, peers=peers) as made, base.working(made.stage):
        assert (await base.ended(await queued(base, event)))["state"] == "succeeded"
        wanted = [alert.phrase for alert in find_alerts([(0, ACCIDENT)])]

        def phrases() -> list[str]:
            told = base.live.of("alerts", StreamAnalyzeResponse)
            return [alert.phrase for answer in told for alert in answer.alerts]

        await eventually(lambda: len(phrases()) >= len(wanted))
    assert phrases() == wanted
