"""A register of callsigns through the whole mesh."""

import json
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from tests.e2e.actions import Ended, run_module
from tests.support.registers import fcc_files, fcc_licence
from tests.support.sample_net import samples

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def tsn(stack: Stack, *arguments: str) -> Ended:
    return await run_module("clients.cli", "--gateway", stack.gateway_address, *arguments)


async def test_whom_a_call_is_issued_to_shows_in_the_recordings_in_which_it_is_heard(
    stack: Stack, tmp_path: Path
) -> None:
    sample = next(one for one in samples() if len(one.callsigns) == 1)
    (heard,) = sample.callsigns
    folder = fcc_files(tmp_path, fcc_licence(1, heard, name="Quinn Testfirst"), fcc_licence(2, "W1AW"))
    imported = await tsn(stack, "callsigns", "import", str(folder), "--author", heard)
    assert imported.code == 0, imported.errors
    assert "2 rows stored" in imported.output
    sent = await tsn(
        stack, "upload", str(sample.path), "--node", "e2e-register", "--channel", "main",
        "--captured-at", "2026-11-20T21:00:00Z", "--wait",
    )  # fmt: skip
    assert sent.code == 0, sent.errors
    shown = await tsn(stack, "--json", "callsigns", "show", heard)
    assert shown.code == 0, shown.errors
    seen = json.loads(shown.output)
    assert seen["record"]["holderName"] == "Quinn Testfirst"
    mentions = [
        mention
        for view in seen["heard"]
        if view["recording"]["name"].startswith("nodes/e2e-register/")
        for mention in view["mentions"]
    ]
    assert [mention["holder"]["name"] for mention in mentions if mention["baseCall"] == heard][:1] == [
        "Quinn Testfirst"
    ]
    assert heard in (await tsn(stack, "callsigns", "imports")).output
