"""A person's word, typed at the command line, changes what everybody is told within seconds."""

import json
import time
from pathlib import Path
from typing import Any

import grpc
import pytest

from deploy.local.stack import Stack
from tests.e2e.actions import Ended, found, get_json, run_module, wait_for_hits
from tests.support.eventually import eventually
from tests.support.sample_net import sample_saying
from tsn.query.v1 import query_pb2 as pb
from tsn.query.v1.query_pb2_grpc import QueryServiceStub

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "kilo echo seven x ray yankee zulu i copy this is a drill"
HEARD, RIGHT = "KE7XYZ", "KE7XYA"


async def tsn(stack: Stack, *arguments: str) -> Ended:
    ended = await run_module("clients.cli", "--gateway", stack.gateway_address, *arguments, env={"TSN_AUTHOR": "W1AW"})
    assert ended.code == 0, ended.errors
    return ended


async def tsn_json(stack: Stack, *arguments: str) -> Any:
    return json.loads((await tsn(stack, "--json", *arguments)).output)


async def callsigns(channel: grpc.aio.Channel) -> set[str]:
    answer = await QueryServiceStub(channel).ListCallsigns(pb.ListCallsignsRequest(page_size=1000), timeout=60)
    return {callsign.base_call for callsign in answer.callsigns}


async def names(channel: grpc.aio.Channel, call: str) -> set[str]:
    """Recordings in which `call` is heard, as search says."""
    return {hit.recording.name for hit in await found(channel, "", f'callsign = "{call}"', page_size=200)}


async def the_recording(stack: Stack, gateway: grpc.aio.Channel) -> str:
    sample = sample_saying(WORDS)
    await tsn(
        stack, "upload", str(sample.path), "--node", "e2e-reviews", "--channel", "main",
        "--captured-at", "2026-11-20T21:00:00Z", "--wait",
    )  # fmt: skip
    (hit, *_) = await wait_for_hits(gateway, f'"{WORDS}"', "", 1)
    return hit.recording.name


async def test_a_mention_put_right_changes_search_profiles_and_analysis_within_seconds_and_back(
    stack: Stack, gateway: grpc.aio.Channel, record_property: Any
) -> None:
    name = await the_recording(stack, gateway)
    feed = QueryServiceStub(gateway).WatchFeed(pb.WatchFeedRequest(facts_only=True), timeout=600)
    assert (await anext(aiter(feed))).HasField("heartbeat")  # From here on it misses nothing.
    began = time.monotonic()
    review = (await tsn_json(stack, "mentions", "replace", name, HEARD, RIGHT, "--reason", "his own word"))["review"]
    said = time.monotonic()

    async def is_right() -> bool:
        return name in await names(gateway, RIGHT) and name not in await names(gateway, HEARD)

    await eventually(is_right, timeout=180)
    seconds = time.monotonic() - said
    record_property("seconds_to_search", seconds)
    print(f"command {said - began:.2f} s, then in search after {seconds:.2f} s")

    async def is_known() -> bool:
        return RIGHT in await callsigns(gateway)

    await eventually(is_known, timeout=180)
    async for item in feed:
        if item.recording_analyzed.recording.name == name:
            break
    feed.cancel()
    shown = await tsn_json(stack, "recordings", "show", name)
    assert (HEARD, "MENTION_REVIEW_REPLACED") not in {
        (m["baseCall"], m["review"]) for m in shown["recording"]["mentions"]
    }
    assert (RIGHT, "MENTION_REVIEW_REPLACED") in {(m["baseCall"], m["review"]) for m in shown["recording"]["mentions"]}
    listed = await tsn_json(stack, "reviews", "list", "--recording", name, "--by", "W1AW")
    assert [each["name"] for each in listed["reviews"]] == [review["name"]]
    over_http = await get_json(stack, f"/v1/{name}/mentions")
    assert [each["baseCall"] for each in over_http["mentions"]] == [RIGHT]
    assert review["name"] in [each["name"] for each in (await get_json(stack, "/v1/reviews"))["reviews"]]
    await tsn(stack, "reviews", "undo", review["name"])

    async def is_as_before() -> bool:
        return name in await names(gateway, HEARD) and name not in await names(gateway, RIGHT)

    await eventually(is_as_before, timeout=180)


async def test_a_false_callsign_goes_everywhere_and_its_lines_can_be_measured(
    stack: Stack, gateway: grpc.aio.Channel, tmp_path: Path
) -> None:
    name = await the_recording(stack, gateway)
    before: set[str] = set()

    async def is_heard() -> bool:
        before.update(await names(gateway, HEARD))
        return name in before

    await eventually(is_heard, timeout=180)
    rejected = (await tsn_json(stack, "callsigns", "reject", HEARD, "--reason", "not on the air"))["review"]

    async def is_gone() -> bool:
        return not await names(gateway, HEARD) and HEARD not in await callsigns(gateway)

    await eventually(is_gone, timeout=180)
    target = tmp_path / "labels.jsonl"
    await tsn(stack, "labels", "export", "--out", str(target))
    measured = await run_module("tools.evaluate.callsigns", "--corpus", str(target), "--json")
    assert measured.code == 0, measured.errors
    assert json.loads(measured.output)["lines"]
    await tsn(stack, "reviews", "undo", rejected["name"])

    async def is_back() -> bool:
        return before <= await names(gateway, HEARD)

    await eventually(is_back, timeout=180)


async def test_a_callsign_that_asks_is_left_out_and_found_by_text_still(
    stack: Stack, gateway: grpc.aio.Channel
) -> None:
    name = await the_recording(stack, gateway)
    await tsn(stack, "callsigns", "opt-out", HEARD, "--reason", "by letter")

    async def is_left_out() -> bool:
        return HEARD not in await callsigns(gateway) and not await names(gateway, HEARD)

    await eventually(is_left_out, timeout=180)
    assert name in {hit.recording.name for hit in await found(gateway, f'"{WORDS}"')}
    await tsn(stack, "callsigns", "opt-in", HEARD)

    async def is_listed() -> bool:
        return HEARD in await callsigns(gateway)

    await eventually(is_listed, timeout=180)
