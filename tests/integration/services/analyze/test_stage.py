"""Analyze's stage: alerts, conversations, and the same again on a replay."""

import grpc
import pytest
from sqlalchemy import select

from mesh.rpc.errors import error_reason
from services.analyze.store.tables import alerts, conversations, members
from tests.integration.services.analyze.overs import an_over, analyse, grouped
from tests.support.bench import Bench
from tsn.analyze.v1 import analyze_pb2 as pb
from tsn.analyze.v1.analyze_pb2_grpc import AnalyzeServiceStub, NetServiceStub

EVENT = "tsn.analyze.v1.recording_analyzed"
ACCIDENT = "break break break there was an accident on the highway we need an ambulance"
DRILL = "attention all stations this is only a drill we need an ambulance"


async def test_urgent_words_become_rows_and_an_event(base: Bench, channel: grpc.aio.Channel) -> None:
    over = an_over("good evening", ACCIDENT)
    await analyse(base, over)
    rows = await base.rows(select(alerts).order_by(alerts.c.ordinal))
    assert [(row["kind"], row["drill"]) for row in rows] == [("emergency", False), ("emergency", False)]
    for row in rows:
        assert row["recording"] == over.recording.name
        assert row["segment_index"] == 1
        assert ACCIDENT[row["span_start"] : row["span_end"]] == row["phrase"]
    (told,) = await base.events(EVENT, pb.RecordingAnalyzed, at_least=1)
    assert told.recording == over.recording
    assert [alert.kind for alert in told.alerts] == [pb.ALERT_KIND_EMERGENCY] * 2
    assert (told.conversation.node, told.conversation.channel) == ("nodes/hill", "repeater")
    assert told.conversation.recording_count == 1


async def test_words_of_a_drill_are_marked(base: Bench, channel: grpc.aio.Channel) -> None:
    await analyse(base, an_over(DRILL))
    rows = await base.rows(select(alerts))
    assert [row["drill"] for row in rows] == [True]
    (told,) = await base.events(EVENT, pb.RecordingAnalyzed, at_least=1)
    assert [alert.drill for alert in told.alerts] == [True]


async def test_a_replay_changes_nothing(base: Bench, channel: grpc.aio.Channel) -> None:
    over = an_over(ACCIDENT)
    await analyse(base, over)
    before = [await base.rows(select(table)) for table in (alerts, conversations, members)]
    await analyse(base, over, again="replayed")
    assert [await base.rows(select(table)) for table in (alerts, conversations, members)] == before
    first, second = await base.events(EVENT, pb.RecordingAnalyzed, at_least=2)
    assert first == second


async def test_a_worse_transcript_that_comes_late_changes_no_alert(base: Bench, channel: grpc.aio.Channel) -> None:
    older, newer, stand_in = an_over(ACCIDENT), an_over("all is well"), an_over(ACCIDENT)
    for other in (newer, stand_in):
        other.recording.CopyFrom(older.recording)
    stand_in.transcript.degraded = True
    await analyse(base, newer)
    for number, other in enumerate((older, stand_in)):
        await analyse(base, other, again=str(number))
    assert await base.count(alerts) == 0
    ((_, inside),) = (await grouped(base)).items()
    assert inside == [older.recording.name]
    (told,) = await base.events(EVENT, pb.RecordingAnalyzed, at_least=1)
    assert told.transcript == newer.transcript.name


async def test_a_conversation_can_be_asked_for_until_it_is_part_of_another(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    stub = AnalyzeServiceStub(channel)
    bridge, first, last = an_over(at_seconds=50), an_over(at_seconds=0), an_over(at_seconds=100)
    await analyse(base, first)
    await analyse(base, last)
    apart = list(await grouped(base))
    assert len(apart) == 2
    await analyse(base, bridge)
    ((together, inside),) = (await grouped(base)).items()
    assert inside == [over.recording.name for over in (first, bridge, last)]
    answer = await stub.GetConversation(pb.GetConversationRequest(name=f"conversations/{together}"), timeout=30)
    assert list(answer.recordings) == inside
    assert answer.conversation.recording_count == 3
    assert answer.conversation.started_at == first.recording.captured_at
    for gone in set(apart) - {together}:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.GetConversation(pb.GetConversationRequest(name=f"conversations/{gone}"), timeout=30)
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND
        assert error_reason(refused.value) == "CONVERSATION_NOT_FOUND"


async def test_a_name_of_no_conversation_is_not_found(channel: grpc.aio.Channel) -> None:
    for name in ("conversations/no-such", "", "conversations/zażółć", "nodes/hill"):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await AnalyzeServiceStub(channel).GetConversation(pb.GetConversationRequest(name=name), timeout=30)
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_nets_and_insights_are_said_not_to_be_served(channel: grpc.aio.Channel) -> None:
    for call in (
        NetServiceStub(channel).ListNets(pb.ListNetsRequest(), timeout=30),
        AnalyzeServiceStub(channel).ListInsights(pb.ListInsightsRequest(), timeout=30),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
        assert error_reason(refused.value) == "NOT_SERVED"
