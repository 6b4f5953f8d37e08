"""Rules on what a request may say."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.domain import validation
from services.ingest.domain.errors import (
    AudioEmpty,
    AudioTooLarge,
    CapturedAtInFuture,
    CapturedAtMissing,
    ChannelInvalid,
    DisplayNameInvalid,
    NameInvalid,
    OffsetInvalid,
    RequestIdInvalid,
    Sha256Invalid,
    SizeInvalid,
    SourceNameUnsafe,
    TimeZoneUnknown,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RECORDING = "nodes/hilltop/recordings/01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize("identity", ["a", "Hill-Top_2", "n" * 64])
def test_a_node_name_gives_its_id(identity: str) -> None:
    assert validation.node_id(f"nodes/{identity}") == identity


@pytest.mark.parametrize(
    "name", ["", "nodes/", "hilltop", "nodes/a/b", "nodes/..", "nodes/a b", "nodes/é", "nodes/a\n", "nodes/" + "n" * 65]
)
def test_a_node_name_of_another_shape_is_invalid(name: str) -> None:
    with pytest.raises(NameInvalid) as caught:
        validation.node_id(name, field="node.name")
    assert caught.value.field == "node.name"


def test_a_recording_name_is_taken_as_it_is() -> None:
    assert validation.recording_name(RECORDING) == RECORDING


@pytest.mark.parametrize("name", ["", "nodes/hilltop", RECORDING + "/x", RECORDING.upper(), RECORDING.replace("-", "")])
def test_a_recording_name_of_another_shape_is_invalid(name: str) -> None:
    with pytest.raises(NameInvalid):
        validation.recording_name(name)


@pytest.mark.parametrize("value", ["", "../x", "a/b", "a b", "r" * 65, "a\n"])
def test_a_request_id_that_cannot_be_part_of_a_key_is_invalid(value: str) -> None:
    with pytest.raises(RequestIdInvalid):
        validation.request_id(value)


@pytest.mark.parametrize("value", ["146.960 MHz", "talkgroup 5200", " main ", "Kanal 1 ü", "📻"])
def test_a_printable_channel_is_taken_without_surrounding_blanks(value: str) -> None:
    assert validation.channel(value) == value.strip()


@pytest.mark.parametrize("value", ["", "   ", "a\tb", "a\0b", "c" * 65, "a‮b"])
def test_an_unprintable_channel_is_invalid(value: str) -> None:
    with pytest.raises(ChannelInvalid):
        validation.channel(value)


def test_a_display_name_has_at_most_200_printable_characters() -> None:
    assert validation.display_name(" Cougar Mountain ") == "Cougar Mountain"
    for value in ("d" * 201, "a\nb"):
        with pytest.raises(DisplayNameInvalid):
            validation.display_name(value)


@pytest.mark.parametrize("value", ["", "UTC", "America/Los_Angeles"])
def test_a_zone_of_the_iana_database_is_taken(value: str) -> None:
    assert validation.time_zone(value) == value


@pytest.mark.parametrize("value", ["Mars/Olympus_Mons", "../../etc/passwd", "/etc/localtime", "a\0b", "America"])
def test_any_other_zone_is_unknown(value: str) -> None:
    with pytest.raises(TimeZoneUnknown):
        validation.time_zone(value)


def test_a_hash_is_taken_in_lower_case() -> None:
    assert validation.sha256("AB" * 32) == "ab" * 32
    for value in ("", "ab" * 31, "xy" * 32, "ab" * 33):
        with pytest.raises(Sha256Invalid):
            validation.sha256(value)


@pytest.mark.parametrize("value", ["", "over.wav", "net 1 (late).WAV", "a..b.wav", "naïve 📻.mp3", "o" * 255])
def test_a_base_name_is_safe(value: str) -> None:
    assert validation.source_file_name(value) == value


@pytest.mark.parametrize("value", ["a/b", "/etc/passwd", "..", ".", "..\\x", "C:\\x", "a\0", "a\nb", "o" * 256])
def test_a_name_with_directory_parts_or_control_characters_is_unsafe(value: str) -> None:
    with pytest.raises(SourceNameUnsafe):
        validation.source_file_name(value)


def test_a_size_lies_between_one_byte_and_the_limit() -> None:
    assert validation.size_bytes(1, limit_bytes=10) == 1
    assert validation.size_bytes(10, limit_bytes=10) == 10
    for value, failure in ((-1, SizeInvalid), (0, AudioEmpty), (11, AudioTooLarge)):
        with pytest.raises(failure):
            validation.size_bytes(value, limit_bytes=10)


def test_an_offset_lies_inside_the_file() -> None:
    assert validation.offset(10, size_bytes=10) == 10
    for value in (-1, 11):
        with pytest.raises(OffsetInvalid):
            validation.offset(value, size_bytes=10)


@pytest.mark.parametrize("moment", [None, datetime(1970, 1, 1, 23, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_time_that_nobody_set_is_missing(moment: datetime | None) -> None:
    with pytest.raises(CapturedAtMissing):
        validation.captured_at(moment, now=NOW)


def test_a_time_up_to_five_minutes_ahead_is_taken() -> None:
    assert validation.captured_at(NOW + timedelta(minutes=5), now=NOW) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("lead", "like_local_time"),
    [
        (timedelta(hours=1), True),
        (timedelta(hours=5, minutes=30), True),
        (timedelta(hours=9, minutes=51), True),
        (timedelta(hours=14), True),
        (timedelta(hours=3, minutes=15), False),
        (timedelta(minutes=6), False),
        (timedelta(hours=15), False),
        (timedelta(days=365), False),
    ],
    ids=str,
)
def test_a_time_in_the_future_is_refused_with_a_guess_why(lead: timedelta, like_local_time: bool) -> None:
    with pytest.raises(CapturedAtInFuture) as caught:
        validation.captured_at(NOW + lead, now=NOW)
    assert ("local time" in caught.value.message) is like_local_time
    assert caught.value.facts["lead_seconds"] == str(round(lead.total_seconds()))
