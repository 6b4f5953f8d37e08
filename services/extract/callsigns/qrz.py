"""The register behind QRZ's XML service: answers are kept, questions few, and an outage changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import structlog
from prometheus_client import Counter

from mesh.breaker import Breaker, CircuitOpen
from mesh.clock import Clock
from mesh.db.database import Database
from services.extract.callsigns.qrz_client import QrzAway, QrzClient
from services.extract.callsigns.qrz_xml import SOURCE
from services.extract.domain.budget import MinuteBudget
from services.extract.domain.callsign_import import CALL
from services.extract.domain.licences import Licence, RegisterAnswer, ServiceAnswer
from services.extract.store.register_answers import AnswerRepository

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class QrzPolicy:
    """For how long an answer of QRZ holds, and how much it is asked."""

    known_days: float
    unknown_days: float
    """For calls that it does not know: they may be issued tomorrow."""
    per_reading: int
    """Questions for one recording."""


class QrzRegister:
    """Implements `CallsignRegister`."""

    def __init__(
        self,
        *,
        client: QrzClient,
        breaker: Breaker,
        database: Database,
        answers: AnswerRepository,
        policy: QrzPolicy,
        clock: Clock,
        budget: MinuteBudget,
        questions: Counter,
    ) -> None:
        self._client = client
        self._breaker = breaker
        self._database = database
        self._answers = answers
        self._policy = policy
        self._clock = clock
        self._budget = budget
        self._questions = questions

    async def look_up(self, calls: Collection[str]) -> RegisterAnswer:
        """See `CallsignRegister.look_up`. Questions beyond the budget are left for the next time a call is heard."""
        asked = sorted(call for call in calls if CALL.fullmatch(call))
        if not asked:
            return RegisterAnswer()
        kept = await self._database.run(lambda work: self._answers.read(work, asked))
        # An expired answer stands until there is a new one.
        known = {answer.call: answer.licence for answer in kept if answer.licence is not None}
        now = self._clock.now()
        fresh = {answer.call for answer in kept if answer.expires_at > now}
        stale = [call for call in asked if call not in fresh][: self._policy.per_reading]
        for call in stale:
            if not self._budget.take():
                break
            try:
                with self._breaker.call(QrzAway):
                    licence = await self._client.look_up(call)
            except (QrzAway, CircuitOpen) as error:
                if isinstance(error, QrzAway):
                    self._questions.labels(outcome="away").inc()
                    log.warning("callsign service does not answer", service=SOURCE, why=str(error))
                return RegisterAnswer(known, shortfalls=(SOURCE,))
            self._questions.labels(outcome="known" if licence else "unknown").inc()
            await self._keep(call, licence)
            known.pop(call, None)
            if licence is not None:
                known[call] = licence
        return RegisterAnswer(known)

    async def _keep(self, call: str, licence: Licence | None) -> None:
        now = self._clock.now()
        days = self._policy.unknown_days if licence is None else self._policy.known_days
        answer = ServiceAnswer(call, licence, now + timedelta(days=days))
        await self._database.run(lambda work: self._answers.keep(work, SOURCE, answer, answered_at=now))
