"""The last step: whom the calls are issued to."""

from collections.abc import Sequence
from dataclasses import replace

from services.extract.domain.licences import CallsignRegister, Licence, OptOuts
from services.extract.domain.reading import Reading


class HoldersStep:
    """Names the holder of each call, as the first register says that knows it; never one who asked not to be."""

    def __init__(self, *, registers: Sequence[CallsignRegister], opt_outs: OptOuts) -> None:
        self._registers = registers
        self._opt_outs = opt_outs

    async def read(self, reading: Reading) -> Reading:
        """`reading` with holders; a register that could not be asked is a shortfall. Raises DatabaseUnavailable."""
        left = {mention.base_call for mention in reading.mentions}
        left -= await self._opt_outs(left) if left else frozenset()
        known: dict[str, Licence] = {}
        shortfalls: list[str] = []
        for register in self._registers:
            if not left:
                break
            answer = await register.look_up(left)
            known |= answer.licences
            left -= answer.licences.keys()
            shortfalls.extend(answer.shortfalls)
        mentions = tuple(
            replace(mention, holder=known[mention.base_call].holder if mention.base_call in known else None)
            for mention in reading.mentions
        )
        return replace(reading, mentions=mentions, shortfalls=(*reading.shortfalls, *shortfalls))
