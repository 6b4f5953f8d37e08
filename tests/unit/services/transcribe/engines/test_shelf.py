"""Engines that single runs ask for: started when needed, at most so many, closed when idle, refused with a reason."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from services.transcribe.domain.errors import EngineBusy, EngineRefused
from services.transcribe.engines.pool import EnginePool
from services.transcribe.engines.select import WeightsMissing, asked_engine
from services.transcribe.engines.shelf import EngineShelf
from services.transcribe.engines.spec import EngineSpec, FasterWhisperSpec, PocketSphinxSpec, ScriptedSpec

AUDIO = np.full(32_000, 0.25, np.float32)


class Finder:
    """Finds a scripted engine for every name but `gone` and `broken`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str]] = []

    def __call__(self, engine: str, model: str) -> EngineSpec:
        self.asked.append((engine, model))
        if model == "gone":
            raise EngineRefused(engine, "its weights are gone")
        script = self.folder / f"{model}.json"
        if model != "broken":
            script.write_text(f'{{"*": "{model} says so"}}')
        return ScriptedSpec(script)


@asynccontextmanager
async def shelf_of(find: Finder, seconds: list[float]) -> AsyncIterator[EngineShelf]:
    async with EnginePool(ScriptedSpec(), size=1) as own:
        shelf = EngineShelf(own, find=find, asked_limit=2, idle_seconds=100, monotonic=lambda: seconds[-1])
        try:
            yield shelf
        finally:
            await shelf.close()


@pytest.fixture
def seconds() -> list[float]:
    """The monotonic clock; its last entry is now."""
    return [1000.0]


@pytest.fixture
def find(tmp_path: Path) -> Finder:
    return Finder(tmp_path)


@pytest.fixture
async def shelf(find: Finder, seconds: list[float]) -> AsyncIterator[EngineShelf]:
    async with shelf_of(find, seconds) as made:
        yield made


async def said(shelf: EngineShelf, model: str) -> str:
    async with shelf.lent("scripted", model) as pool:
        return (await pool.transcribe(AUDIO, language=None)).text


async def test_who_asks_for_nothing_or_for_the_same_gets_the_own_engine(shelf: EngineShelf, find: Finder) -> None:
    for engine, model in (("", ""), ("scripted", ""), ("scripted", "hash"), ("", "hash")):
        async with shelf.lent(engine, model) as pool:
            assert pool is shelf.own
    assert find.asked == []


async def test_an_asked_engine_is_found_and_loaded_once(shelf: EngineShelf, find: Finder) -> None:
    assert [await said(shelf, "one"), await said(shelf, "one")] == ["one says so"] * 2
    assert find.asked == [("scripted", "one")]


async def test_the_engine_that_was_idle_longest_makes_room(shelf: EngineShelf, seconds: list[float]) -> None:
    for model in ("one", "two"):
        await said(shelf, model)
        seconds.append(seconds[-1] + 1)
    await said(shelf, "one")
    await said(shelf, "three")
    assert shelf.asked == (("scripted", "one"), ("scripted", "three"))


async def test_engines_at_work_are_not_closed_and_the_next_has_to_wait(
    shelf: EngineShelf, seconds: list[float]
) -> None:
    async with shelf.lent("scripted", "one") as one, shelf.lent("scripted", "two"):
        with pytest.raises(EngineBusy):
            await said(shelf, "three")
        seconds.append(seconds[-1] + 1000)
        await shelf.close_idle()
        assert (await one.transcribe(AUDIO, language=None)).text == "one says so"
    assert await said(shelf, "three") == "three says so"


async def test_an_engine_that_nobody_used_for_a_while_is_closed(shelf: EngineShelf, seconds: list[float]) -> None:
    await said(shelf, "one")
    seconds.append(seconds[-1] + 99)
    await shelf.close_idle()
    assert shelf.asked
    seconds.append(seconds[-1] + 1)
    await shelf.close_idle()
    assert shelf.asked == ()


async def test_what_cannot_be_had_is_refused_and_not_looked_for_again_at_once(
    shelf: EngineShelf, find: Finder, seconds: list[float]
) -> None:
    for _ in range(3):
        with pytest.raises(EngineRefused, match="its weights are gone"):
            await said(shelf, "gone")
    assert len(find.asked) == 1
    seconds.append(seconds[-1] + 61)
    with pytest.raises(EngineRefused):
        await said(shelf, "gone")
    assert len(find.asked) == 2


async def test_an_asked_engine_that_does_not_load_is_refused_too(shelf: EngineShelf) -> None:
    with pytest.raises(EngineRefused, match=r"broken\.json"):
        await said(shelf, "broken")


def test_engines_are_known_by_name_and_model() -> None:
    def locate(model: str, _: float) -> Path:
        return Path("/weights") / model

    assert asked_engine("pocketsphinx", "") == asked_engine("pocketsphinx", "en-us") == PocketSphinxSpec()
    whisper = FasterWhisperSpec("/weights/large-v3", "large-v3", "cpu", "int8")
    assert asked_engine("faster_whisper", "large-v3", device="cpu", compute_type="int8", locate=locate) == whisper
    default = asked_engine("faster_whisper", "", default_model="small", locate=locate)
    assert default == FasterWhisperSpec("/weights/small", "small")


@pytest.mark.parametrize(("engine", "model"), [("parrot", ""), ("auto", ""), ("pocketsphinx", "de-de"), ("", "x")])
def test_an_engine_that_nobody_knows_is_refused(engine: str, model: str) -> None:
    with pytest.raises(EngineRefused):
        asked_engine(engine, model)


def test_weights_that_cannot_be_had_are_refused_with_the_reason() -> None:
    def locate(model: str, _: float) -> Path:
        raise WeightsMissing("the hub is far away")

    with pytest.raises(EngineRefused, match="the hub is far away"):
        asked_engine("faster_whisper", "large-v3", locate=locate)
