"""The step that weighs readings by the registers that were imported."""

from dataclasses import replace

from services.extract.domain.licence_prior import calls_to_ask, informed_by
from services.extract.domain.licences import CallsignRegister
from services.extract.domain.reading import Reading


class LicencesStep:
    """A licence in force speaks for a reading, none against a doubtful one."""

    def __init__(self, register: CallsignRegister) -> None:
        self._register = register

    async def read(self, reading: Reading) -> Reading:
        """`reading` weighed; one query for all its calls. Raises DatabaseUnavailable."""
        calls = {call for mention in reading.mentions for call in calls_to_ask(mention)}
        if not calls:
            return reading
        answer = await self._register.look_up(calls)
        return replace(reading, mentions=tuple(informed_by(mention, answer) for mention in reading.mentions))
