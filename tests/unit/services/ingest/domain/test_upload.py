"""The state of one upload."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.ingest.domain.errors import (
    NodeUnknown,
    OffsetMismatch,
    RequestIdReused,
    Sha256Mismatch,
    SizeMismatch,
)
from services.ingest.domain.model import Known, Lane, Part, PartialUpload, Recording, UploadMetadata
from services.ingest.domain.upload import IncomingUpload, audio_key, check_node, part_key, resumed, stored_before

CONTENT = b"spoken words"
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
METADATA = UploadMetadata(
    node="hilltop",
    channel="main",
    captured_at=MOMENT,
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    size_bytes=len(CONTENT),
    request_id="one",
    source_file_name="over.wav",
    offset=0,
    lane=Lane.LIVE,
)
RECORDING = Recording(
    id="01890a5d-ac96-774b-bcce-b302099a8057",
    node="hilltop",
    channel="main",
    captured_at=MOMENT,
    duration_seconds=1.0,
    sha256=METADATA.sha256,
    size_bytes=METADATA.size_bytes,
    container="wav",
    codec="pcm_s16le",
    sample_rate_hz=8000,
    audio_channels=1,
    source_file_name="over.wav",
    received_at=MOMENT,
    lane=Lane.LIVE,
    warnings=(),
    request_id="one",
    audio_key="recordings/x",
)
PARTIAL = PartialUpload("hilltop", "one", METADATA.sha256, METADATA.size_bytes, (Part("a", 0, 3), Part("b", 3, 4)))
NOTHING = Known(node_registered=True, same_request=None, same_bytes=None, partial=None)


def received(content: bytes, *, chunk_bytes: int = 5, metadata: UploadMetadata = METADATA) -> IncomingUpload:
    upload = IncomingUpload(metadata)
    for position in range(0, len(content), chunk_bytes):
        upload.take(content[position : position + chunk_bytes])
    return upload


def test_the_promised_bytes_are_verified_however_they_are_cut() -> None:
    for chunk_bytes in (1, 5, 100):
        upload = received(CONTENT, chunk_bytes=chunk_bytes)
        assert upload.complete
        upload.verify()


def test_fewer_bytes_than_promised_do_not_verify() -> None:
    upload = received(CONTENT[:-1])
    assert not upload.complete
    with pytest.raises(SizeMismatch):
        upload.verify()


def test_more_bytes_than_promised_are_refused_as_they_come() -> None:
    with pytest.raises(SizeMismatch) as caught:
        received(CONTENT + b"!")
    assert caught.value.facts == {"stated_bytes": "12", "received_bytes": "13"}


def test_other_bytes_than_promised_do_not_verify() -> None:
    with pytest.raises(Sha256Mismatch):
        received(CONTENT.upper()).verify()


def test_the_same_request_is_answered_with_its_recording() -> None:
    assert stored_before(METADATA, replace(NOTHING, same_request=RECORDING)) is RECORDING


def test_the_same_bytes_are_answered_with_their_recording() -> None:
    assert stored_before(METADATA, replace(NOTHING, same_bytes=RECORDING)) is RECORDING


def test_nothing_known_is_nothing_stored() -> None:
    assert stored_before(METADATA, NOTHING) is None


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"size_bytes": 1}], ids=str)
def test_a_request_id_of_another_file_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(RequestIdReused):
        stored_before(replace(METADATA, **changes), replace(NOTHING, same_request=RECORDING))


def test_an_unknown_node_passes_only_where_nodes_register_themselves() -> None:
    unknown = replace(NOTHING, node_registered=False)
    check_node(METADATA, unknown, auto_register=True)
    check_node(METADATA, NOTHING, auto_register=False)
    with pytest.raises(NodeUnknown):
        check_node(METADATA, unknown, auto_register=False)


def test_an_upload_at_zero_begins_anew() -> None:
    assert resumed(METADATA, PARTIAL) is None


def test_an_upload_goes_on_where_it_broke() -> None:
    assert resumed(replace(METADATA, offset=7), PARTIAL) is PARTIAL


@pytest.mark.parametrize(("offset", "partial", "expected"), [(6, PARTIAL, "7"), (8, PARTIAL, "7"), (5, None, "0")])
def test_an_upload_at_another_byte_is_told_the_right_one(
    offset: int, partial: PartialUpload | None, expected: str
) -> None:
    with pytest.raises(OffsetMismatch) as caught:
        resumed(replace(METADATA, offset=offset), partial)
    assert caught.value.facts["expected_offset"] == expected


def test_an_upload_does_not_go_on_with_another_file() -> None:
    with pytest.raises(RequestIdReused):
        resumed(replace(METADATA, offset=7, sha256="0" * 64), PARTIAL)


def test_keys_name_what_lies_there() -> None:
    assert audio_key("ab" * 32, "c") == "recordings/ab/ab/" + "ab" * 32 + "/c"
    assert part_key(replace(METADATA, offset=7), "p") == "uploads/hilltop/one/7-p"
