"""Asking every service whether it answers: what one does not say must not hide what the others do."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from clients.cli.command import Call
from clients.cli.failures import Unreachable, explain
from clients.common.errors import ClientError, Unwelcome
from tsn.analyze.v1.analyze_pb2 import GetConversationRequest
from tsn.extract.v1.extract_pb2 import ExtractRequest
from tsn.query.v1.query_pb2 import GetStatisticsRequest, GetStatisticsResponse
from tsn.transcribe.v1.transcribe_pb2 import GetPoolStatisticsRequest, GetPoolStatisticsResponse

SERVICES = ("ingest", "transcribe", "extract", "analyze", "query")
_NO_CONVERSATION = "conversations/00000000-0000-0000-0000-000000000000"

Answer = TypeVar("Answer")


class Survey:
    """Keeps which service did not answer, and why (`problems`)."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.problems: dict[str, str] = {}

    async def heard(self, service: str, answer: Awaitable[Answer], otherwise: Answer) -> Answer:
        """The answer; or `otherwise`, noted as a problem of the service. Raises Unreachable: nobody answers there."""
        try:
            return await answer
        except Unreachable:
            raise
        except ClientError as error:
            self.problems[service] = explain(error, self._call.gateway.address).message
            return otherwise


async def ask_all(call: Call, survey: Survey) -> None:
    """Ask transcribe, extract, analyze and query something small; `survey` keeps who does not answer."""
    gateway = call.gateway
    pool = gateway.ask(gateway.transcribe.GetPoolStatistics, GetPoolStatisticsRequest())
    statistics = gateway.ask(gateway.query.GetStatistics, GetStatisticsRequest())
    await asyncio.gather(
        survey.heard("transcribe", pool, GetPoolStatisticsResponse()),
        survey.heard("extract", extract_answers(call), None),
        survey.heard("analyze", analyze_answers(call), None),
        survey.heard("query", statistics, GetStatisticsResponse()),
    )


async def extract_answers(call: Call) -> None:
    """Return when extract answers; raises what a call raises."""
    await call.gateway.ask(call.gateway.extract.Extract, ExtractRequest(texts=["status"]))


async def analyze_answers(call: Call) -> None:
    """Return when analyze answers; raises what a call raises."""
    try:
        await call.gateway.ask(call.gateway.analyze.GetConversation, GetConversationRequest(name=_NO_CONVERSATION))
    except Unwelcome as error:
        # A refusal with a reason of its own comes from the service, one without from a gateway that knows no route.
        if error.reason == error.code.name:
            raise
