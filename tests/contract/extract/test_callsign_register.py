"""What every implementation of the CallsignRegister port must do; add an implementation to REGISTERS."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import pytest

from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.db.tables import metadata
from services.extract.callsigns.imported import ImportedRegister
from services.extract.domain.callsign_import import HolderPart, LicencePart, RegisterRow
from services.extract.domain.licences import CallsignRegister, Licence, LicenceStatus
from services.extract.store.callsign_tables import callsign_imports, callsigns, register_answers
from services.extract.store.callsigns import CallsignRepository, ImportRepository
from tests.support.qrz import Qrz, qrz_server
from tests.support.qrz_register import qrz_register
from tests.support.scripted_register import ScriptedRegister

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@asynccontextmanager
async def scripted(database: Database) -> AsyncIterator[CallsignRegister]:
    alice = Licence("K7ABC", "fcc", "1", LicenceStatus.ACTIVE, NOW, name="Alice Adams", city="Seattle", country="US")
    yield ScriptedRegister([alice])


@asynccontextmanager
async def imported(database: Database) -> AsyncIterator[CallsignRegister]:
    repository, clock = CallsignRepository(), SystemClock()
    row = RegisterRow(
        "1", "K7ABC", HolderPart("Alice Adams", "Seattle", "", "US"), LicencePart(LicenceStatus.ACTIVE, None, None), "E"
    )
    async with database.transaction() as work:
        await repository.write(work, "fcc", [row], import_id="1", clock=clock)
    yield ImportedRegister(database=database, callsigns=repository, imports=ImportRepository(clock=clock))


@asynccontextmanager
async def qrz(database: Database) -> AsyncIterator[CallsignRegister]:
    known = Qrz({"K7ABC": {"fname": "Alice", "name": "Adams", "addr2": "Seattle", "country": "United States"}})
    async with qrz_server(known) as service, qrz_register(service, database) as register:
        yield register


REGISTERS: dict[str, Callable[[Database], AbstractAsyncContextManager[CallsignRegister]]] = {
    "scripted": scripted,
    "imported": imported,
    "qrz": qrz,
}


@pytest.fixture(params=sorted(REGISTERS), name="register")
async def _register(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[CallsignRegister]:
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all, tables=[callsigns, callsign_imports, register_answers])
    try:
        async with REGISTERS[request.param](database) as register:
            yield register
    finally:
        await database.close()


async def test_who_holds_a_known_call_is_told(register: CallsignRegister) -> None:
    answer = await register.look_up({"K7ABC"})
    holder = answer.licences["K7ABC"].holder
    assert holder is not None
    assert (holder.name, holder.location) == ("Alice Adams", "Seattle, US")
    assert holder.source == answer.licences["K7ABC"].source
    assert answer.shortfalls == ()


async def test_what_it_does_not_know_is_left_out(register: CallsignRegister) -> None:
    answer = await register.look_up({"W1AW", "K7ABC"})
    assert set(answer.licences) == {"K7ABC"}
    assert (await register.look_up({"W1AW"})).licences == {}


async def test_no_calls_have_no_licences(register: CallsignRegister) -> None:
    assert (await register.look_up(set())).licences == {}


async def test_the_same_question_has_the_same_answer(register: CallsignRegister) -> None:
    first, second = await register.look_up(["K7ABC", "W1AW"]), await register.look_up(["W1AW", "K7ABC"])
    assert {call: one.holder for call, one in first.licences.items()} == {
        call: one.holder for call, one in second.licences.items()
    }


async def test_what_is_no_call_is_not_known_and_harms_nothing(register: CallsignRegister) -> None:
    odd = {"", "é", "K7ABC' OR '1'='1", "x" * 300, "<K7ABC>"}
    assert (await register.look_up(odd)).licences == {}
    assert set((await register.look_up({*odd, "K7ABC"})).licences) == {"K7ABC"}
