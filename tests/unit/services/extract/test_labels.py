"""A segment that people looked at as a labelled line."""

from dataclasses import replace

from services.extract.domain.model import MentionReview, SegmentText
from services.extract.reviews.labels import label_of
from tests.unit.services.extract.domain.test_people import a_mention

SEGMENTS = [SegmentText(0, "this is K7"), SegmentText(1, " ABC and W1AW ")]
SPLIT = replace(
    a_mention(0, SEGMENTS[0].text, "K7", "K7ABC"),
    evidence=("roster", "continues:next segment"),
    review=MentionReview.CONFIRMED,
)


def test_a_call_that_goes_on_in_the_next_segment_brings_that_segment_with_it() -> None:
    label = label_of("nodes/hill/recordings/1", 0, SEGMENTS, [SPLIT, a_mention(1, SEGMENTS[1].text, "W1AW")], "ann")
    assert label is not None
    assert (label.text, label.callsigns, label.roster) == ("this is K7 ABC and W1AW", ("K7ABC", "W1AW"), ("K7ABC",))
    assert label.note == "by ann; nobody looked at W1AW"


def test_a_segment_without_text_is_no_line() -> None:
    assert label_of("nodes/hill/recordings/1", 7, SEGMENTS, [], "ann") is None
