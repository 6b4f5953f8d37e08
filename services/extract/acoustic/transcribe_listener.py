"""The closed grammars of transcribe, over gRPC."""

from __future__ import annotations

from collections.abc import Sequence

import grpc

from mesh.breaker import Breaker, CircuitOpen
from mesh.rpc.channel import open_channel
from mesh.rpc.times import to_duration
from services.extract.domain.acoustic import OTHER_WORD, Heard, ListenerAway
from services.extract.domain.airtime import Airtime
from tsn.transcribe.v1 import transcribe_pb2 as pb
from tsn.transcribe.v1.transcribe_pb2_grpc import TranscribeServiceStub

TIMEOUT_SECONDS = 2.0
FAILURES_LIMIT = 3
OPEN_SECONDS = 15.0
AWAY, BUSY, SLOW, REFUSED = "away", "busy", "slow", "refused"
# The peer is well, but has no time, or no such audio any more.
_ANSWERS = {
    grpc.StatusCode.RESOURCE_EXHAUSTED: BUSY,
    grpc.StatusCode.NOT_FOUND: REFUSED,
    grpc.StatusCode.INVALID_ARGUMENT: REFUSED,
}


class TranscribeListener:
    """Implements `Listener` by ReadSpelling; a peer that keeps failing is left alone for a while."""

    def __init__(
        self, address: str, *, breaker: Breaker | None = None, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        """`address`: host:port of transcribe."""
        self.breaker = breaker or Breaker(failures_limit=FAILURES_LIMIT, open_seconds=OPEN_SECONDS)
        self._timeout_seconds = timeout_seconds
        self._channel = open_channel(address)
        self._stub = TranscribeServiceStub(self._channel)

    async def listen(self, *, audio_sha256: str, stretch: Airtime) -> Sequence[Heard]:
        """See `Listener.listen`."""
        request = pb.ReadSpellingRequest(
            sha256=audio_sha256,
            start_offset=to_duration(stretch.begins_seconds),
            end_offset=to_duration(stretch.ends_seconds),
        )
        try:
            with self.breaker.call(_Failed):
                answer = await self._ask(request)
        except CircuitOpen:
            raise ListenerAway(AWAY) from None
        except _Failed as error:
            raise ListenerAway(str(error)) from error
        return [_heard(hypothesis) for hypothesis in answer.hypotheses]

    async def close(self) -> None:
        """See `Listener.close`."""
        await self._channel.close()

    async def _ask(self, request: pb.ReadSpellingRequest) -> pb.ReadSpellingResponse:
        try:
            answer: pb.ReadSpellingResponse = await self._stub.ReadSpelling(request, timeout=self._timeout_seconds)
        except grpc.aio.AioRpcError as error:
            code = error.code()
            if code in _ANSWERS:
                raise ListenerAway(_ANSWERS[code]) from error
            raise _Failed(SLOW if code is grpc.StatusCode.DEADLINE_EXCEEDED else AWAY) from error
        return answer


class _Failed(Exception):
    """The call bears on the breaker."""


def _heard(hypothesis: pb.SpellingHypothesis) -> Heard:
    symbols = "".join(_symbol(word) for word in hypothesis.words)
    return Heard(symbols, " ".join(word.word for word in hypothesis.words if word.symbol))


def _symbol(word: pb.SpelledWord) -> str:
    """A letter or a digit; a modifier parts what is spelled as any other word does."""
    return word.symbol if word.symbol.isalnum() and len(word.symbol) == 1 else OTHER_WORD
