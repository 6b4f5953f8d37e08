"""The labelled corpus is what its sources give, and keeps its own rules."""

import pytest

from tests.data.callsigns.check import faults, shared, spelling
from tests.data.callsigns.grammar import plausible
from tests.data.callsigns.line import Line
from tests.data.callsigns.make_corpus import HALVES, lines_of, main


def test_the_files_are_what_the_sources_give_and_the_labels_are_plausible() -> None:
    assert main(["--check"]) == 0


def test_there_are_enough_lines_and_enough_of_them_without_a_call() -> None:
    lines = [line for half in HALVES for line in lines_of(half)]
    negatives = [line for line in lines if line.form.startswith("negative")]
    assert len(lines) >= 1800
    assert len(negatives) >= 0.3 * len(lines)


def test_the_halves_share_no_call() -> None:
    train, test = ({call for line in lines_of(half) for call in line.callsigns} for half in HALVES)
    assert train & test == set()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (Line("written", "This is K7ABCD.", ("K7ABCD",)), "implausible call"),
        (Line("written", "This is K7ABC.", ("K7ABD",)), "is nowhere in"),
        (Line("written", "K7ABC, W7DEF.", ("K7ABC",)), "W7DEF without a label"),
        (Line("phonetic", "Kilo 7 Alpha Bravo Charlie to W7DEF", ("W7DEF", "K7ABC")), "not in order"),
        (Line("negative_time", "K7ABC", ("K7ABC",)), "a negative with a call"),
    ],
)
def test_a_wrong_label_is_told(line: Line, fault: str) -> None:
    assert any(fault in told for told in faults(line))


def test_a_good_label_is_not_told() -> None:
    assert faults(Line("phonetic", "kilo seven alpha bravo charlie, for W7DEF/P", ("K7ABC", "W7DEF"))) == []


def test_a_sentence_in_both_halves_is_told_whatever_its_call() -> None:
    train, test = (Line("written", f"Everybody here, pleased to meet {call}.", (call,)) for call in ("K7ABC", "W7DEF"))
    assert shared([train], [test]) == ["in both halves: 'Everybody here, pleased to meet W7DEF.'"]


@pytest.mark.parametrize("call", ["K7ABC", "KE7RLM", "W7A", "N7DE", "AF7PD", "2E0KLW", "9A3KQX", "VK3ABCD", "3D2AG"])
def test_legal_calls_are_plausible(call: str) -> None:
    assert plausible(call)


@pytest.mark.parametrize("call", ["K7ABCD", "NA7ABC", "AA7ABC", "AT9AM", "IC7300", "KK7", "WRXX123", "CN87"])
def test_others_are_not(call: str) -> None:
    assert not plausible(call)


def test_spelling_turns_alphabet_words_into_letters() -> None:
    assert spelling("well, double u seven X-ray; over, Zed tare") == "|W7X|ZT"
