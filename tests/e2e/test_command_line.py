"""`tsn` against the whole stack."""

import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest

from deploy.local.stack import Stack
from tests.e2e.actions import Ended, run_module
from tests.support.eventually import eventually
from tests.support.sample_net import sample_saying

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def tsn(stack: Stack, *arguments: str) -> Ended:
    return await run_module("clients.cli", "--gateway", stack.gateway_address, *arguments)


async def test_an_upload_that_waits_is_searchable_when_it_returns(stack: Stack) -> None:
    sample = sample_saying("there is no real emergency")
    sent = await tsn(
        stack, "upload", str(sample.path), "--node", "e2e-cli", "--channel", "main",
        "--captured-at", "2026-11-20T20:00:00Z", "--wait",
    )  # fmt: skip
    assert sent.code == 0, sent.errors
    searched = await tsn(stack, "--json", "search", '"no real emergency"', "--node", "e2e-cli")
    assert searched.code == 0, searched.errors
    (hit,) = json.loads(searched.output)["hits"]
    shown = await tsn(stack, "recordings", "show", hit["recording"]["name"])
    assert "there is no real emergency" in shown.output

    async def every_service_answers() -> bool:
        return (await tsn(stack, "status")).code == 0

    await eventually(every_service_answers, timeout=120)


async def test_a_refused_file_ends_with_an_error_that_says_why(stack: Stack, tmp_path: Path) -> None:
    fake = tmp_path / "letter.wav"
    fake.write_text("this is no audio")
    arguments = ("--node", "e2e-cli", "--channel", "main", "--captured-at", "2026-11-20T20:00:00Z")
    sent = await tsn(stack, "upload", str(fake), *arguments, "--wait")
    assert sent.code == 1
    assert "AUDIO_UNREADABLE" in sent.output + sent.errors
    assert "Traceback" not in sent.errors


async def test_silence_is_taken_and_ends_without_words(stack: Stack, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(np.zeros(16000, dtype=np.int16).tobytes())
    silent = tmp_path / "silent.wav"
    silent.write_bytes(buffer.getvalue())
    arguments = ("--node", "e2e-cli", "--channel", "silence", "--captured-at", "2026-11-20T20:10:00Z")
    sent = await tsn(stack, "upload", str(silent), *arguments, "--wait")
    assert sent.code == 0, sent.errors
    listed = await tsn(stack, "--json", "recordings", "list", "--node", "e2e-cli", "--channel", "silence")
    (view,) = json.loads(listed.output)["recordings"]
    assert view["transcript"]["qualityFlags"] == ["QUALITY_FLAG_NO_SPEECH"]
    assert view["transcript"].get("segments", []) == []


async def test_an_unreachable_gateway_is_said_in_a_line(stack: Stack) -> None:
    ended = await run_module("clients.cli", "--gateway", "127.0.0.1:9", "search", "anything")
    assert ended.code == 1
    assert "127.0.0.1:9" in ended.errors
    assert "Traceback" not in ended.errors
