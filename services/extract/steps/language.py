"""The step that asks a language engine about doubtful mentions."""

from dataclasses import replace

from services.extract.domain.acceptance import HELPER, Refusal, Span, accepted
from services.extract.domain.language import Answer, Question, question_of
from services.extract.domain.model import Mention
from services.extract.domain.reading import Reading
from services.extract.domain.votes import Band, Vote, with_votes
from services.extract.language.desk import LanguageDesk
from services.extract.metrics import ExtractMetrics


class LanguageStep:
    """Counts the engine's votes; where it could not answer, the mention stays as the rules left it."""

    def __init__(self, *, desk: LanguageDesk, band: Band, metrics: ExtractMetrics) -> None:
        self._desk = desk
        self._band = band
        self._metrics = metrics

    async def read(self, reading: Reading) -> Reading:
        """Ask about the mentions in the band. Raises DatabaseUnavailable."""
        questions = {
            place: question_of(reading, mention)
            for place, mention in enumerate(reading.mentions)
            if self._band.holds(mention)
        }
        if not questions:
            return reading
        different = dict.fromkeys(questions.values())
        answers = await self._desk.answers(different)
        votes: dict[int, list[Vote]] = {}
        for place, question in questions.items():
            answer = answers.get(question)
            vote = self._vote(reading, reading.mentions[place], question, answer) if answer else None
            if vote:
                votes[place] = [vote]
        after, effects = with_votes(reading, votes)
        for effect in effects:
            self._metrics.votes.labels(helper=HELPER, effect=effect.value).inc()
        if len(answers) < len(different):
            return replace(after, shortfalls=(*after.shortfalls, HELPER))
        return after

    def _vote(self, reading: Reading, mention: Mention, question: Question, answer: Answer) -> Vote | None:
        taken = [
            Span(other.start, other.end)
            for other in reading.mentions
            if other is not mention and other.segment_index == mention.segment_index
        ]
        vote = accepted(
            question,
            answer,
            offset=mention.start - question.start,
            taken=taken,
            alphabet=reading.spelling.alphabet,
        )
        if isinstance(vote, Refusal):
            self._metrics.language_refused.labels(reason=vote.value).inc()
            return None
        return vote
