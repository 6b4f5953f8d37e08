import json
import os
from pathlib import Path

import pytest

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tsn.extract.v1.extract_pb2 import Mention
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.query.v1.query_pb2 import RecordingView
from tsn.transcribe.v1.transcript_pb2 import Segment, Transcript

NAME = "nodes/demo/recordings/1"
VIEW = RecordingView(
    recording=Recording(name=NAME, channel="main", container="wav", source_file_name="../../etc/passwd"),
    transcript=Transcript(segments=[Segment(text="good evening")]),
    mentions=[Mention(base_call="K7ABC")],
    trace_id="ab" * 16,
)


@pytest.fixture(autouse=True)
def _one_recording(mesh: Mesh) -> None:
    mesh.query.views[NAME] = VIEW


async def test_the_list_shows_what_was_heard(mesh: Mesh, tsn: Run) -> None:
    mesh.query.views["nodes/demo/recordings/2"] = RecordingView(recording=Recording(name="nodes/demo/recordings/2"))
    lines = (await tsn("recordings", "list", "--channel", "main")).stdout.splitlines()
    assert "K7ABC" in lines[1]
    assert "good evening" in lines[1]
    assert "(not transcribed yet)" in lines[2]
    assert mesh.query.listed[0].filter == 'channel = "main"'


async def test_an_empty_list_says_so(mesh: Mesh, tsn: Run) -> None:
    mesh.query.views.clear()
    assert (await tsn("recordings", "list")).stdout == "no recordings\n"


async def test_one_recording_is_shown_with_its_trace(tsn: Run) -> None:
    shown = (await tsn("recordings", "show", NAME)).stdout
    assert "good evening" in shown
    assert "trace        " + "ab" * 16 in shown


async def test_json_is_the_message(tsn: Run) -> None:
    shown = json.loads((await tsn("recordings", "show", NAME, "--json")).stdout)
    assert shown["recording"]["transcript"]["segments"][0]["text"] == "good evening"
    assert shown["recording"]["alerts"] == []


async def test_an_unknown_recording_comes_with_a_hint(tsn: Run) -> None:
    result = await tsn("recordings", "show", "nodes/demo/recordings/none")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "error: because [NOT_FOUND RECORDING_UNKNOWN]",
        "hint: `tsn recordings list` shows names",
    ]


async def test_audio_goes_to_a_file(mesh: Mesh, tsn: Run, tmp_path: Path) -> None:
    mesh.query.audio = [b"RIFF", b"data"]
    target = tmp_path / "audio.wav"
    result = await tsn("recordings", "audio", NAME, "-o", target)
    assert result.stdout == f"{target}: 8 B, audio/wav\n"
    assert target.read_bytes() == b"RIFFdata"


async def test_audio_goes_to_standard_output(mesh: Mesh, tsn: Run) -> None:
    mesh.query.audio = [b"RIFF\x00", b"\xff"]
    result = await tsn("recordings", "audio", NAME, "-o", "-")
    assert result.stdout_bytes == b"RIFF\x00\xff"


async def test_the_default_file_has_the_recording_s_id_not_the_node_s_name_for_it(
    mesh: Mesh, tsn: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mesh.query.audio = [b"x"]
    report = json.loads((await tsn("recordings", "audio", NAME, "--json")).stdout)
    assert report == {"file": "1.wav", "sizeBytes": 1, "contentType": "audio/wav"}
    assert os.listdir(tmp_path) == ["1.wav"]


async def test_a_file_is_not_overwritten_unasked(mesh: Mesh, tsn: Run, tmp_path: Path) -> None:
    mesh.query.audio = [b"new"]
    target = tmp_path / "audio.wav"
    target.write_bytes(b"old")
    assert (await tsn("recordings", "audio", NAME, "-o", target)).exit_code == 2
    assert target.read_bytes() == b"old"
    assert (await tsn("recordings", "audio", NAME, "-o", target, "--force")).exit_code == 0
    assert target.read_bytes() == b"new"


async def test_a_broken_download_leaves_nothing_behind(mesh: Mesh, tsn: Run, tmp_path: Path) -> None:
    mesh.query.audio = [b"half", b"BREAK"]
    result = await tsn("recordings", "audio", NAME, "-o", tmp_path / "audio.wav")
    assert result.exit_code == 1
    assert "AUDIO_GONE" in result.stderr
    assert os.listdir(tmp_path) == []
