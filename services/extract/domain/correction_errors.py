"""What a change of the corrections is refused for, one class each."""

from mesh.errors import InvalidInput, Kind, NotFound, TsnError


class CorrectionInvalid(InvalidInput):
    """A correction that cannot be read as one."""

    reason = "CORRECTION_INVALID"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}", field=f"correction.{field}")


class WordSpellsAlready(InvalidInput):
    """A word of the fixed alphabets: the same everywhere, and not to be changed."""

    reason = "WORD_SPELLS_ALREADY"

    def __init__(self, heard: str, meant: str) -> None:
        super().__init__(
            f"heard: {heard!r} stands for {meant} already, in the alphabets that are built in",
            field="correction.heard",
            facts={"heard": heard, "meant": meant},
        )


class WordHoldsSentences(InvalidInput):
    """A word so common that callsigns would be read out of plain talk."""

    reason = "WORD_HOLDS_SENTENCES"

    def __init__(self, heard: str, *, weak_allowed: bool) -> None:
        remedy = "; only as a homophone could it be one" if weak_allowed else ""
        super().__init__(
            f"heard: {heard!r} is too common in plain talk to stand for a letter or digit{remedy}",
            field="correction.heard",
            facts={"heard": heard},
        )


class CorrectionExists(TsnError):
    """These words have a correction."""

    kind = Kind.EXISTS
    reason = "CORRECTION_EXISTS"

    def __init__(self, heard: str, meant: str, *, enabled: bool) -> None:
        state = "" if enabled else ", out of force"
        super().__init__(
            f"heard: {heard!r} is there already, for {meant}{state}; update it instead",
            field="correction.heard",
            facts={"heard": heard, "meant": meant},
        )


class CorrectionUnknown(NotFound):
    """No such correction."""

    reason = "CORRECTION_UNKNOWN"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no {name}", facts={"correction": name})


class TooManyCorrections(TsnError):
    """The table is full."""

    kind = Kind.EXHAUSTED
    reason = "TOO_MANY_CORRECTIONS"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the table holds {limit} corrections, which is all it may", facts={"limit": limit})


class CorrectionsUnseeded(TsnError):
    """The table was made without its migration: changed now, it would lose what is built in."""

    kind = Kind.PRECONDITION
    reason = "CORRECTIONS_UNSEEDED"

    def __init__(self) -> None:
        super().__init__("the table of corrections has no version; run `python -m migrations upgrade`")
