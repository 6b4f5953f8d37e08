"""What people see of an extract job."""

from dataclasses import replace

from services.extract.consumer import note_of
from tests.unit.services.extract.steps.test_language import DOUBTFUL, ruled


def test_the_note_counts_mentions_and_names_what_was_voted_out_and_what_was_missing() -> None:
    reading = ruled(DOUBTFUL)
    assert note_of(reading) == "1 mentions"
    assert note_of(replace(reading, mentions=(), dropped=reading.mentions)) == "0 mentions, voted out: CK7BW"
    assert note_of(replace(reading, shortfalls=("language",))) == "1 mentions, without language"


def test_the_note_names_few_calls() -> None:
    dropped = tuple(replace(ruled(DOUBTFUL).mentions[0], base_call=f"K{digit}ABC") for digit in range(10))
    note = note_of(replace(ruled(), dropped=dropped))
    assert note == "0 mentions, voted out: K0ABC, K1ABC, K2ABC, K3ABC, K4ABC, ..."
