"""Words and the gaps between them."""

from __future__ import annotations

import pytest

from services.extract.domain.tokens import joined, sentence_ends, tokenize


def test_tokens_keep_their_place_and_lose_only_a_contracted_tail() -> None:
    text = "I'm K7ABC’s friend, at 146.72/7:30"

    tokens = tokenize(text)

    assert [t.text for t in tokens] == ["I", "K7ABC", "friend", "at", "146.72", "/", "7:30"]
    assert [t.norm for t in tokens[:2]] == ["i'm", "k7abc's"]
    assert all(text[t.start : t.end] == t.text for t in tokens)


@pytest.mark.parametrize("gap", [" ", "-", ", ", "...", "… ", " - ", "."])
def test_a_breath_joins_single_letters(gap: str) -> None:
    text = f"a{gap}b"
    left, right = tokenize(text)

    assert joined(text, left, right)


@pytest.mark.parametrize("gap", [". ", "? ", "; ", " (", ".\n"])
def test_the_end_of_a_sentence_parts_words(gap: str) -> None:
    text = f"alpha{gap}bravo"
    left, right = tokenize(text)

    assert not joined(text, left, right)


@pytest.mark.parametrize(("gap", "ends"), [(". ", True), ("? ", True), ("\n", True), (", ", False), (".", False)])
def test_sentence_ends_are_seen(gap: str, ends: bool) -> None:
    text = f"alpha{gap}bravo"
    left, right = tokenize(text)

    assert sentence_ends(text, left, right) is ends
