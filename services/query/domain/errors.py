"""What can go wrong when somebody reads."""

from mesh.errors import InvalidInput, Kind, NotFound, TsnError, Unavailable


class QueryTooLong(InvalidInput):
    """More characters than anybody types."""

    reason = "QUERY_TOO_LONG"

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            f"the query has {length} characters; shorten it to {limit}",
            facts={"length": length, "limit": limit},
            field="query",
        )


class QueryTooComplex(InvalidInput):
    """So many words or nested parentheses that one search would cost as much as thousands."""

    reason = "QUERY_TOO_COMPLEX"

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(
            f"the query has more than {limit} {what}; split it into several searches",
            facts={"what": what, "limit": limit},
            field="query",
        )


class QueryOnlyNegative(InvalidInput):
    """Says what to leave out, but not what to find."""

    reason = "QUERY_ONLY_NEGATIVE"

    def __init__(self) -> None:
        super().__init__(
            "the query only says what to leave out; add a word to find in every alternative", field="query"
        )


class QueryEmptyTerms(InvalidInput):
    """Emoji and punctuation only: nothing that the index holds."""

    reason = "QUERY_EMPTY_TERMS"

    def __init__(self) -> None:
        super().__init__("the query has no word or number in it; leave it empty to see everything", field="query")


class NameInvalid(InvalidInput):
    """Not the name of a recording."""

    reason = "NAME_INVALID"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name[:200]!r} is not of the form nodes/{{node}}/recordings/{{recording}}", field="name")


class RecordingNotFound(NotFound):
    """No recording of that name has come in."""

    reason = "RECORDING_NOT_FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no recording {name}", facts={"name": name})


class AudioNotKnownYet(Unavailable):
    """A later event of the recording came first; the one that says where its audio lies is on its way."""

    reason = "AUDIO_NOT_KNOWN_YET"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"where the audio of {name} lies is not known yet; ask again", facts={"name": name}, retry_after_seconds=1.0
        )


class CursorInvalid(InvalidInput):
    """Not a cursor that this server made."""

    reason = "CURSOR_INVALID"

    def __init__(self) -> None:
        super().__init__("cursor was not made by this server; begin with an empty one or `begin`", field="cursor")


class CursorExpired(TsnError):
    """What followed the cursor is no longer kept."""

    kind = Kind.OUT_OF_RANGE
    reason = "CURSOR_EXPIRED"

    def __init__(self) -> None:
        super().__init__("events after this cursor are gone; list recordings, then watch from `begin` or from now on")


class TooManyWatchers(TsnError):
    """Each watcher costs memory; the replica has as many as it may."""

    kind = Kind.EXHAUSTED
    reason = "TOO_MANY_WATCHERS"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"{limit} watchers are connected already; try again later", facts={"limit": limit}, retry_after_seconds=10.0
        )


class WatcherTooSlow(TsnError):
    """The watcher reads more slowly than things happen, and its queue is full."""

    kind = Kind.EXHAUSTED
    reason = "WATCHER_TOO_SLOW"

    def __init__(self) -> None:
        super().__init__("the feed ran ahead of this reader; watch again from the last cursor", retry_after_seconds=1.0)


class FeedInterrupted(Unavailable):
    """This replica stops, or has lost the bus; nothing is lost for who resumes."""

    reason = "FEED_INTERRUPTED"

    def __init__(self) -> None:
        super().__init__("the feed was interrupted; watch again from the last cursor", retry_after_seconds=1.0)
