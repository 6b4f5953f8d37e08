"""A callsign that asked not to be profiled is not shown by callsign; what was said on the air stays."""

import random
from datetime import timedelta
from pathlib import Path

from mesh.ids import new_id
from mesh.rpc.times import to_timestamp
from services.query.config import QuerySettings
from services.query.events import EXTRACTED, OPT_OUT
from services.query.maintenance import rebuilt
from tests.integration.services.query.running import Event, Over, RunningQuery, an_over, names, running_query
from tests.support.bench import bench
from tests.support.eventually import eventually
from tests.support.wire import EVENING
from tsn.extract.v1.extract_pb2 import Holder, MentionsExtracted
from tsn.extract.v1.review_pb2 import OptOutChanged
from tsn.query.v1 import query_pb2 as pb


def opt_out(call: str, *, left_out: bool = True, seconds: int = 0) -> Event:
    changed_at = to_timestamp(EVENING + timedelta(seconds=seconds))
    return OPT_OUT, OptOutChanged(base_call=call, opted_out=left_out, changed_at=changed_at)


def with_holders(over: Over) -> Over:
    """Every mention of `over` has a holder."""
    for subject, message in over.events:
        if subject == EXTRACTED and isinstance(message, MentionsExtracted):
            for mention in message.mentions:
                mention.holder.CopyFrom(Holder(name="Ann", source="fcc"))
    return over


async def callsigns(query: RunningQuery) -> list[str]:
    answer = await query.stub.ListCallsigns(pb.ListCallsignsRequest(), timeout=30)
    return [callsign.base_call for callsign in answer.callsigns]


async def test_who_asked_is_left_out_of_what_is_shown_by_callsign_until_the_holder_lets_it_be(
    query: RunningQuery,
) -> None:
    over = with_holders(an_over("this is K7ABC calling W1AW", calls=("K7ABC", "W1AW")))
    await query.tell(over)
    (name,) = names(over)

    async def shown(*expected: str) -> bool:
        return sorted(await callsigns(query)) == sorted(expected)

    await query.publish(*opt_out("K7ABC"))
    await eventually(lambda: shown("W1AW"))
    statistics = await query.stub.GetStatistics(pb.GetStatisticsRequest(), timeout=30)
    assert (statistics.callsigns, statistics.mentions) == (1, 2)
    assert await query.search("", filter='callsign = "K7ABC"') == []
    assert await query.search("K7ABC") == await query.search("", filter='callsign = "W1AW"') == [name]
    got = await query.stub.GetRecording(pb.GetRecordingRequest(name=name), timeout=30)
    listed = await query.stub.ListRecordings(pb.ListRecordingsRequest(), timeout=30)
    for view in (got.recording, listed.recordings[0]):
        assert [(m.base_call, m.HasField("holder")) for m in view.mentions] == [("K7ABC", False), ("W1AW", True)]
        assert view.transcript.segments[0].text == "this is K7ABC calling W1AW"
    await query.publish(*opt_out("K7ABC", left_out=False, seconds=1))
    await eventually(lambda: shown("K7ABC", "W1AW"))
    assert await query.search("", filter='callsign = "K7ABC"') == [name]


async def test_opt_outs_are_made_anew_from_events_in_any_order_and_never_lost(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    events: list[Event] = [
        *an_over("this is K7ABC", calls=("K7ABC", "W1AW", "N7QUS")).events,
        *(opt_out("K7ABC"), opt_out("W1AW", seconds=1), opt_out("W1AW", left_out=False, seconds=2)),
    ]
    async with bench(database_url, nats_url, tmp_path) as base:
        nobody = await rebuilt(base.mesh, QuerySettings())
        for subject, message in random.Random(5).sample(events * 2, 2 * len(events)):
            await base.bus.publish(subject, message.SerializeToString(), new_id())
        first = await rebuilt(base.mesh, QuerySettings())
        assert await rebuilt(base.mesh, QuerySettings(batch_events=2)) == first
        await base.bus.jetstream.purge_stream("TSN_EVENTS")
        left = await rebuilt(base.mesh, QuerySettings(), incomplete=True)
        assert left.recordings == 0
        assert left.sha256 != nobody.sha256
        for subject, message in events[:4]:
            await base.bus.publish(subject, message.SerializeToString(), new_id())
        assert await rebuilt(base.mesh, QuerySettings(), incomplete=True) == first
    async with running_query(database_url=database_url, nats_url=nats_url, folder=tmp_path) as query:
        assert sorted(await callsigns(query)) == ["N7QUS", "W1AW"]


async def test_an_opt_out_without_a_callsign_is_passed_over(query: RunningQuery) -> None:
    await query.publish(OPT_OUT, b"\xff\xff")
    await query.publish(*opt_out(""))
    await query.tell(an_over("hello", calls=("W1AW",)))
    assert await callsigns(query) == ["W1AW"]
