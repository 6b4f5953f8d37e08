"""Who made a change: free text, since nobody is authenticated yet."""

from mesh.errors import InvalidInput

AUTHOR_LIMIT = 64


class AuthorInvalid(InvalidInput):
    """No author, or none that can be shown in a line."""

    reason = "AUTHOR_INVALID"

    def __init__(self) -> None:
        super().__init__(
            f"say who makes the change: 1 to {AUTHOR_LIMIT} printable characters, e.g. a callsign", field="author"
        )


def checked_author(text: str) -> str:
    """`text` without blanks around it. Raises AuthorInvalid."""
    author = text.strip()
    if not author or len(author) > AUTHOR_LIMIT or not author.isprintable():
        raise AuthorInvalid
    return author
