"""Registers of callsigns are imported through the API and can be asked."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from sqlalchemy import select

from clients.cli.callsign_files import find_register
from clients.cli.callsign_import import CallsignImporter, Outcome
from clients.cli.callsign_view import CallsignProgress
from clients.cli.gateway import Gateway
from clients.cli.output import Output
from mesh.rpc.errors import error_reason
from services.extract.config import ExtractSettings
from services.extract.main import build
from services.extract.store.callsign_tables import callsign_imports, callsigns
from tests.support.bench import Bench, serving
from tests.support.registers import ISED, fcc_files, fcc_folder, fcc_licence, ised_file
from tools.make_register import write_fcc
from tsn.extract.v1 import callsign_pb2 as pb


@pytest.fixture
async def gateway(base: Bench) -> AsyncIterator[Gateway]:
    """A client's view of a running extract."""
    async with serving(build(ExtractSettings(), base.mesh)) as address:
        async with Gateway(address, 30) as opened:
            yield opened


async def imported(gateway: Gateway, path: Path, *, again: bool = False) -> Outcome:
    importer = CallsignImporter(gateway, CallsignProgress(Output(as_json=True)))
    return await importer.run(path, author="K7ABC", again=again)


async def record(gateway: Gateway, call: str) -> pb.CallsignRecord:
    request = pb.GetCallsignRecordRequest(name=f"callsignRecords/{call}")
    return (await gateway.callsign_data.GetCallsignRecord(request, timeout=30)).record


async def test_an_import_stores_each_licence_and_says_what_became_of_it(
    base: Bench, gateway: Gateway, tmp_path: Path
) -> None:
    outcome = await imported(gateway, fcc_files(tmp_path, fcc_licence(1, "K7ABC"), fcc_licence(2, "W1AW", status="E")))
    found = outcome.found
    assert (found.source, found.rows_taken, found.broken_lines, found.active_licences) == ("fcc", 2, 0, 1)
    assert (found.state, found.author) == (pb.CALLSIGN_IMPORT_STATE_DONE, "K7ABC")
    known = await record(gateway, "K7ABC")
    assert (known.holder_name, known.city, known.region, known.country) == ("Alice Adams", "Seattle", "WA", "US")
    assert (known.status, known.licence_class) == (pb.LICENCE_STATUS_ACTIVE, "Extra")
    assert (await record(gateway, "w1aw")).status == pb.LICENCE_STATUS_EXPIRED
    (listed,) = (await gateway.callsign_data.ListImports(pb.ListImportsRequest(), timeout=30)).imports
    assert listed == found


async def test_a_call_that_was_issued_anew_is_its_new_holders(gateway: Gateway, tmp_path: Path) -> None:
    old = fcc_licence(1, "K7ABC", status="C", name="Old Holder", granted="06/15/2024")
    new = fcc_licence(2, "K7ABC", name="New Holder")
    await imported(gateway, fcc_files(tmp_path, old, new, fcc_licence(3, "K7ABC", status="E", name="Older Still")))
    assert (await record(gateway, "K7ABC")).holder_name == "New Holder"


async def test_parts_that_come_in_different_rows_and_files_meet(gateway: Gateway, base: Bench, tmp_path: Path) -> None:
    one, two = fcc_licence(1, "K7ABC"), fcc_licence(2, "W1AW")
    await imported(gateway, fcc_folder(tmp_path, en=[two[0], one[0]], hd=[one[1], two[1]], am=[two[2], one[2]]))
    rows = await base.rows(select(callsigns))
    assert [(row["name"], row["status"], row["licence_class"]) for row in rows] == [
        ("Alice Adams", "active", "Extra")
    ] * 2
    # A daily file with the header of one licence only.
    await imported(gateway, fcc_folder(tmp_path, en=[], hd=[fcc_licence(1, "K7ABC", status="C")[1]]))
    gone, still = await base.rows(select(callsigns).order_by(callsigns.c.unique_id))
    assert (gone["name"], gone["status"], still["status"]) == ("Alice Adams", "cancelled", "active")


async def test_an_import_that_was_cut_goes_on_where_it_was(gateway: Gateway, base: Bench, tmp_path: Path) -> None:
    write_fcc(tmp_path, 3000)
    (tmp_path / "HD.dat").open("a").write("broken\r\n")
    stub: Any = gateway.callsign_data
    call = stub.ImportCallsigns(timeout=30)
    register = find_register(tmp_path)
    begin = pb.CallsignImportBegin(source="fcc", sha256=register.sha256(), file_name="l_amat", author="K7ABC")
    await call.write(pb.ImportCallsignsRequest(begin=begin))
    await call.read()
    rows = register.rows()
    first = pb.CallsignRows(rows=[next(rows) for _ in range(1500)])
    await call.write(pb.ImportCallsignsRequest(rows=first))
    await call.read()
    call.cancel()
    outcome = await imported(gateway, tmp_path)
    assert (outcome.rows_before, outcome.found.rows_taken, outcome.found.broken_lines) == (1500, 3000, 1)
    assert await base.count(callsigns) == 3000
    again = await imported(gateway, tmp_path)
    assert (again.done_before, again.found) == (True, outcome.found)
    anew = await imported(gateway, tmp_path, again=True)
    assert (anew.rows_before, anew.found.rows_taken, anew.done_before) == (0, 3000, False)
    assert await base.count(callsigns) == 3000
    assert await base.count(callsign_imports) == 1


async def test_two_at_the_same_file_are_told_apart(gateway: Gateway, base: Bench, tmp_path: Path) -> None:
    stub: Any = gateway.callsign_data
    begin = pb.CallsignImportBegin(source="fcc", sha256="0" * 64, file_name="x", author="K7ABC")
    calls = [stub.ImportCallsigns(timeout=30) for _ in range(2)]
    for call in calls:
        await call.write(pb.ImportCallsignsRequest(begin=begin))
        assert getattr(await call.read(), "import").rows_taken == 0
    rows = pb.CallsignRows(rows=[pb.CallsignRow(unique_id="1", callsign="K7ABC")])
    await calls[0].write(pb.ImportCallsignsRequest(rows=rows))
    assert getattr(await calls[0].read(), "import").rows_taken == 1
    await calls[1].write(pb.ImportCallsignsRequest(rows=rows))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await calls[1].read()
    assert error_reason(refused.value) == "CALLSIGN_IMPORT_MOVED"
    calls[0].cancel()


async def test_what_a_newer_list_of_ised_no_longer_names_is_gone(gateway: Gateway, tmp_path: Path) -> None:
    more = [ISED[0].replace("VE7ABC", f"VE7A{letter}C") for letter in "DEFGHIJK"]
    await imported(gateway, ised_file(tmp_path, [*ISED, *more]))
    outcome = await imported(gateway, ised_file(tmp_path, [*ISED[1:], *more]))
    assert outcome.found.active_licences == 9
    assert (await record(gateway, "VE7ABC")).status == pb.LICENCE_STATUS_GONE
    # A list that was cut off is believed in what it names only.
    outcome = await imported(gateway, ised_file(tmp_path, ISED[1:]))
    assert outcome.found.active_licences == 9
    assert (await record(gateway, "VE7ADC")).status == pb.LICENCE_STATUS_ACTIVE


async def test_what_is_no_import_is_refused(gateway: Gateway) -> None:
    def begin(**fields: str) -> dict[str, Any]:
        return {"begin": pb.CallsignImportBegin(**fields)}

    for part, reason in (
        ({"rows": pb.CallsignRows()}, "CALLSIGN_IMPORT_INVALID"),
        (begin(source="qrz", sha256="0" * 64, author="x"), "CALLSIGN_IMPORT_INVALID"),
        (begin(source="fcc", sha256="0", author="x"), "CALLSIGN_IMPORT_INVALID"),
        (begin(source="fcc", sha256="0" * 64), "AUTHOR_INVALID"),
    ):
        stub: Any = gateway.callsign_data
        call = stub.ImportCallsigns(timeout=30)
        await call.write(pb.ImportCallsignsRequest(**part))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call.read()
        assert error_reason(refused.value) == reason


async def test_rows_that_cannot_be_stored_are_refused_and_nothing_of_their_batch_is_kept(
    gateway: Gateway, base: Bench
) -> None:
    stub: Any = gateway.callsign_data
    call = stub.ImportCallsigns(timeout=30)
    begin = pb.CallsignImportBegin(source="fcc", sha256="1" * 64, file_name="x", author="K7ABC")
    await call.write(pb.ImportCallsignsRequest(begin=begin))
    await call.read()
    good, bad = pb.CallsignRow(unique_id="1", callsign="K7ABC"), pb.CallsignRow(unique_id="2", callsign="no call")
    await call.write(pb.ImportCallsignsRequest(rows=pb.CallsignRows(rows=[good, bad])))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call.read()
    assert error_reason(refused.value) == "CALLSIGN_IMPORT_INVALID"
    assert await base.count(callsigns) == 0


async def test_a_call_that_no_register_knows_is_not_found(gateway: Gateway) -> None:
    for call in ("K7ABC", "no call at all", "é"):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await record(gateway, call)
        assert error_reason(refused.value) == "CALLSIGN_UNKNOWN"


async def test_many_calls_are_looked_up_in_the_order_asked(gateway: Gateway, tmp_path: Path) -> None:
    await imported(gateway, fcc_files(tmp_path, fcc_licence(1, "K7ABC"), fcc_licence(2, "W1AW")))
    request = pb.LookupCallsignsRequest(callsigns=["W1AW", "N0BODY", "k7abc", "W1AW"])
    answer = await gateway.callsign_data.LookupCallsigns(request, timeout=30)
    assert [found.callsign for found in answer.records] == ["W1AW", "K7ABC"]
