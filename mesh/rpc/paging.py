"""Signed keyset page tokens (AIP-158): a reader can neither make nor change one, nor use it for another request."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence

from mesh.errors import InvalidInput

SIGNATURE_BYTES = 12


class BadPageToken(InvalidInput):
    """The token is not one of ours, or belongs to a request with other fields."""

    reason = "PAGE_TOKEN_INVALID"

    def __init__(self) -> None:
        super().__init__(
            "page_token was not made by this server for this request; begin without one", field="page_token"
        )


class PageSizeInvalid(InvalidInput):
    """Negative page size."""

    reason = "PAGE_SIZE_INVALID"

    def __init__(self, page_size: int) -> None:
        super().__init__(f"page_size is {page_size}; it must not be negative", field="page_size")


class PageTokens:
    """Makes and reads tokens."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(secret.encode()).digest()

    def issue(self, position: Sequence[str | int], *, request: str) -> str:
        """A token for the page after `position`; `request` stands for all fields that must stay the same."""
        body = json.dumps(list(position), separators=(",", ":")).encode()
        return _text(self._sign(body, request) + body)

    def read(self, token: str, *, request: str) -> list[str | int]:
        """The position in `token`. Raises BadPageToken."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError as error:
            raise BadPageToken from error
        if _text(raw) != token:
            # The decoder skips characters outside its alphabet: many texts would be one token.
            raise BadPageToken
        signature, body = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(body, request)):
            raise BadPageToken
        position: list[str | int] = json.loads(body)
        return position

    def _sign(self, body: bytes, request: str) -> bytes:
        # A digest has one length, so that no part of the request can pass for a part of the body.
        fields = hashlib.sha256(request.encode()).digest()
        return hmac.digest(self._key, fields + body, "sha256")[:SIGNATURE_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def page_limit(page_size: int, *, default: int, most: int) -> int:
    """The number of items to return: `default` for 0, never above `most`. Raises PageSizeInvalid."""
    if page_size < 0:
        raise PageSizeInvalid(page_size)
    return min(page_size or default, most)
