"""What the measurement of the second opinion counts, and its noise."""

import random

import numpy as np
import pytest

from services.extract.domain.confusions import confused_once
from services.extract.domain.grammar import read_call
from services.extract.domain.model import SegmentText
from services.extract.domain.rules import RuleExtractor
from tools.evaluate.acoustic import CLEAN, SAMPLES, SPEECH_LEVEL, Counts, Over, call_words, noisy, read_overs, table
from tools.evaluate.ear import neighbour, stranger


def an_over(*calls: str, seconds: float = 1.0) -> Over:
    return Over("over.wav", np.zeros(round(16_000 * seconds), np.float32), frozenset(calls))


def test_a_call_is_said_in_the_words_of_the_alphabet() -> None:
    assert call_words("WX7AJ") == "whiskey x-ray seven alpha juliet"


def test_calls_count_once_an_over_and_wrong_ones_are_named() -> None:
    counts = Counts()
    counts.add(an_over("K7ABC", "W1AW"), ["K7ABC", "K7ABC", "N7NO"])
    figures = counts.figures()
    assert (figures["precision"], figures["recall"]) == (0.5, 0.5)
    assert figures["wrong"] == ["over.wav: N7NO"]


def test_where_nothing_was_found_there_is_no_precision() -> None:
    counts = Counts()
    counts.add(an_over("K7ABC"), [])
    assert (counts.figures()["precision"], counts.figures()["recall"]) == (None, 0.0)


@pytest.mark.parametrize("level", [20.0, 10.0, 5.0])
def test_noise_lies_as_far_below_the_speech_as_it_says_and_in_the_band_of_voice(level: float) -> None:
    added = noisy(an_over(), level, seed=1).audio
    assert 20 * np.log10(SPEECH_LEVEL / np.sqrt(np.mean(added.astype(float) ** 2))) == pytest.approx(level, abs=0.1)
    power = np.abs(np.fft.rfft(added)) ** 2
    assert power[300:3001].sum() / power.sum() > 0.999


def test_the_same_over_has_the_same_noise() -> None:
    assert np.array_equal(noisy(an_over(), 10, seed=1).audio, noisy(an_over(), 10, seed=1).audio)


def test_the_sample_net_is_read_with_its_true_calls() -> None:
    overs = read_overs(SAMPLES)
    assert len(overs) == 26
    assert sum(len(over.calls) for over in overs) == 19


def test_every_call_that_is_recognisable_in_a_transcript_of_the_sample_net_is_found() -> None:
    heard_by_pocketsphinx = {
        "WR7LNE": "this is whiskey romeo seven lima november echo i will be your net control for tonight",
        "N7QUS": "this is november seven quebec uniform sierra good evening now traffic",
        "WT9SUN": "this is whiskey tango nine sierra uniform november hard to build short time now traffic",
        "N5QUM": "this is november five quebec uniform mike and the all-star link no traffic",
        "N1QUZ": "this is november one quebec uniform zulu i am calling nine one one now",
    }
    for call, text in heard_by_pocketsphinx.items():
        assert [mention.base_call for mention in RuleExtractor().extract([SegmentText(0, text)])] == [call]


def test_the_table_names_calls_that_were_recognisable_and_missed() -> None:
    figures = Counts().figures()
    condition = {
        "rules": figures,
        "with a second opinion": figures,
        "by ear alone": figures,
        "recognisable": 2,
        "recognisable_missed": ["over.wav: K7ABC"],
        "heard_again": 0,
        "real_time_factor": None,
    }
    shown = table({CLEAN: condition})
    assert "1 of 2 recognisable calls found" in shown
    assert "missed over.wav: K7ABC" in shown


def test_a_neighbour_is_issued_and_differs_in_one_confusable_symbol() -> None:
    drawn = random.Random(3)
    for call in ("WR7LNE", "N7QUS", "VE7QUN"):
        near = neighbour(call, drawn)
        assert confused_once(near, call)
        assert read_call(near)


def test_strangers_are_calls() -> None:
    drawn = random.Random(3)
    assert all(read_call(stranger(drawn)) for _ in range(50))
