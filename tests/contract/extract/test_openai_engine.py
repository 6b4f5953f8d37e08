"""The OpenAI-compatible engine against a server that misbehaves in the ways that servers do."""

import json
import logging
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from pydantic import SecretStr

from services.extract.domain.language import BadAnswer, EngineAway, EngineBusy, EngineRefuses, Question, Verdict
from services.extract.language.openai import OpenAILanguageEngine
from tests.support.language_server import LanguageServer, language_server, said, verdict

QUESTION = Question("this is kilo seven alpha bravo", 8, 30, "K7AB", ("K7ABC",), before="go ahead", after="thanks")


@pytest.fixture
async def server() -> AsyncIterator[LanguageServer]:
    async with language_server() as made:
        yield made


def an_engine(server: LanguageServer, *, timeout_seconds: float = 60.0, retries: int = 1) -> OpenAILanguageEngine:
    return OpenAILanguageEngine(
        base_url=server.url,
        model="tiny",
        api_key=SecretStr("s3cret"),
        timeout_seconds=timeout_seconds,
        retries=retries,
    )


async def test_it_asks_for_json_of_a_strict_schema_at_temperature_0_with_the_transcript_as_data(
    server: LanguageServer,
) -> None:
    engine = an_engine(server)
    await engine.ask(QUESTION)
    (asked,) = server.asked
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("tiny", 0, 256)
    assert asked["response_format"]["type"] == "json_schema"
    schema = asked["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["properties"]["verdict"]["enum"] == [each.value for each in Verdict]
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]
    assert server.shown() == {
        "before": "go ahead",
        "text": "this is kilo seven alpha bravo",
        "after": "thanks",
        "candidate": {"base_call": "K7AB", "heard": "kilo seven alpha bravo", "alternatives": ["K7ABC"]},
    }
    assert server.headers[0]["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in repr(engine)
    await engine.close()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "K7AB",
        "[]",
        "null",
        '{"verdict": "callsign", "base_call": "K7AB", "quote": "kilo"}',
        '{"verdict": "maybe", "base_call": "K7AB", "quote": "kilo", "why": ""}',
        '{"verdict": "callsign", "base_call": null, "quote": "kilo", "why": ""}',
        '{"verdict": "callsign", "base_call": "K7AB", "quote": "kilo", "why": "", "valid": true}',
        '{"verdict": "callsign", "base_call": "K7AB", "quo',
        '{"verdict": "callsign", "base_call": "K7AB", "quote": "' + "kilo " * 500 + '", "why": ""}',
        "[" * 10_000,
    ],
)
async def test_json_of_another_shape_is_a_bad_answer(server: LanguageServer, content: str) -> None:
    server.say(lambda: said(content))
    with pytest.raises(BadAnswer):
        await an_engine(server).ask(QUESTION)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        lambda: said('{"verdict": "callsign"', finish="length"),
        lambda: said(None, refusal="I cannot help with that"),
        lambda: said(None),
        lambda: web.json_response({"choices": []}),
        lambda: web.json_response({"error": "what"}),
        lambda: web.json_response(["choices"]),
        lambda: web.Response(text="<html>", content_type="text/html"),
        lambda: web.Response(text="{", content_type="application/json"),
    ],
    ids=["cut at the limit", "refusal", "no content", "no choices", "no completion", "a list", "a page", "half JSON"],
)
async def test_what_is_no_finished_completion_is_a_bad_answer(
    server: LanguageServer, reply: Callable[[], web.Response]
) -> None:
    server.say(reply)
    with pytest.raises(BadAnswer):
        await an_engine(server).ask(QUESTION)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_of_the_server_is_tried_once_more(server: LanguageServer, status: int) -> None:
    server.say(lambda: web.Response(status=status), lambda: verdict("callsign", "K7AB", "kilo"))
    answer = await an_engine(server).ask(QUESTION)
    assert (answer.verdict, len(server.asked)) == (Verdict.CALLSIGN, 2)
    server.say(lambda: web.Response(status=status))
    with pytest.raises(EngineAway):
        await an_engine(server).ask(QUESTION)
    assert len(server.asked) == 4


async def test_a_busy_server_is_not_asked_again_however_soon_it_says_that_it_could(server: LanguageServer) -> None:
    server.say(lambda: web.Response(status=429, headers={"Retry-After": "0"}))
    with pytest.raises(EngineBusy):
        await an_engine(server).ask(QUESTION)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_server_that_refuses_key_model_or_schema_is_not_asked_again(
    server: LanguageServer, status: int
) -> None:
    said_why = json.dumps({"error": {"message": "response_format is not supported: this is kilo seven"}})
    server.say(lambda: web.Response(status=status, text=said_why, content_type="application/json"))
    with pytest.raises(EngineRefuses) as refused:
        await an_engine(server).ask(QUESTION)
    assert "kilo" not in str(refused.value)
    assert len(server.asked) == 1


async def test_a_slow_server_is_given_up_in_time(server: LanguageServer) -> None:
    server.hang()
    with pytest.raises(EngineAway):
        await an_engine(server, timeout_seconds=0.2, retries=1).ask(QUESTION)


async def test_an_answer_that_breaks_off_counts_as_away(server: LanguageServer) -> None:
    server.break_off()
    with pytest.raises(EngineAway):
        await an_engine(server).ask(QUESTION)
    assert len(server.asked) == 2


async def test_nobody_there_counts_as_away_and_a_server_that_is_back_is_found(server: LanguageServer) -> None:
    engine = an_engine(server)
    await engine.ask(QUESTION)
    await server.stop()
    with pytest.raises(EngineAway):
        await engine.ask(QUESTION)
    await server.start()
    assert (await engine.ask(QUESTION)).base_call == "K7AB"


async def test_a_call_is_read_in_capitals_and_a_reason_in_one_line(server: LanguageServer) -> None:
    server.say(lambda: verdict("other_callsign", " k7abc ", "kilo", "because\nof " + "it " * 200))
    answer = await an_engine(server).ask(QUESTION)
    assert answer.base_call == "K7ABC"
    assert answer.why.startswith("because of it")
    assert len(answer.why) <= 200


async def test_neither_words_nor_key_reach_a_log_at_any_level(
    server: LanguageServer, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "openai", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=name or None)
    engine = an_engine(server, retries=0)
    await engine.ask(QUESTION)
    for reply in (lambda: web.Response(status=400, text="kilo seven"), lambda: said("kilo seven")):
        server.say(reply)
        with pytest.raises((EngineRefuses, BadAnswer)) as failure:
            await engine.ask(QUESTION)
        assert "kilo" not in str(failure.value)
    assert "kilo" not in caplog.text
    assert "s3cret" not in caplog.text
