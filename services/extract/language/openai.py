"""A language engine behind any OpenAI-compatible server, such as vLLM."""

from __future__ import annotations

import asyncio
from typing import Literal

from openai import APIConnectionError, APIError, APIStatusError, AsyncOpenAI
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from services.extract.domain.language import (
    CALL_CHARACTERS,
    QUOTE_CHARACTERS,
    Answer,
    BadAnswer,
    EngineAway,
    EngineBusy,
    EngineRefuses,
    Question,
    Verdict,
    one_line,
)
from services.extract.language.prompt import PROMPT_VERSION, SCHEMA, SYSTEM, user_message

_ANSWER_TOKENS = 256
_PAUSE_SECONDS = 0.2
_TOO_MANY_REQUESTS, _SERVER_ERROR, _REQUEST_TIMEOUT = 429, 500, 408


class _Said(BaseModel):
    """The JSON of an answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    verdict: Literal["callsign", "not_callsign", "other_callsign"]
    base_call: str = Field(max_length=CALL_CHARACTERS)
    quote: str = Field(max_length=QUOTE_CHARACTERS)
    why: str


class OpenAILanguageEngine:
    """Implements `LanguageEngine` over chat completions with a strict JSON schema, at temperature 0."""

    def __init__(
        self, *, base_url: str, model: str, api_key: SecretStr, timeout_seconds: float, retries: int = 1
    ) -> None:
        """`timeout_seconds` holds for a question with its `retries`; `base_url` ends in /v1 as a rule."""
        self._model = model
        self._timeout_seconds = timeout_seconds
        self._retries = retries
        self._client = AsyncOpenAI(
            base_url=base_url,
            # The client wants one; servers without keys ignore it.
            api_key=api_key.get_secret_value() or "none",
            timeout=timeout_seconds,
            # Its own retries would wait as long as a busy server asks for.
            max_retries=0,
        )

    @property
    def version(self) -> str:
        """See `LanguageEngine.version`."""
        return f"openai/{self._model}/{PROMPT_VERSION}"

    async def ask(self, question: Question) -> Answer:
        """See `LanguageEngine.ask`."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return _answer(await self._completion(question))
        except TimeoutError as error:
            raise EngineAway(f"no answer in {self._timeout_seconds:g} s") from error

    async def close(self) -> None:
        """See `LanguageEngine.close`."""
        await self._client.close()

    async def _completion(self, question: Question) -> ChatCompletion:
        for _ in range(self._retries):
            try:
                return await self._once(question)
            except EngineAway:
                await asyncio.sleep(_PAUSE_SECONDS)
        return await self._once(question)

    async def _once(self, question: Question) -> ChatCompletion:
        try:
            return await self._client.chat.completions.create(
                model=self._model,
                messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": user_message(question)}],
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "verdict", "schema": SCHEMA, "strict": True},
                },
                temperature=0,
                max_tokens=_ANSWER_TOKENS,
            )
        except APIStatusError as error:
            raise _failure(error.status_code) from error
        except APIConnectionError as error:
            raise EngineAway(f"no connection ({type(error.__cause__ or error).__name__})") from error
        except (APIError, ValueError) as error:
            # A body that is no JSON, or breaks off.
            raise BadAnswer(f"no completion ({type(error).__name__})") from error

    def __repr__(self) -> str:
        return f"OpenAILanguageEngine({self._model!r})"


def _failure(status: int) -> EngineAway | EngineBusy | EngineRefuses:
    """What an HTTP status means; the server's words are not kept, since they may repeat the prompt."""
    if status == _TOO_MANY_REQUESTS:
        return EngineBusy("HTTP 429")
    if status >= _SERVER_ERROR or status == _REQUEST_TIMEOUT:
        return EngineAway(f"HTTP {status}")
    return EngineRefuses(f"HTTP {status}")


def _answer(completion: ChatCompletion) -> Answer:
    choices = getattr(completion, "choices", None)
    if not choices:
        raise BadAnswer("no choices")
    choice = choices[0]
    if choice.finish_reason != "stop":
        raise BadAnswer(f"finished by {str(choice.finish_reason)[:40]}")
    if choice.message.refusal:
        raise BadAnswer("refused to answer")
    try:
        said = _Said.model_validate_json(choice.message.content or "")
    except ValidationError as error:
        raise BadAnswer(f"not JSON of the schema ({error.errors()[0]['type']})") from error
    return Answer(Verdict(said.verdict), said.base_call.strip().upper(), said.quote, one_line(said.why))
