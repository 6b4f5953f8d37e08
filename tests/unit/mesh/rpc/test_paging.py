"""mesh.rpc.paging"""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.rpc.paging import BadPageToken, PageSizeInvalid, PageTokens, page_limit

TOKENS = PageTokens("a secret")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
POSITIONS = st.lists(st.integers(-(2**63), 2**63) | st.text(), max_size=4)
# What a protobuf string can hold: no lone surrogates.
REQUESTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(POSITIONS, REQUESTS)
def test_a_token_gives_its_position_back(position: list[str | int], request: str) -> None:
    assert TOKENS.read(TOKENS.issue(position, request=request), request=request) == position


@given(POSITIONS, REQUESTS, REQUESTS)
def test_a_token_serves_no_other_request(position: list[str | int], one: str, other: str) -> None:
    token = TOKENS.issue(position, request=one)
    if one != other:
        with pytest.raises(BadPageToken):
            TOKENS.read(token, request=other)


@given(POSITIONS, st.integers(0, 10_000), st.sampled_from(ALPHABET + "=!é \n"))
def test_a_token_with_one_character_changed_is_refused(position: list[str | int], at: int, put: str) -> None:
    token = TOKENS.issue(position, request="r")
    at %= len(token)
    changed = token[:at] + put + token[at + 1 :]
    if changed != token:
        with pytest.raises(BadPageToken):
            TOKENS.read(changed, request="r")


@given(POSITIONS, st.integers(0, 10_000), st.sampled_from(["=", "!", " ", "\n", "A"]))
def test_a_token_with_a_character_added_is_refused(position: list[str | int], at: int, put: str) -> None:
    token = TOKENS.issue(position, request="r")
    at %= len(token) + 1
    with pytest.raises(BadPageToken):
        TOKENS.read(token[:at] + put + token[at:], request="r")


@given(st.text() | st.text(ALPHABET) | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_garbage_is_refused_and_nothing_else_happens(garbage: str) -> None:
    with pytest.raises(BadPageToken):
        TOKENS.read(garbage, request="r")


def test_a_request_cannot_be_made_to_sign_part_of_a_body() -> None:
    body = base64.urlsafe_b64decode(_padded(TOKENS.issue(["x"], request="r\x00p")))
    forged = base64.urlsafe_b64encode(body[:12] + b"p\x00" + body[12:]).decode().rstrip("=")
    with pytest.raises(BadPageToken):
        TOKENS.read(forged, request="r")


def test_another_secret_refuses_the_token() -> None:
    with pytest.raises(BadPageToken) as refused:
        PageTokens("another secret").read(TOKENS.issue([1], request="r"), request="r")
    assert (refused.value.reason, refused.value.field) == ("PAGE_TOKEN_INVALID", "page_token")


@pytest.mark.parametrize(("asked", "given_"), [(0, 50), (1, 1), (1000, 1000), (1001, 1000), (2**31 - 1, 1000)])
def test_the_page_size_has_a_default_and_a_most(asked: int, given_: int) -> None:
    assert page_limit(asked, default=50, most=1000) == given_


def test_a_negative_page_size_is_refused() -> None:
    with pytest.raises(PageSizeInvalid) as refused:
        page_limit(-1, default=50, most=1000)
    assert (refused.value.reason, refused.value.field) == ("PAGE_SIZE_INVALID", "page_size")


def _padded(token: str) -> str:
    return token + "=" * (-len(token) % 4)
