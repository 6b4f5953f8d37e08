"""The parts of an upload that need no server."""

import pytest

from clients.common.upload import UploadPolicy, plain_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("2560_20250301143005.WAV", "2560_20250301143005.WAV"),
        ("Übung am Abend.wav", "Übung am Abend.wav"),
        ("n\udcf6rd.wav", "n?rd.wav"),
        ("a\\b\n.wav", "a?b?.wav"),
        ("x" * 300 + ".wav", "x" * 251 + ".wav"),
    ],
)
def test_a_name_is_made_so_that_a_server_takes_it(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_the_deadline_grows_with_the_size() -> None:
    policy = UploadPolicy(base_seconds=30.0, slowest_bytes_per_second=10_000.0)

    assert policy.deadline_seconds(0) == 30.0
    assert policy.deadline_seconds(1_000_000) == 130.0
