"""How much one call may carry."""

from mesh.errors import InvalidInput

TEXTS_LIMIT = 1000
TEXT_CHARACTERS_LIMIT = 20_000


class TooManyTexts(InvalidInput):
    """More than one call may carry."""

    reason = "TOO_MANY_TEXTS"


class TextTooLong(InvalidInput):
    """Longer than any segment that somebody spoke."""

    reason = "TEXT_TOO_LONG"


def checked_text(text: str, *, field: str) -> str:
    """`text` itself. Raises TextTooLong."""
    if len(text) > TEXT_CHARACTERS_LIMIT:
        raise TextTooLong(f"at most {TEXT_CHARACTERS_LIMIT} characters a text", field=field)
    return text
