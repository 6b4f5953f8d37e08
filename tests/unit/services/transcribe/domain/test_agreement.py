"""Stable text is what two hypotheses agree on, and never shrinks."""

from hypothesis import given
from hypothesis import strategies as st

from services.transcribe.domain.agreement import LocalAgreement, common_prefix


def test_the_common_prefix_counts_whole_words() -> None:
    assert common_prefix(["kilo", "seven"], ["kilo", "seventy"]) == 1
    assert common_prefix([], ["kilo"]) == 0


def test_a_word_is_stable_once_two_hypotheses_agree_and_another_follows() -> None:
    agreement = LocalAgreement()
    agreement.update(["good"])
    assert agreement.stable == ()
    agreement.update(["good", "even"])
    assert (agreement.stable, agreement.unstable) == (("good",), ("even",))


def test_the_last_word_is_not_taken_while_it_may_still_be_spoken() -> None:
    agreement = LocalAgreement()
    agreement.update(["every"])
    agreement.update(["every"])
    assert agreement.stable == ()


def test_a_contradiction_does_not_retract_what_was_shown() -> None:
    agreement = LocalAgreement()
    for words in (["kilo", "seven", "x"], ["kilo", "seven", "x"], ["hello", "seven", "x", "ray"]):
        agreement.update(words)
    assert (agreement.stable, agreement.unstable) == (("kilo", "seven"), ("x", "ray"))


def test_the_end_makes_the_rest_stable() -> None:
    agreement = LocalAgreement()
    agreement.update(["kilo", "seven"])
    assert agreement.finish(["kilo", "seven"])
    assert (agreement.stable, agreement.unstable) == (("kilo", "seven"), ())


def test_an_end_that_contradicts_keeps_the_stable_words() -> None:
    agreement = LocalAgreement()
    agreement.update(["kilo", "seven"])
    agreement.update(["kilo", "seven"])
    agreement.finish(["pillow", "seven"])
    assert (agreement.stable, agreement.unstable) == (("kilo",), ())


def test_an_update_that_shows_nothing_new_says_so() -> None:
    agreement = LocalAgreement()
    assert not agreement.update([])
    assert agreement.update(["kilo"])
    assert not agreement.update(["kilo"])


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=12))
def test_stable_words_only_grow_whatever_the_hypotheses(hypotheses: list[list[str]]) -> None:
    agreement = LocalAgreement()
    shown: tuple[str, ...] = ()
    for words in hypotheses:
        agreement.update(words)
        assert agreement.stable[: len(shown)] == shown
        shown = agreement.stable
