"""How questions come to the language engine, and what keeps them from it."""

import asyncio
from dataclasses import dataclass, field

from services.extract.domain.language import Answer, BadAnswer, EngineAway, Question
from services.extract.language.desk import QUESTIONS_LIMIT
from services.extract.language.scripted import ScriptedLanguageEngine
from tests.support.eventually import eventually
from tests.unit.services.extract.language.asked import REST_SECONDS, Asked, agree, asked_at


def question(call: str = "K7AB") -> Question:
    return Question(f"this is {call}", 8, 8 + len(call), call)


def questions(count: int) -> list[Question]:
    return [question(f"K7A{chr(65 + i // 26)}{chr(65 + i % 26)}") for i in range(count)]


def times_asked(asked: Asked) -> int:
    assert isinstance(asked.engine, ScriptedLanguageEngine)
    return len(asked.engine.asked)


@dataclass
class SlowEngine:
    """Answers when it is let go; knows how many questions it had at once."""

    version: str = "slow"
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most: int = 0

    async def ask(self, question: Question) -> Answer:
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            await self.let_go.wait()
        finally:
            self.inside -= 1
        return agree(question)

    async def close(self) -> None: ...


async def test_the_same_question_is_answered_from_the_cache_the_second_time() -> None:
    asked = asked_at()
    first = await asked.desk.answers([question()])
    assert await asked.desk.answers([question()]) == first == {question(): agree(question())}
    assert times_asked(asked) == 1
    assert (asked.counted("answered"), asked.counted("cached")) == (1, 1)


async def test_another_text_candidate_or_engine_is_another_question() -> None:
    one = Question("this is K7AB", 8, 12, "K7AB")
    others = [
        Question("that is K7AB", 8, 12, "K7AB"),
        Question("this is K7AB", 8, 11, "K7A"),
        Question("this is K7AB", 8, 12, "K7AB", ("K7A",)),
        Question("this is K7AB", 8, 12, "K7AB", after="over"),
    ]
    keys = {each.key("tiny/1") for each in (one, *others)} | {one.key("tiny/2")}
    assert len(keys) == 6


async def test_an_answer_that_nobody_will_believe_is_kept_too() -> None:
    nonsense = Answer(agree(question()).verdict, "W1AW", "never said", "")
    asked = asked_at(lambda _: nonsense)
    assert await asked.desk.answers([question()]) == {question(): nonsense}
    await asked.desk.answers([question()])
    assert times_asked(asked) == 1


async def test_a_failure_is_no_answer_and_is_not_kept() -> None:
    def fail(_: Question) -> Answer:
        raise BadAnswer("not JSON")

    asked = asked_at(fail)
    assert await asked.desk.answers([question()]) == {}
    assert asked.cache.rows == {}
    assert asked.counted("language_answer_bad") == 1


async def test_after_failures_in_a_row_the_engine_is_left_alone_and_tried_again_later() -> None:
    away = True

    def script(about: Question) -> Answer:
        if away:
            raise EngineAway("no connection")
        return agree(about)

    asked = asked_at(script, parallel=1)
    assert await asked.desk.answers(questions(10)) == {}
    assert times_asked(asked) == 3
    assert asked.counted("resting") == 7
    assert asked.registry.get_sample_value("tsn_extract_helper_breaker", {"helper": "language"}) == 2
    asked.clock[0] += REST_SECONDS
    away = False
    assert len(await asked.desk.answers(questions(10))) == 10
    assert asked.registry.get_sample_value("tsn_extract_helper_breaker", {"helper": "language"}) == 0


async def test_over_the_budget_of_a_minute_nothing_is_asked_and_the_breaker_stands() -> None:
    asked = asked_at(per_minute=3)
    assert len(await asked.desk.answers(questions(5))) == 3
    assert (times_asked(asked), asked.counted("over_budget")) == (3, 2)
    # What is cached costs nothing.
    assert len(await asked.desk.answers(questions(3))) == 3
    asked.clock[0] += 60
    assert len(await asked.desk.answers(questions(5))) == 5


async def test_a_question_over_the_budget_is_no_trial_of_an_engine_that_failed() -> None:
    def fail(_: Question) -> Answer:
        raise EngineAway("no connection")

    asked = asked_at(fail, per_minute=3, parallel=1)
    await asked.desk.answers(questions(3))
    asked.clock[0] += REST_SECONDS
    assert await asked.desk.answers(questions(3)) == {}
    assert asked.registry.get_sample_value("tsn_extract_helper_breaker", {"helper": "language"}) == 1


async def test_only_so_many_questions_are_put_at_once() -> None:
    engine = SlowEngine()
    asked = asked_at(engine=engine, parallel=2)
    asking = asyncio.create_task(asked.desk.answers(questions(6)))
    await eventually(lambda: engine.inside == 2)
    engine.let_go.set()
    assert len(await asking) == 6
    assert engine.most == 2


async def test_the_questions_about_one_recording_take_only_so_long_and_say_nothing_about_the_engine() -> None:
    engine = SlowEngine()
    asked = asked_at(engine=engine, recording_seconds=0.05, failures=1)
    assert await asked.desk.answers(questions(6)) == {}
    assert (asked.counted("late"), engine.inside) == (6, 0)
    assert asked.registry.get_sample_value("tsn_extract_helper_breaker", {"helper": "language"}) == 0


async def test_questions_beyond_the_limit_of_a_recording_go_without_an_answer() -> None:
    asked = asked_at(per_minute=1000)
    assert len(await asked.desk.answers(questions(QUESTIONS_LIMIT + 2))) == QUESTIONS_LIMIT
    assert asked.counted("too_many") == 2
