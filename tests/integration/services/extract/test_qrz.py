"""A callsign service is asked seldom, and nothing changes when it is away."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from sqlalchemy import select
from structlog.testing import capture_logs

from mesh.db.database import Database
from mesh.db.tables import metadata
from services.extract.store.callsign_tables import callsign_imports, callsigns, register_answers
from tests.support.clock import FakeClock
from tests.support.qrz import PASSWORD, Qrz, qrz_server
from tests.support.qrz_register import POLICY, qrz_register

DAY = 24 * 3600.0


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    async with made.engine.begin() as connection:
        await connection.run_sync(metadata.create_all, tables=[callsigns, callsign_imports, register_answers])
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def service() -> AsyncIterator[Qrz]:
    known = {"F5ABC": {"fname": "Hugo", "name": "Dupont", "addr2": "Paris", "country": "France", "grid": "JN18du"}}
    async with qrz_server(Qrz(known)) as running:
        yield running


async def test_one_login_serves_many_questions_and_each_call_is_asked_for_once(
    service: Qrz, database: Database
) -> None:
    async with qrz_register(service, database) as register:
        for _ in range(3):
            answer = await register.look_up({"F5ABC", "F5XYZ"})
            assert answer.shortfalls == ()
            holder = answer.licences["F5ABC"].holder
            assert holder is not None
            assert (holder.name, holder.location, holder.source) == ("Hugo Dupont", "Paris, France", "qrz")
            assert answer.licences["F5ABC"].grid == "JN18du"
    assert (service.logins, sorted(service.asked)) == (1, ["F5ABC", "F5XYZ"])


async def test_a_session_that_timed_out_is_renewed_once(service: Qrz, database: Database) -> None:
    async with qrz_register(service, database) as register:
        await register.look_up({"F5XYZ"})
        service.end_sessions()
        assert "F5ABC" in (await register.look_up({"F5ABC"})).licences
    assert service.logins == 2


async def test_answers_expire_negative_ones_sooner(service: Qrz, database: Database) -> None:
    clock = FakeClock()
    async with qrz_register(service, database, clock=clock) as register:
        await register.look_up({"F5ABC", "F5XYZ"})
        clock.advance(8 * DAY)
        service.calls["F5XYZ"] = {"fname": "Irene", "name": "New"}
        assert set((await register.look_up({"F5ABC", "F5XYZ"})).licences) == {"F5ABC", "F5XYZ"}
        assert service.asked == ["F5ABC", "F5XYZ", "F5XYZ"]
        clock.advance(31 * DAY)
        del service.calls["F5ABC"]
        assert set((await register.look_up({"F5ABC"})).licences) == set()


AWAY = [
    web.Response(status=429),
    web.Response(status=503),
    web.Response(status=302),
    web.Response(text="<html>busy"),
    web.Response(text="<QRZDatabase><Session/></QRZDatabase>"),
    web.Response(text="<Other/>"),
    web.Response(body=b"\xff\xfe\x00"),
    web.Response(body=b'<?xml version="1.0" encoding="nonsense"?><QRZDatabase/>'),
    web.Response(text='<!DOCTYPE a [<!ENTITY b "c">]><QRZDatabase>&b;</QRZDatabase>'),
    web.Response(body=b"<QRZDatabase>" + b" " * 300_000 + b"</QRZDatabase>"),
]


async def test_whatever_it_says_when_it_cannot_answer_nothing_is_stored_and_it_is_a_shortfall(
    service: Qrz, database: Database
) -> None:
    for answer in AWAY:
        async with qrz_register(service, database) as register:
            service.answer = answer
            found = await register.look_up({"F5ABC"})
            assert (found.licences, found.shortfalls) == ({}, ("qrz",)), answer.body
    async with database.transaction() as work:
        assert (await work.execute(select(register_answers))).all() == []


async def test_a_limit_of_the_subscription_is_no_answer(service: Qrz, database: Database) -> None:
    service.complaint = "A subscription is required to obtain the complete data."
    async with qrz_register(service, database) as register:
        assert (await register.look_up({"F5ABC"})).shortfalls == ("qrz",)


async def test_what_was_known_stands_while_it_is_away(service: Qrz, database: Database) -> None:
    clock = FakeClock()
    async with qrz_register(service, database, clock=clock) as register:
        await register.look_up({"F5ABC"})
        clock.advance(31 * DAY)
        service.answer = web.Response(status=503)
        answer = await register.look_up({"F5ABC"})
        assert set(answer.licences) == {"F5ABC"}
        assert answer.shortfalls == ("qrz",)


async def test_after_failures_in_a_row_it_is_left_alone_for_a_while(service: Qrz, database: Database) -> None:
    now = 0.0
    async with qrz_register(service, database, monotonic=lambda: now) as register:
        service.password = "another"
        for _ in range(5):
            assert (await register.look_up({"F5ABC"})).shortfalls == ("qrz",)
        assert service.logins == 2
        now, service.password = 61.0, PASSWORD
        assert "F5ABC" in (await register.look_up({"F5ABC"})).licences


async def test_one_that_is_not_there_is_away(service: Qrz, database: Database) -> None:
    service.url = "http://127.0.0.1:1/xml"
    async with qrz_register(service, database) as register:
        assert (await register.look_up({"F5ABC"})).shortfalls == ("qrz",)


async def test_the_budget_of_a_recording_and_of_a_minute_bounds_the_questions(service: Qrz, database: Database) -> None:
    now = 0.0
    calls = {f"F5A{letter}C" for letter in "ABCDEFGHIJ"}
    policy = replace(POLICY, per_reading=4)
    async with qrz_register(service, database, policy=policy, per_minute=6, monotonic=lambda: now) as register:
        assert (await register.look_up(calls)).shortfalls == ()
        assert len(service.asked) == 4
        await register.look_up(calls)
        assert len(service.asked) == 6
        now = 61.0
        await register.look_up(calls)
        assert len(service.asked) == 10


async def test_no_secret_is_ever_told(
    service: Qrz, database: Database, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as told:
        async with qrz_register(service, database) as register:
            await register.look_up({"F5ABC"})
            service.answer = web.Response(status=503)
            await register.look_up({"F5XYZ"})
            service.answer, service.password = None, "another"
            service.end_sessions()
            await register.look_up({"F5XYZ"})
    written = capsys.readouterr()
    everything = f"{told} {caplog.text} {written.out} {written.err}"
    assert "does not let us in" in everything
    for secret in (PASSWORD, "key1"):
        assert secret not in everything
