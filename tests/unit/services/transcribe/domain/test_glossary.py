"""What an engine is told to expect."""

from services.transcribe.domain.glossary import NO_GLOSSARY, TOKENS_LIMIT, Glossary
from services.transcribe.domain.model import HINTS, EngineInfo

INFO = EngineInfo("faster_whisper", "small", "1", "cpu", "int8", {"beam_size": "5"})


def test_terms_come_before_callsigns_and_each_word_once() -> None:
    glossary = Glossary.of("v1", terms=("Summit Net", "W1AW"), callsigns=("W1AW", "K7ABC"))
    assert glossary.hints == ("Summit Net", "W1AW", "K7ABC")
    assert glossary.version == "v1"


def test_no_more_is_told_than_a_prompt_holds() -> None:
    calls = [f"K7A{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(200)]
    hints = Glossary.of("v1", terms=(), callsigns=calls).hints
    assert list(hints) == calls[: len(hints)]
    assert 40 <= len(hints) <= TOKENS_LIMIT // 3


def test_hints_make_another_engine_of_it_and_none_do_not() -> None:
    assert INFO.told(()) is INFO
    told = INFO.told(("W1AW",))
    assert HINTS in told.parameters
    assert len({INFO.digest, told.digest, INFO.told(("K7ABC",)).digest}) == 3
    assert told == INFO.told(("W1AW",))


def test_without_a_glossary_nothing_is_told() -> None:
    assert (NO_GLOSSARY.version, NO_GLOSSARY.hints) == ("", ())
