"""What every implementation of the LanguageEngine port must do; add an implementation to BENCHES."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web
from pydantic import SecretStr

from services.extract.domain.language import (
    WHY_CHARACTERS,
    Answer,
    BadAnswer,
    EngineAway,
    EngineBusy,
    EngineRefuses,
    LanguageEngine,
    Question,
    Verdict,
    one_line,
)
from services.extract.language.openai import OpenAILanguageEngine
from services.extract.language.scripted import ScriptedLanguageEngine
from tests.support.language_server import language_server, said

QUESTION = Question("this is kilo seven alpha bravo", 8, 30, "K7AB", ("K7ABC",), before="go ahead", after="thanks")
FAILURES: dict[type[Exception], Callable[[], web.Response]] = {
    EngineAway: lambda: web.Response(status=503),
    EngineBusy: lambda: web.Response(status=429),
    EngineRefuses: lambda: web.Response(status=401),
    BadAnswer: lambda: said("K7AB, I think"),
}


@dataclass
class EngineBench:
    """An engine, and how to tell it what to answer."""

    engine: LanguageEngine
    answers: Callable[[Answer], None]
    fails: Callable[[type[Exception]], None]


@asynccontextmanager
async def openai_bench() -> AsyncIterator[EngineBench]:
    async with language_server() as server:
        engine = OpenAILanguageEngine(
            base_url=server.url, model="tiny", api_key=SecretStr(""), timeout_seconds=60, retries=0
        )

        def answers(answer: Answer) -> None:
            content = json.dumps(
                {
                    "verdict": answer.verdict,
                    "base_call": answer.base_call,
                    "quote": answer.quote,
                    "why": answer.why,
                }
            )
            server.say(lambda: said(content))

        yield EngineBench(engine, answers, lambda failure: server.say(FAILURES[failure]))
        await engine.close()


@asynccontextmanager
async def scripted_bench() -> AsyncIterator[EngineBench]:
    scripts: list[Callable[[Question], Answer]] = []
    engine = ScriptedLanguageEngine(lambda question: scripts[-1](question))

    def fails(failure: type[Exception]) -> None:
        def script(_: Question) -> Answer:
            raise failure("as told")

        scripts.append(script)

    yield EngineBench(engine, lambda answer: scripts.append(lambda _: answer), fails)
    await engine.close()


BENCHES: dict[str, Callable[[], AbstractAsyncContextManager[EngineBench]]] = {
    "openai": openai_bench,
    "scripted": scripted_bench,
}


@pytest.fixture(params=sorted(BENCHES))
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[EngineBench]:
    async with BENCHES[request.param]() as made:
        yield made


@pytest.mark.parametrize(
    "answer",
    [
        Answer(Verdict.CALLSIGN, "K7AB", "kilo seven alpha bravo", "spelled out"),
        Answer(Verdict.NOT_CALLSIGN, "", "kilo seven", "a radio"),
        Answer(Verdict.OTHER_CALLSIGN, "K7ABC", "kilo seven alpha bravo", "één letter more"),
    ],
    ids=lambda answer: answer.verdict.value,
)
async def test_it_gives_what_was_said(bench: EngineBench, answer: Answer) -> None:
    bench.answers(answer)
    assert await bench.engine.ask(QUESTION) == answer


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.__name__)
async def test_it_fails_in_named_ways_and_answers_again_later(bench: EngineBench, failure: type[Exception]) -> None:
    bench.fails(failure)
    with pytest.raises(failure):
        await bench.engine.ask(QUESTION)
    answer = Answer(Verdict.CALLSIGN, "K7AB", "kilo seven", "")
    bench.answers(answer)
    assert await bench.engine.ask(QUESTION) == answer


def test_its_version_fits_the_cache(bench: EngineBench) -> None:
    assert 0 < len(bench.engine.version) <= 255
    assert QUESTION.key(bench.engine.version) == QUESTION.key(bench.engine.version)


def test_a_reason_is_one_line_of_limited_length() -> None:
    assert one_line("a\n\tb\x1b[31m  c\u202e") == "a b [31m c"
    assert len(one_line("long " * 100)) <= WHY_CHARACTERS
