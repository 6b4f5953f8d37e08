"""Identifiers: UUIDv7, ordered by time, unguessable, made anywhere."""

import uuid_utils


def new_id() -> str:
    """A new UUIDv7 as 36 lower-case characters."""
    return str(uuid_utils.uuid7())
