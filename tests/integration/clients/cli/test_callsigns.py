import json
from pathlib import Path

from mesh.rpc.times import to_timestamp
from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.support.registers import fcc_files, fcc_licence
from tests.support.wire import EVENING, a_recording, a_transcript
from tsn.extract.v1 import callsign_pb2 as pb
from tsn.query.v1.query_pb2 import RecordingView

RECORD = pb.CallsignRecord(
    callsign="K7ABC",
    source="fcc",
    status=pb.LICENCE_STATUS_ACTIVE,
    holder_name="Alice Adams",
    city="Seattle",
    region="WA",
    country="US",
    licence_class="Extra",
    updated_at=to_timestamp(EVENING),
)


async def test_an_import_says_what_was_stored_and_what_could_not_be_read(mesh: Mesh, tsn: Run, tmp_path: Path) -> None:
    folder = fcc_files(tmp_path, fcc_licence(1, "K7ABC"), fcc_licence(2, "W1AW"))
    (folder / "HD.dat").open("a").write("HD|3|||\x1b[31m|A|HA|||\r\n")
    result = await tsn("callsigns", "import", folder, "--author", "N7XYZ")
    assert result.exit_code == 0, result.output
    assert "fcc: 2 rows stored" in result.stdout
    assert "1 line could not be read" in result.stdout
    assert "HD.dat:3: " in result.stdout
    assert "\x1b" not in result.stdout
    assert mesh.callsigns.begun[0].author == "N7XYZ"
    assert [row.callsign for row in mesh.callsigns.rows] == ["K7ABC", "W1AW"]


async def test_an_import_goes_on_where_the_mesh_wants_it_when_the_stream_breaks(
    mesh: Mesh, tsn: Run, tmp_path: Path
) -> None:
    mesh.callsigns.breaks = 2
    folder = fcc_files(tmp_path, *(fcc_licence(number, f"K7A{chr(65 + number)}C") for number in range(20)))
    result = await tsn("callsigns", "import", folder, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["import"]["rowsTaken"] == "20"
    assert len(mesh.callsigns.rows) == 20
    assert len(mesh.callsigns.begun) == 3


async def test_what_is_no_register_is_said_in_a_line(tsn: Run, tmp_path: Path) -> None:
    result = await tsn("callsigns", "import", tmp_path)
    assert result.exit_code == 1
    assert "EN.dat" in result.stderr


async def test_imports_are_listed(mesh: Mesh, tsn: Run) -> None:
    assert "no imports" in (await tsn("callsigns", "imports")).stdout
    mesh.callsigns.imports = [
        pb.CallsignImport(
            name="callsignImports/1",
            source="fcc",
            state=pb.CALLSIGN_IMPORT_STATE_DONE,
            rows_taken=1_500_000,
            active_licences=780_000,
            author="K7ABC",
            file_name="l_amat.zip",
            started_at=to_timestamp(EVENING),
        )
    ]
    row = (await tsn("callsigns", "imports")).stdout.splitlines()[1]
    for told in ("fcc", "done", "1500000", "780000", "K7ABC", "l_amat.zip"):
        assert told in row


async def test_a_call_is_shown_with_its_holder_and_where_it_was_heard(mesh: Mesh, tsn: Run) -> None:
    mesh.callsigns.records = {"K7ABC": RECORD}
    recording = a_recording()
    view = RecordingView(recording=recording, transcript=a_transcript(recording, "this is K7ABC"))
    mesh.query.views = {recording.name: view}
    result = await tsn("callsigns", "show", "k7abc")
    for told in ("Alice Adams", "Seattle, WA, US", "active, Extra", "hill/repeater", "this is K7ABC"):
        assert told in result.stdout
    assert mesh.query.listed[0].filter == 'callsign = "K7ABC"'
    seen = json.loads((await tsn("callsigns", "show", "K7ABC", "--json")).stdout)
    assert seen["record"]["holderName"] == "Alice Adams"
    assert len(seen["heard"]) == 1


async def test_a_call_that_nobody_knows_is_shown_as_that(tsn: Run) -> None:
    result = await tsn("callsigns", "show", "W1AW")
    assert result.exit_code == 0
    assert "no register that was imported knows it" in result.stdout
    assert "never" in result.stdout
    assert json.loads((await tsn("callsigns", "show", "W1AW", "--json")).stdout)["record"] is None
