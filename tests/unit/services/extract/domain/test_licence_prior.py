"""What a register says for and against readings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.domain.licence_prior import informed_by, listed_by
from services.extract.domain.licences import Licence, LicenceStatus, RegisterAnswer, current
from services.extract.domain.model import Mention, MentionForm, MentionReview, MentionRole

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def licence(call: str, status: LicenceStatus = LicenceStatus.ACTIVE, source: str = "fcc", uid: str = "1") -> Licence:
    return Licence(call=call, source=source, unique_id=uid, status=status, updated_at=NOW, name="Alice Adams")


def answer(*licences: Licence, complete: bool = True) -> RegisterAnswer:
    sources = frozenset({"fcc", "ised"}) if complete else frozenset[str]()
    return RegisterAnswer({one.call: one for one in licences}, sources)


def mention(call: str, confidence: float, *alternatives: str) -> Mention:
    return Mention(
        segment_index=0,
        start=0,
        end=len(call),
        heard=call,
        base_call=call,
        modifiers=(),
        host_prefix="",
        form=MentionForm.PHONETIC,
        role=MentionRole.SPEAKING,
        evidence=("country:US",),
        confidence=confidence,
        alternatives=alternatives,
    )


def test_a_licence_in_force_speaks_for_a_reading() -> None:
    after = informed_by(mention("KE7XYZ", 0.7), answer(licence("KE7XYZ")))
    assert after.confidence > 0.7
    assert after.evidence[-1] == "licensed:fcc"


def test_a_licence_says_more_for_a_call_of_a_kind_of_which_few_are_issued() -> None:
    long, short = (informed_by(mention(call, 0.7), answer(licence(call))) for call in ("KE7XYZ", "K7ABC"))
    assert long.confidence > short.confidence > 0.7


def test_a_call_that_was_never_issued_is_believed_less_where_the_reading_was_doubtful() -> None:
    after = informed_by(mention("KE7XYZ", 0.7), answer())
    assert 0.3 <= after.confidence < 0.7
    assert after.evidence[-1] == "unlicensed:fcc"
    assert after.base_call == "KE7XYZ"


def test_the_one_licensed_alternative_is_preferred_over_a_doubtful_unlicensed_reading() -> None:
    after = informed_by(mention("KE7XYZ", 0.55, "KE7XYC", "KE7XYV"), answer(licence("KE7XYV")))
    assert (after.base_call, after.alternatives) == ("KE7XYV", ("KE7XYZ", "KE7XYC"))
    after = informed_by(mention("KE7XYZ", 0.55, "KE7XYC"), answer(licence("KE7XYC")))
    assert (after.base_call, after.alternatives) == ("KE7XYC", ("KE7XYZ",))
    assert after.evidence[-2:] == ("unlicensed:KE7XYZ", "licensed:fcc")


def test_two_licensed_alternatives_decide_nothing() -> None:
    after = informed_by(mention("KE7XYZ", 0.55, "KE7XYC", "KE7XYV"), answer(licence("KE7XYC"), licence("KE7XYV")))
    assert after.base_call == "KE7XYZ"


def test_a_register_never_swaps_what_the_roster_vouches_for() -> None:
    vouched = replace(mention("KE7XYZ", 0.55, "KE7XYC"), evidence=("roster",))
    assert informed_by(vouched, answer(licence("KE7XYC"))).base_call == "KE7XYZ"


@pytest.mark.parametrize(
    ("heard", "known"),
    [
        (mention("KE7XYZ", 0.95), answer()),  # clear
        (mention("KE7XYZ", 0.7), answer(complete=False)),  # no whole register is there
        (mention("K7X", 0.7), answer()),  # special event
        (mention("CF7ABC", 0.7), answer()),  # anniversary prefix of Canada
        (mention("G4ABC", 0.7), answer()),  # no register of that country
        (mention("KE7XYZ", 0.7), answer(licence("KE7XYZ", LicenceStatus.EXPIRED))),
        (replace(mention("KE7XYZ", 0.7), review=MentionReview.CONFIRMED), answer()),
    ],
)
def test_what_a_register_says_nothing_of_stays_as_it_was(heard: Mention, known: RegisterAnswer) -> None:
    assert informed_by(heard, known) == heard


def test_canadian_calls_are_canadas() -> None:
    assert (listed_by("VE7ABC"), listed_by("VA3XYZ"), listed_by("K7ABC")) == ("ised", "ised", "fcc")
    assert informed_by(mention("VE7ABC", 0.7), answer(licence("VE7ABC", source="ised"))).evidence[-1] == "licensed:ised"


_CALLS = st.sampled_from(["KE7XYZ", "KE7XYC", "K7ABC", "K7X", "VE7ABC", "G4ABC", "AT9AM"])


@given(
    call=_CALLS,
    confidence=st.floats(0.05, 0.99),
    alternatives=st.lists(_CALLS, max_size=3),
    licensed=st.frozensets(_CALLS),
)
def test_a_register_only_ever_chooses_among_what_was_read(
    call: str, confidence: float, alternatives: list[str], licensed: frozenset[str]
) -> None:
    heard = mention(call, confidence, *[other for other in alternatives if other != call])
    after = informed_by(heard, answer(*(licence(one) for one in licensed)))
    assert after.base_call in (call, *alternatives)
    assert 0.0 < after.confidence <= 1.0
    if confidence >= 0.9:
        assert after.base_call == call
        assert after.confidence >= confidence


def test_of_several_licences_of_a_call_the_one_in_force_counts_else_the_latest() -> None:
    old = licence("K7ABC", LicenceStatus.CANCELLED, uid="1")
    new = licence("K7ABC", uid="2")
    assert current([new, old])["K7ABC"] == new
    assert current([old, new])["K7ABC"] == new
    late = replace(old, unique_id="3", granted=NOW.date())
    assert current([late, old])["K7ABC"] == late
