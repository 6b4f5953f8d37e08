"""Live audio to text: cut into utterances at silences, decode while they are spoken, settle each at its end."""

from collections.abc import AsyncIterator

from services.transcribe.engines.pool import EnginePool
from tsn.transcribe.v1 import transcribe_pb2 as pb


class StreamingSession:
    """One live stream."""

    def __init__(self, *, pool: EnginePool) -> None:
        self._pool = pool

    async def run(
        self, requests: AsyncIterator[pb.StreamingTranscribeRequest]
    ) -> AsyncIterator[pb.StreamingTranscribeResponse]:
        """Answers to `requests`."""
        raise NotImplementedError
        yield
