"""Who made a change."""

import pytest

from services.extract.domain.authors import AuthorInvalid, checked_author


def test_an_author_is_kept_without_blanks_around_it() -> None:
    assert checked_author(" Änn of K7ABC ") == "Änn of K7ABC"


@pytest.mark.parametrize("text", ["", "  ", "x" * 65, "a\nb", "\x1b[31mred"])
def test_nobody_and_what_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(AuthorInvalid):
        checked_author(text)
